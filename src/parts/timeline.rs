//! The timeline of a request: each moment from the ask to the end, with who, why and what is still to come.

use domain::{
    ids::RequestId,
    request::Status,
    time::Instant,
    wire::audit::{Timeline, TimelineEntry, TimelineKind, TimelineResult},
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Icon, icon},
    data::{Key, Load, Query, use_clock, use_zone},
};

/// The timeline, in its four states. It follows the request while something about it is open.
pub fn timeline(request: RequestId) -> AnyView {
    let query = Query::new(move || (Key::Timeline(request), Box::pin(api::timeline(request))));
    let clock = use_clock();
    Effect::new(move |_| {
        let now = clock.now();
        let open = query.ready_untracked().is_some_and(|timeline| is_open(&timeline, now));
        if open && !query.is_busy_untracked() {
            query.refetch();
        }
    });
    let content = move || match query.get() {
        Load::Loading => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
        Load::Failed(error) => view! {
            <div class="empty" role="alert">
                <p class="empty-title">"The timeline could not be loaded"</p>
                <p class="empty-text">{error.sentence()}</p>
                <button type="button" class="button" on:click=move |_| query.refetch()>"Try again"</button>
            </div>
        }
        .into_any(),
        Load::Ready(timeline) if timeline.entries.is_empty() => {
            view! { <p class="quiet">"Nothing is told of this request."</p> }.into_any()
        }
        Load::Ready(timeline) => {
            let moments = timeline.entries.iter().map(moment).collect_view();
            view! { <ol class="timeline" aria-label="Timeline">{moments}</ol> }.into_any()
        }
    };
    content.into_any()
}

/// Whether something may happen to it by somebody else's act, or is happening now.
fn is_open(timeline: &Timeline, now: Instant) -> bool {
    let due = timeline.entries.iter().any(|entry| entry.result == TimelineResult::Waiting && entry.at <= now);
    due || Status::parse(&timeline.status) == Some(Status::PendingApproval)
}

fn moment(entry: &TimelineEntry) -> AnyView {
    let (class, word) = match entry.result {
        TimelineResult::Done => ("moment", None),
        TimelineResult::Failed => ("moment failed", Some("Failed")),
        TimelineResult::Waiting if entry.kind == TimelineKind::Mail => ("moment waiting", None),
        TimelineResult::Waiting => ("moment waiting", Some("To come")),
    };
    let picture = match (entry.result, entry.kind) {
        (TimelineResult::Failed, _)
        | (_, TimelineKind::Denied | TimelineKind::Canceled | TimelineKind::TimedOut)
            if entry.result != TimelineResult::Waiting =>
        {
            Icon::Close
        }
        (TimelineResult::Waiting, _) => Icon::Clock,
        (_, TimelineKind::Mail) => Icon::Info,
        _ => Icon::Check,
    };
    let by = entry.actor.as_ref().map(|actor| view! { <span class="quiet">{format!(" by {actor}")}</span> });
    let mark = word.map(|word| view! { <span class="quiet">{format!(" ({word})")}</span> });
    let reason = entry.reason.clone().map(|reason| view! { <p class="moment-reason">{reason}</p> });
    let details = (!entry.details.is_empty()).then(|| {
        let rows = entry
            .details
            .iter()
            .map(|(name, value)| view! { <dt>{fact_name(name)}</dt><dd>{fact_value(value)}</dd> });
        view! { <dl class="facts compact">{rows.collect_view()}</dl> }
    });
    view! {
        <li class=class>
            <span class="moment-mark">{icon(picture)}</span>
            <div class="moment-body">
                <p><strong>{entry.text.clone()}</strong>{by}{mark}</p>
                <p class="moment-time">{fact_time(entry.at)}</p>
                {reason}
                {details}
            </div>
        </li>
    }
    .into_any()
}

/// A time in the reader's zone with UTC beside it, as everything about audit shows it.
pub fn fact_time(at: Instant) -> AnyView {
    let zone = use_zone();
    let utc = at.to_string();
    let beside = utc.get(11..19).map(|clock| format!("{clock} UTC"));
    view! {
        <time datetime=utc.clone() title=move || zone.exact(at)>
            {move || zone.date_time(at)} " " <span class="utc">{beside}</span>
        </time>
    }
    .into_any()
}

/// The name of a fact as a person would write it: `StartTime` is "Start time". The name of a rule, such as
/// `Approval_EndUser_Assignment.setting`, stays what scripts call it.
pub fn fact_name(name: &str) -> String {
    if name.contains('_') {
        return name.to_owned();
    }
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// The value of a fact: an instant in the reader's zone, anything else as it is.
pub fn fact_value(value: &str) -> AnyView {
    match value.parse::<Instant>() {
        Ok(at) => fact_time(at),
        Err(_) => value.to_owned().into_any(),
    }
}
