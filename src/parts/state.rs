//! The state of an assignment in words, and the tone that goes with it.

use domain::{
    request::Status,
    schedule::{AssignmentType, Kind, MemberType},
    time::{Instant, Span},
    wire::{api::AssignmentRow, requests::RequestRow},
};

use leptos::prelude::*;

use crate::data::{Zone, use_clock, use_zone};

/// Under this an activation is about to end.
const SOON: Span = Span::minutes(15);

/// The tone of a state; never the only sign of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    Neutral,
    /// In force for a while.
    Success,
    /// Waits, or ends soon.
    Warning,
    /// In force by assignment.
    Brand,
    /// Will start.
    Informative,
    /// Over.
    Subtle,
    /// Said no, or went wrong.
    Danger,
}

/// A state in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The words.
    pub text: String,
    /// The tone.
    pub tone: Tone,
}

impl State {
    fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }
}

/// The state of a row at `now`. What is asked and what is active comes before what is merely possible.
pub fn state_of(row: &AssignmentRow, now: Instant, zone: Zone) -> State {
    if let Some(request) = &row.open_request {
        return match request.start_date_time {
            Some(start) if Status::parse(&request.status) == Some(Status::Granted) => {
                starts(start, now, zone)
            }
            _ => State::new(Tone::Warning, pending(request.created_date_time, now)),
        };
    }
    if row.end_date_time.is_some_and(|end| end <= now) {
        let end = row.end_date_time.unwrap_or(now);
        return State::new(Tone::Subtle, format!("Ended {}", zone.short(end, now)));
    }
    if let Some(activation) = &row.activation {
        return if activation.start_date_time > now {
            starts(activation.start_date_time, now, zone)
        } else {
            activated(activation.end_date_time, now)
        };
    }
    if row.start_date_time > now {
        return starts(row.start_date_time, now, zone);
    }
    match (row.kind, row.assignment_type) {
        (Kind::Eligible, _) => State::new(Tone::Neutral, "Eligible"),
        (Kind::Active, Some(AssignmentType::Activated)) => activated(row.end_date_time, now),
        (Kind::Active, _) => match row.end_date_time {
            None => State::new(Tone::Brand, "Assigned, permanent"),
            Some(end) => State::new(Tone::Brand, format!("Assigned, until {}", zone.short(end, now))),
        },
    }
}

/// How far a request has come (`reference/portal-blades.md` 3.7).
pub fn state_of_request(row: &RequestRow, now: Instant, zone: Zone) -> State {
    let by = row.review.as_ref().map(|review| review.by.as_str());
    match (row.status, by) {
        (Status::PendingApproval, _) if row.due_date_time.is_some_and(|due| due <= now) => expired(),
        (Status::PendingApproval, _) => State::new(Tone::Warning, pending(row.created_date_time, now)),
        (Status::Granted, _) => {
            let start = row.start_date_time.map(|start| format!(", starts {}", zone.short(start, now)));
            State::new(Tone::Informative, format!("Scheduled{}", start.unwrap_or_default()))
        }
        (Status::Provisioned, Some(by)) => State::new(Tone::Success, format!("Approved by {by}")),
        (Status::Provisioned, None) => State::new(Tone::Success, "Provisioned"),
        (Status::Revoked, _) => State::new(Tone::Subtle, "Provisioned"),
        (Status::Denied, by) => {
            State::new(Tone::Danger, format!("Denied by {}", by.unwrap_or("an approver")))
        }
        (Status::Canceled, _) => State::new(Tone::Subtle, "Cancelled"),
        (Status::TimedOut, _) => expired(),
        (Status::Failed, _) => State::new(Tone::Danger, failed(row)),
    }
}

/// "Failed: the eligibility has ended".
fn failed(row: &RequestRow) -> String {
    row.failure.as_ref().map_or_else(|| "Failed".to_owned(), |why| format!("Failed: {why}"))
}

fn expired() -> State {
    State::new(Tone::Subtle, "Expired, nobody answered within 24 h")
}

fn pending(asked: Instant, now: Instant) -> String {
    format!("Pending approval, asked {} ago", (now - asked).words())
}

fn starts(start: Instant, now: Instant, zone: Zone) -> State {
    State::new(Tone::Informative, format!("Starts {}", zone.short(start, now)))
}

fn activated(end: Option<Instant>, now: Instant) -> State {
    let Some(left) = end.map(|end| end - now) else { return State::new(Tone::Success, "Active") };
    if left <= Span::ZERO {
        return State::new(Tone::Subtle, "Ending now");
    }
    let words = if left < Span::minutes(1) { format!("{} s", left.0 / 1_000) } else { left.words() };
    State::new(if left < SOON { Tone::Warning } else { Tone::Success }, format!("Active, {words} left"))
}

/// The chip of a row. It counts down by itself, so the row need not be drawn anew.
pub fn chip(row: AssignmentRow) -> AnyView {
    state_chip(move |now, zone| state_of(&row, now, zone))
}

/// The chip of a request.
pub fn request_chip(row: RequestRow) -> AnyView {
    state_chip(move |now, zone| state_of_request(&row, now, zone))
}

fn state_chip(state: impl Fn(Instant, Zone) -> State + Send + Sync + 'static) -> AnyView {
    let (clock, zone) = (use_clock(), use_zone());
    let state = Memo::new(move |_| state(clock.now(), zone));
    let class = move || match state.with(|state| state.tone) {
        Tone::Neutral => "chip",
        Tone::Success => "chip success",
        Tone::Warning => "chip warning",
        Tone::Brand => "chip brand",
        Tone::Informative => "chip info",
        Tone::Subtle => "chip subtle",
        Tone::Danger => "chip danger",
    };
    view! { <span class=class>{move || state.with(|state| state.text.clone())}</span> }.into_any()
}

/// A count as it is shown: exact to 1,000.
pub fn total(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000 => "1,000".into(),
        _ => "1,000+".into(),
    }
}

/// The *Membership* column of the person's own rows.
pub fn membership(row: &AssignmentRow) -> String {
    match row.member_type {
        MemberType::Direct => "Direct".into(),
        MemberType::Group if row.principal_type == "group" => format!("Group: {}", row.principal_name),
        MemberType::Group => "Group".into(),
    }
}
