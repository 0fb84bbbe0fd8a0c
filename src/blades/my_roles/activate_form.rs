//! The fields of the Activate panel, each with what is wrong with it and what would be right.

use domain::{text::REASON_MAX, time::Span};
use leptos::prelude::*;

use super::{
    activate_panel::{Panel, Same},
    activation::{self, Draft, Subject, Verdict},
};
use crate::{
    api::ApiError,
    data::half_hours,
    parts::{DIRECTORY, Field, field, text_area, verification},
};

/// What it means that a role asks for an approval.
const WAITS: &str = "This role asks for an approval: an approver has 24 hours to say yes or no. The time begins to count when he says yes.";

impl Panel {
    pub(super) fn form(self, subject: Memo<Option<Same>>, verdict: Memo<Verdict>) -> AnyView {
        let state = Memo::new(move |_| {
            let failed = self.one.error().or_else(|| self.role.error());
            // The fields are those that the settings ask for: other settings, other fields.
            match (failed, subject.with(|about| about.as_ref().map(|Same(about)| about.policy.clone()))) {
                (Some(error), _) => Err(error.sentence()),
                (None, Some(policy)) => Ok(Some(policy)),
                (None, None) if self.one.is_gone() => {
                    Err("You are not eligible for this role here. It may have been removed, or it ended."
                        .into())
                }
                (None, None) => Ok(None),
            }
        });
        let content = move || match state.get() {
            Ok(Some(_)) => self.fields(subject, verdict),
            Ok(None) => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
            Err(sentence) => view! { <p role="alert" class="note danger">{sentence}</p> }.into_any(),
        };
        content.into_any()
    }

