//! The columns of the audit screens and what stands in them.

use std::sync::Arc;

use domain::audit::{Actor, Entry, Outcome, Target};
use leptos::prelude::*;

use crate::{
    components::{Icon, icon},
    history::use_route,
    parts::{Column, DIRECTORY, Row, fact_time, principal_name},
    routes::{Book, Route},
    session::use_who,
};

/// What is the same in every row, or seldom there, stands in the details and in the files.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::new("Time").by("time"),
        Column::new("Requestor"),
        Column::new("Action"),
        Column::new("Resource name").seldom(),
        Column::new("Scope").seldom(),
        Column::new("Primary target"),
        Column::new("Subject"),
        Column::new("Subject type"),
        Column::new("Status"),
        Column::new("Reason"),
        Column::new("Ticket").seldom(),
    ]
}

pub(super) fn row(book: Book, entry: &Entry) -> Row {
    let key = entry.id.to_string();
    let entry = entry.clone();
    let cells = move || {
        let route = use_route();
        let who = use_who();
        let tenant = move || who.with(|session| session.tenant.display_name.clone()).unwrap_or_default();
        let id = entry.id;
        let to = move || {
            route.with(|route| Route::AuditRow(book, id, route.list().cloned().unwrap_or_default()).url())
        };
        let subject = subject(&entry);
        let name = |target: Option<&Target>| target.map(|target| target.name.clone()).unwrap_or_default();
        vec![
            view! { <a href=to>{fact_time(entry.at)}</a> }.into_any(),
            actor(&entry.actor).into_any(),
            entry.activity.clone().into_any(),
            tenant.into_any(),
            DIRECTORY.into_any(),
            principal_name(&name(entry.targets.first())),
            principal_name(&name(subject)),
            subject.map(|target| target.kind.clone()).into_any(),
            status(entry.outcome),
            entry
                .reason
                .clone()
                .map(|reason| view! { <span class="clip" title=reason.clone()>{reason.clone()}</span> })
                .into_any(),
            ticket(&entry).into_any(),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}

/// Whom it was done to, beside the role.
pub(super) fn subject(entry: &Entry) -> Option<&Target> {
    entry.targets.iter().find(|target| target.kind != "Role")
}

/// Who did it.
pub(super) fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Person { name, user_principal_name, .. } if name.is_empty() => user_principal_name.clone(),
        Actor::Person { name, .. } | Actor::System { name } => name.clone(),
    }
}

/// A green tick or a red cross, with the word.
pub(super) fn status(outcome: Outcome) -> AnyView {
    let (class, picture, word) = match outcome {
        Outcome::Success => ("audit-status success", Icon::Check, "Success"),
        Outcome::Failure => ("audit-status failure", Icon::Close, "Failed"),
    };
    view! { <span class=class>{icon(picture)}{word}</span> }.into_any()
}

fn ticket(entry: &Entry) -> String {
    let told = |wanted: &str| {
        let found = entry.details.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.as_str())
    };
    format!("{} {}", told("TicketNumber"), told("TicketSystem")).trim().to_owned()
}
