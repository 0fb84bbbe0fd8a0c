//! What an approver sees before he answers: who asks for what, why, for how long, and what it would give.

use domain::{time::Instant, wire::requests::RequestDetail};
use leptos::prelude::*;

use crate::{
    api::sentence,
    components::{facts, privileged},
    data::{use_clock, use_zone},
    parts::{DIRECTORY, fact_time, request_chip, request_end, request_start, request_type},
    routes::{Desk, List, Route},
};

/// The facts of a request.
pub(super) fn request_facts(detail: &RequestDetail) -> AnyView {
    let row = &detail.row;
    let shield = row.role_is_privileged.then(privileged);
    let role = view! { <span class="role-name">{row.role_name.clone()}{shield}</span> }.into_any();
    let who = format!("{} ({})", row.principal_name, detail.user_principal_name);
    let time = |at: Option<Instant>, other: AnyView| at.map_or(other, fact_time);
    let start = time(row.start_date_time, request_start(row));
    let end = time(row.end_date_time, request_end(row));
    let ticket = match (&row.ticket_number, &row.ticket_system) {
        (None, None) => "None".to_owned(),
        (number, system) => {
            let parts: Vec<&str> = [number, system].into_iter().flatten().map(String::as_str).collect();
            parts.join(", ")
        }
    };
    let mut rows: Vec<(&'static str, AnyView)> = vec![
        ("Role", role),
        ("Requestor", who.into_any()),
        ("Request type", request_type(row.action).into_any()),
        ("Scope", DIRECTORY.into_any()),
        ("Requested", fact_time(row.created_date_time)),
        ("Start time", start),
        ("End time", end),
        ("Reason", row.justification.clone().unwrap_or_else(|| "None".to_owned()).into_any()),
        ("Ticket", ticket.into_any()),
        ("Status", request_chip(row.clone())),
    ];
    if detail.can_review {
        rows.extend(row.due_date_time.map(|due| ("Answer until", fact_time(due))));
    }
    view! { {facts(rows)} {gains(detail)} }.into_any()
}

fn gains(detail: &RequestDetail) -> AnyView {
    let name = detail.row.principal_name.clone();
    let list = if detail.gains.is_empty() {
        view! {
            <p class="quiet">"It adds nothing that Pimlico itself checks. What it allows elsewhere, the connected systems decide."</p>
        }
        .into_any()
    } else {
        let rows = detail.gains.iter().map(|name| view! { <li><code>{name.clone()}</code></li> });
        view! { <ul class="permissions">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="gains">
            <h3 id="gains">{format!("What the role allows and {name} lacks")}</h3>
            <p>{detail.role_description.clone()}</p>
            {list}
        </section>
    }
    .into_any()
}

/// What became of a request that can no longer be answered.
pub(super) fn outcome(detail: &RequestDetail) -> AnyView {
    let zone = use_zone();
    let row = &detail.row;
    let words = match &row.review {
        Some(review) => {
            let did = match review.answer {
                domain::approval::Answer::Approve => "approved",
                domain::approval::Answer::Deny => "denied",
            };
            let why = if review.justification.is_empty() {
                String::new()
            } else {
                format!(" \u{201c}{}\u{201d}.", review.justification)
            };
            let failed = row
                .failure
                .as_ref()
                .map(|failure| format!(" It could not be given any more: {}", sentence(failure, "")));
            let now = use_clock().now_untracked();
            let when = match zone.short(review.at, now) {
                today if today == zone.clock(review.at) => format!("at {today}"),
                day => format!("on {day}"),
            };
            let did = format!("{} {did} this request {when}.{why}", review.by);
            did + &failed.unwrap_or_default()
        }
        None if detail.is_own => {
            "This is your own request. Nobody decides his own request; another approver can.".to_owned()
        }
        None => match row.status {
            domain::request::Status::Canceled => {
                "This request was cancelled. Nothing is left to decide.".to_owned()
            }
            domain::request::Status::TimedOut => {
                "Nobody answered this request within 24 hours. It must be sent anew.".to_owned()
            }
            domain::request::Status::PendingApproval => {
                "Only an approver of this role can decide this request.".to_owned()
            }
            _ => "This request does not wait for an answer.".to_owned(),
        },
    };
    let timeline = Route::RequestTimeline(Desk::Approve, row.id, List::default()).url();
    view! {
        <p class="note info" role="status">{words}</p>
        <p><a href=timeline>"Timeline of the request"</a></p>
    }
    .into_any()
}