    fn fields(self, subject: Memo<Option<Same>>, verdict: Memo<Verdict>) -> AnyView {
        let Some(Same(about)) = subject.get_untracked() else { return ().into_any() };
        let asked = about.policy.enablement_end_user_assignment;
        let ticket = asked.ticketing.then(|| {
            let error = move |field: &'static str, own: fn(&Verdict) -> Option<String>| {
                self.shown(verdict, field, own)
            };
            let number = field(
                Field::new("Ticket number", "ticket-number")
                    .required()
                    .error(error("ticketNumber", |v| v.ticket_number.clone())),
                Signal::derive(move || self.draft.with(|draft| draft.ticket_number.clone())),
                move |text| self.edit(|draft| draft.ticket_number = text),
            );
            let system = field(
                Field::new("Ticket system", "ticket-system")
                    .required()
                    .error(error("ticketSystem", |v| v.ticket_system.clone())),
                Signal::derive(move || self.draft.with(|draft| draft.ticket_system.clone())),
                move |text| self.edit(|draft| draft.ticket_system = text),
            );
            view! { <div class="pair">{number}{system}</div> }
        });
        let mut reason = Field::new("Reason", "reason").hint("Kept in the audit history").error(self.shown(
            verdict,
            "justification",
            |verdict| verdict.reason.clone(),
        ));
        reason.required = asked.justification;
        let outcome = move || {
            let Same(about) = subject.get()?;
            let verdict = verdict.get();
            let now = self.clock.now();
            self.draft.with(|draft| activation::outcome(&verdict, draft, &about, self.zone, now))
        };
        let general =
            move || verdict.with(|verdict| verdict.general.clone()).or_else(|| self.server_says_in_general());
        view! {
            {verification(
                Signal::derive(move || {
                    verdict.with(|verdict| verdict.wants_second_factor)
                        || self.progress.error.with(|e| e.as_ref().is_some_and(ApiError::wants_second_factor))
                            && !self.who.second_factor_given()
                }),
                self.verifying,
            )}
            {move || general().map(|text| view! { <p class="note danger" role="alert">{text}</p> })}
            {activation::waits(&about.policy).then(|| view! { <p class="note info">{WAITS}</p> })}
            <dl class="facts">
                <dt>"Role"</dt><dd>{about.row.role_name.clone()}</dd>
                <dt>"Scope"</dt><dd>{DIRECTORY}</dd>
            </dl>
            {self.start(&about, verdict)}
            {self.duration(&about, verdict)}
            {text_area(
                reason,
                REASON_MAX,
                Signal::derive(move || self.draft.with(|draft| draft.reason.clone())),
                move |text| self.edit(|draft| draft.reason = text),
            )}
            {ticket}
            {move || outcome().map(|text| view! { <p class="outcome">{text}</p> })}
        }
        .into_any()
    }

    fn start(self, about: &Subject, verdict: Memo<Verdict>) -> AnyView {
        let hint = if activation::waits(&about.policy) {
            "Off: it starts as soon as it is approved"
        } else {
            "Off: it starts at once"
        };
        let custom = move || self.draft.with(|draft| draft.custom_start);
        let toggle = move |event| {
            let on = event_target_checked(&event);
            self.edit(|draft| {
                draft.custom_start = on;
                if on && draft.start.is_empty() {
                    let hour = Span::hours(1);
                    draft.start = self.zone.to_input(self.clock.now_untracked() + hour);
                }
            });
        };
        let when = move || {
            custom().then(|| {
                let zone = Signal::derive(move || self.zone.label(self.clock.now_untracked()));
                let mut about = Field::new("Activation start", "start").required().error(self.always(
                    verdict,
                    "start",
                    |verdict| verdict.start.clone(),
                ));
                about.kind = "datetime-local";
                about.hint = zone;
                field(
                    about,
                    Signal::derive(move || self.draft.with(|draft| draft.start.clone())),
                    move |text| self.edit(|draft| draft.start = text),
                )
            })
        };
        let error = move || (!custom()).then(|| verdict.with(|verdict| verdict.start.clone())).flatten();
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=custom on:change=toggle aria-describedby="custom-start-hint"/>
                <span>
                    "Custom activation start time"
                    <span class="hint" id="custom-start-hint">{hint}</span>
                </span>
            </label>
            {when}
            {move || error().map(|text| view! { <p class="error" role="alert">{text}</p> })}
        }
        .into_any()
    }

    fn duration(self, about: &Subject, verdict: Memo<Verdict>) -> AnyView {
        let most = activation::longest(&about.policy);
        let waits = activation::waits(&about.policy);
        let step = activation::STEP;
        let hours = Signal::derive(move || self.draft.with(|draft| draft.hours.clone()));
        let at = move || activation::parse_hours(&hours.get()).unwrap_or(most).min(most).max(step);
        let until = move || {
            let length = activation::parse_hours(&hours.get())?;
            let start = self
                .draft
                .with(|draft| draft.custom_start.then(|| self.zone.from_input(&draft.start)).flatten());
            if waits {
                return Some(format!("For {} from the approval on", length.words()));
            }
            let now = self.clock.now();
            let end = start.unwrap_or(now).max(now) + length;
            Some(format!("Until {} ({})", self.zone.near(end, now), length.words()))
        };
        let error = self.always(verdict, "duration", |verdict| verdict.duration.clone());
        let slide = move |event| {
            let text = event_target_value(&event);
            self.edit(|draft| draft.hours = text);
        };
        let (least, largest) = (activation::hours_text(step), activation::hours_text(most));
        let (min, max) = (least.clone(), largest.clone());
        let ticks = half_hours(step, most);
        view! {
            <fieldset class="field">
                <legend class="label">"Duration (hours)"</legend>
                <div class="slider-row">
                    <span class="slider" style:--steps=ticks>
                        <input
                            type="range"
                            min=least.clone()
                            max=largest.clone()
                            step="0.5"
                            aria-label="Duration in hours"
                            aria-valuetext=move || at().words()
                            prop:value=move || activation::hours_text(at())
                            on:input=slide
                        />
                        <span class="slider-ends" aria-hidden="true"><span>{min}</span><span>{max}</span></span>
                    </span>
                    <input
                        type="text"
                        inputmode="decimal"
                        class="input"
                        id="hours"
                        aria-label="Duration in hours, typed"
                        aria-describedby="hours-until"
                        aria-invalid=move || error.get().is_some().to_string()
                        prop:value=hours
                        on:input=slide
                    />
                </div>
                <p id="hours-until" class=move || if error.get().is_some() { "error" } else { "hint" }>
                    {move || error.get().or_else(until)}
                </p>
            </fieldset>
        }
        .into_any()
    }

    fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        if self.progress.error.with_untracked(Option::is_some) {
            self.progress.error.set(None);
        }
    }

    /// What is wrong with a field, once the button was pressed.
    fn shown(
        self,
        verdict: Memo<Verdict>,
        name: &'static str,
        own: fn(&Verdict) -> Option<String>,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            let ours = self.pressed.get().then(|| verdict.with(own)).flatten();
            ours.or_else(|| self.server_says(name))
        })
    }

    /// What is wrong with a field, from the first key on: for values that are never empty.
    fn always(
        self,
        verdict: Memo<Verdict>,
        name: &'static str,
        own: fn(&Verdict) -> Option<String>,
    ) -> Signal<Option<String>> {
        Signal::derive(move || verdict.with(own).or_else(|| self.server_says(name)))
    }

    fn server_says(self, name: &str) -> Option<String> {
        self.progress.error.with(|error| error.as_ref().and_then(|error| error.for_field(name)))
    }

    fn server_says_in_general(self) -> Option<String> {
        let fields = ["duration", "start", "justification", "ticketNumber", "ticketSystem", "secondFactor"];
        self.progress.error.with(|error| {
            let error = error.as_ref()?;
            fields.iter().all(|name| error.for_field(name).is_none()).then(|| error.sentence())
        })
    }
}
