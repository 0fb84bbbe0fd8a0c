//! The first tab: what an eligible person must give, for how long, and who must say yes.

use domain::{
    policy::{LEAST_MAXIMUM, MOST_MAXIMUM, RuleId},
    time::Span,
};
use leptos::prelude::*;

use super::{approvers::approvers, editor::Editor};
use crate::{
    components::check,
    data::{half_hours, hours_text, parse_hours},
};

impl Editor {
    pub(super) fn activation(self) -> AnyView {
        let rule = move |read: fn(&domain::policy::EnablementRule) -> bool| {
            self.reads(move |rules| read(&rules.enablement_end_user_assignment))
        };
        let required = self.reads(|rules| rules.approval_end_user_assignment.is_approval_required);
        let never = Signal::stored(false);
        view! {
            {self.hours()}
            {self.factor()}
            {check("Require justification on activation", "", rule(|r| r.justification), never, move |on| {
                self.change(|rules| rules.enablement_end_user_assignment.justification = on);
            })}
            {check(
                "Require ticket information on activation",
                "A number and a system; they are kept, not looked up",
                rule(|r| r.ticketing),
                never,
                move |on| self.change(|rules| rules.enablement_end_user_assignment.ticketing = on),
            )}
            {check(
                "Require approval to activate",
                "A request waits up to 24 hours for the first answer",
                required,
                never,
                move |on| self.change(|rules| rules.approval_end_user_assignment.is_approval_required = on),
            )}
            {move || required.get().then(|| approvers(&self))}
        }
        .into_any()
    }

    fn hours(self) -> AnyView {
        let hours = Signal::derive(move || self.draft.with(|draft| draft.hours.clone()));
        let error = self.fault(RuleId::ExpirationEndUserAssignment, "maximumDuration");
        let at =
            move || parse_hours(&hours.get()).unwrap_or(Span::hours(8)).clamp(LEAST_MAXIMUM, MOST_MAXIMUM);
        let slide = move |event| {
            let text = event_target_value(&event);
            self.edit(|draft| draft.hours = text);
        };
        let (least, most) = (hours_text(LEAST_MAXIMUM), hours_text(MOST_MAXIMUM));
        let ends = (least.clone(), most.clone());
        view! {
            <fieldset class="field">
                <legend class="label">"Activation maximum duration (hours)"</legend>
                <div class="slider-row">
                    <span class="slider" style:--steps=half_hours(LEAST_MAXIMUM, MOST_MAXIMUM)>
                        <input
                            type="range"
                            min=least
                            max=most
                            step="0.5"
                            aria-label="Activation maximum duration in hours"
                            aria-valuetext=move || at().words()
                            prop:value=move || hours_text(at())
                            on:input=slide
                        />
                        <span class="slider-ends" aria-hidden="true"><span>{ends.0}</span><span>{ends.1}</span></span>
                    </span>
                    <input
                        type="text"
                        inputmode="decimal"
                        class="input"
                        id="maximum"
                        aria-label="Activation maximum duration in hours, typed"
                        aria-describedby="maximum-hint"
                        aria-invalid=move || error.get().is_some().to_string()
                        prop:value=hours
                        on:input=slide
                    />
                </div>
                <p id="maximum-hint" class=move || if error.get().is_some() { "error" } else { "hint" }>
                    {move || error.get().unwrap_or_else(|| at().words())}
                </p>
            </fieldset>
        }
        .into_any()
    }

    fn factor(self) -> AnyView {
        let on = self.reads(|rules| rules.enablement_end_user_assignment.multi_factor_authentication);
        let radio = move |value: bool, words: &'static str| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="require"
                        prop:checked=move || on.get() == value
                        on:change=move |_| self.change(|rules| {
                            rules.enablement_end_user_assignment.multi_factor_authentication = value;
                        })
                    />
                    <span>{words}</span>
                </label>
            }
        };
        view! {
            <fieldset class="radios field">
                <legend class="label">"On activation, require"</legend>
                {radio(false, "None")}
                {radio(true, "Multi-factor authentication")}
                <label class="check">
                    <input type="radio" name="require" disabled/>
                    <span>
                        "Authentication context"
                        <span class="hint">"Not supported yet: it needs an identity provider that vouches for it"</span>
                    </span>
                </label>
            </fieldset>
        }
        .into_any()
    }
}
