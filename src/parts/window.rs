//! Permanent or not, start and end of an assignment: the same fields in the wizard and in Update.

use domain::{
    policy::{ExpirationRule, SHORTEST},
    request::Expiration,
    schedule::Kind,
    time::Instant,
};
use leptos::prelude::*;

use super::form::{Field, field};
use crate::{api::sentence, data::Zone};

/// What is typed: values of native date and time boxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowDraft {
    /// No end.
    pub permanent: bool,
    /// The start; empty is now.
    pub start: String,
    /// The end, which counts only without *permanent*.
    pub end: String,
}

impl WindowDraft {
    /// The wished end.
    pub fn expiration(&self, zone: Zone) -> Expiration {
        if self.permanent {
            Expiration::NoExpiration
        } else {
            Expiration::AfterDateTime(zone.from_input(&self.end).unwrap_or_default())
        }
    }

    /// What is wrong with the end, with the date that would be right.
    pub fn end_error(&self, rule: ExpirationRule, zone: Zone, start: Instant) -> Option<String> {
        let latest = start + rule.maximum_duration;
        let most =
            format!("until {} at the latest ({})", zone.date_time(latest), rule.maximum_duration.words());
        if self.permanent {
            return rule
                .is_expiration_required
                .then(|| sentence("the policy does not allow permanent assignment", &most));
        }
        let Some(end) = zone.from_input(&self.end) else { return Some("Enter a date and a time.".into()) };
        if end < start + SHORTEST {
            let allowed = format!("{} or later", zone.date_time(start + SHORTEST));
            return Some(sentence("the end must be at least 5 minutes after the start", &allowed));
        }
        (rule.is_expiration_required && end > latest)
            .then(|| sentence("this is longer than the policy allows", &most))
    }
}

/// The fields. *Permanent* is disabled with its reason where the policy does not allow it.
pub fn window_fields(
    kind: Kind,
    rule: ExpirationRule,
    draft: Signal<WindowDraft>,
    change: impl Fn(WindowDraft) + Copy + Send + Sync + 'static,
    start_error: Signal<Option<String>>,
    end_error: Signal<Option<String>>,
    zone: String,
) -> AnyView {
    let word = if kind == Kind::Eligible { "Permanently eligible" } else { "Permanently assigned" };
    let refused = rule.is_expiration_required;
    let hint = if refused {
        format!("The policy does not allow it; at most {}", rule.maximum_duration.words())
    } else {
        "It never ends by itself".to_owned()
    };
    let permanent = move || draft.with(|draft| draft.permanent);
    let edit = move |write: &dyn Fn(&mut WindowDraft)| {
        let mut next = draft.get_untracked();
        write(&mut next);
        change(next);
    };
    let zone = Signal::stored(zone);
    let mut start = Field::new("Assignment starts", "starts").error(start_error);
    start.kind = "datetime-local";
    start.hint = zone;
    let mut end = Field::new("Assignment ends", "ends").error(end_error);
    end.kind = "datetime-local";
    end.hint = zone;
    end.disabled = Signal::derive(permanent);
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=permanent
                disabled=move || refused && !permanent()
                aria-describedby="permanent-hint"
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    edit(&|draft| draft.permanent = on);
                }
            />
            <span>{word}<span class="hint" id="permanent-hint">{hint}</span></span>
        </label>
        <div class="pair">
            {field(start, Signal::derive(move || draft.with(|d| d.start.clone())), move |text| {
                edit(&|draft| draft.start.clone_from(&text));
            })}
            {field(end, Signal::derive(move || draft.with(|d| d.end.clone())), move |text| {
                edit(&|draft| draft.end.clone_from(&text));
            })}
        </div>
    }
    .into_any()
}
