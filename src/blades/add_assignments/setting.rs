//! The second step: eligible or active, from when until when, and why.

use domain::{schedule::Kind, text::REASON_MAX};
use leptos::prelude::*;

use super::{Verdict, Wizard, draft, send::Outcome};
use crate::parts::{Field, UNREAD_SETTINGS, field, text_area, verification, window_fields};

impl Wizard {
    pub(super) fn setting(self) -> AnyView {
        let kind = Memo::new(move |_| self.draft.with(|draft| draft.kind));
        let content = move || {
            let kind = kind.get();
            let Some(role) = self.role.ready() else {
                return match self.role.error() {
                    Some(error) => {
                        view! { <p class="note danger" role="alert">{error.sentence()}</p> }.into_any()
                    }
                    None => view! { <p role="status">"Loading"</p> }.into_any(),
                };
            };
            let Some(policy) = &role.policy else {
                return view! { <p class="note danger" role="alert">{UNREAD_SETTINGS}</p> }.into_any();
            };
            let (expiration, enablement) = draft::rules(policy, kind);
            let window = Signal::derive(move || self.draft.with(|draft| draft.window.clone()));
            let change = move |window| self.draft.update(|draft| draft.set(window));
            let always =
                move |own: fn(&Verdict) -> Option<String>| Signal::derive(move || self.verdict.with(own));
            let start = always(|verdict| verdict.start.clone());
            let end = always(|verdict| verdict.end.clone());
            let zone = self.zone.label(self.clock.now_untracked());
            let reason = (kind == Kind::Active || enablement.justification).then(|| {
                let mut about = Field::new("Provide justification", "reason")
                    .error(self.shown(|verdict| verdict.reason.clone()));
                about.required = enablement.justification;
                text_area(
                    about,
                    REASON_MAX,
                    Signal::derive(move || self.draft.with(|draft| draft.reason.clone())),
                    move |text| self.draft.update(|draft| draft.reason = text),
                )
            });
            let ticket = enablement.ticketing.then(|| self.ticket());
            view! {
                <p class="note info">{draft::longest_line(policy, kind)}</p>
                {window_fields(kind, expiration, window, change, start, end, zone)}
                {reason}
                {ticket}
            }
            .into_any()
        };
        let general = self.shown(|verdict| verdict.general.clone());
        let wants = Signal::derive(move || self.verdict.with(|verdict| verdict.wants_second_factor));
        view! {
            {verification(wants, self.verifying)}
            {self.results()}
            {move || general.get().map(|text| view! { <p class="note danger" role="alert">{text}</p> })}
            {self.kinds(kind)}
            {content}
        }
        .into_any()
    }

    fn kinds(self, kind: Memo<Kind>) -> AnyView {
        let option = move |value: Kind, name: &'static str, hint: &'static str| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="kind"
                        prop:checked=move || kind.get() == value
                        on:change=move |_| self.draft.update(|draft| draft.kind = value)
                    />
                    <span>{name}<span class="hint">{hint}</span></span>
                </label>
            }
        };
        view! {
            <fieldset class="field">
                <legend class="label">"Assignment type"</legend>
                {option(Kind::Eligible, "Eligible", "May activate the role when it is needed")}
                {option(Kind::Active, "Active", "Has the role without doing anything")}
            </fieldset>
        }
        .into_any()
    }

    fn ticket(self) -> AnyView {
        let number = field(
            Field::new("Ticket number", "ticket-number")
                .required()
                .error(self.shown(|v| v.ticket_number.clone())),
            Signal::derive(move || self.draft.with(|draft| draft.ticket_number.clone())),
            move |text| self.draft.update(|draft| draft.ticket_number = text),
        );
        let system = field(
            Field::new("Ticket system", "ticket-system")
                .required()
                .error(self.shown(|v| v.ticket_system.clone())),
            Signal::derive(move || self.draft.with(|draft| draft.ticket_system.clone())),
            move |text| self.draft.update(|draft| draft.ticket_system = text),
        );
        view! { <div class="pair">{number}{system}</div> }.into_any()
    }

    /// What came of each member, where not everything went well.
    fn results(self) -> AnyView {
        let list = move || {
            let results = self.sending.results();
            (!results.is_empty()).then(|| {
                let rows = results.into_iter().map(|(name, outcome)| match outcome {
                    Outcome::Waiting => view! { <li>{format!("{name}: waiting")}</li> }.into_any(),
                    Outcome::Done => view! { <li>{format!("{name}: assigned")}</li> }.into_any(),
                    Outcome::Failed(why) => {
                        view! { <li class="error">{format!("{name}: not assigned. {why}")}</li> }.into_any()
                    }
                });
                view! { <ul class="results" role="status">{rows.collect_view()}</ul> }
            })
        };
        list.into_any()
    }
}
