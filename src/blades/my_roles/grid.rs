//! The columns and rows of My roles, and what can be done with a row.

use std::sync::Arc;

use domain::{
    ids::RequestId,
    schedule::{AssignmentType, Kind},
    wire::api::{AssignmentRow, Tab},
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, use_toasts},
    data::{Mutation, use_cache},
    history::use_route,
    parts::{Column, DIRECTORY, Row, changed, chip, membership, role_name, time},
    routes::{List, RolePart, Route},
    session::use_who,
};

pub(super) fn columns(tab: Tab) -> Vec<Column> {
    let mut columns = vec![Column::new("Role").by("role"), Column::new("Scope"), Column::new("Membership")];
    match tab {
        Tab::Eligible => columns.extend([Column::new("State"), Column::new("End time").by("end").at_end()]),
        Tab::Active => columns.extend([
            Column::new("State"),
            Column::new("Start time").by("start").at_end(),
            Column::new("End time").by("end").at_end(),
        ]),
        Tab::Expired => columns.extend([
            Column::new("Start time").by("start").at_end(),
            Column::new("End time").by("end").at_end(),
        ]),
    }
    if tab != Tab::Expired {
        columns.push(Column::new("Action"));
    }
    columns
}

pub(super) fn row(tab: Tab, row: &AssignmentRow) -> Row {
    let key = format!("{tab:?}{row:?}");
    let row = row.clone();
    let cells = move || {
        let to = Route::Role(row.role_definition_id, RolePart::Description, List::default());
        let mut cells = vec![
            role_name(row.role_name.clone(), row.role_is_privileged, &to),
            DIRECTORY.into_any(),
            membership(&row).into_any(),
        ];
        if tab != Tab::Expired {
            cells.push(chip(row.clone()));
        }
        if tab != Tab::Eligible {
            cells.push(time(Some(row.start_date_time)));
        }
        cells.push(time(row.end_date_time));
        match tab {
            Tab::Eligible => cells.push(eligible_actions(&row)),
            Tab::Active => cells.push(active_actions(&row)),
            Tab::Expired => {}
        }
        cells
    };
    Row { key, cells: Arc::new(cells) }
}

/// Activate; while it is asked already, Cancel; while it is active, Deactivate.
fn eligible_actions(row: &AssignmentRow) -> AnyView {
    if let Some(request) = &row.open_request {
        // An eligibility that an administrator gave for later is not the person's to cancel.
        let own = request.id.0 != row.schedule_id.0;
        return if own { cancel(request.id, &row.role_name) } else { ().into_any() };
    }
    if let Some(activation) = &row.activation {
        return link("Deactivate", &row.role_name, {
            let id = activation.schedule_id;
            move |list| Route::Deactivate(id, list)
        });
    }
    let id = row.schedule_id;
    link("Activate", &row.role_name, move |list| Route::Activate(id, list))
}

/// Deactivate, of what the person activated himself; what an administrator assigned only an administrator removes.
fn active_actions(row: &AssignmentRow) -> AnyView {
    if row.kind != Kind::Active || row.assignment_type != Some(AssignmentType::Activated) {
        return ().into_any();
    }
    if let Some(request) = &row.open_request {
        return cancel(request.id, &row.role_name);
    }
    let id = row.schedule_id;
    link("Deactivate", &row.role_name, move |list| Route::Deactivate(id, list))
}

fn link(name: &'static str, role: &str, to: impl Fn(List) -> Route + Send + Sync + 'static) -> AnyView {
    let route = use_route();
    let url = move || route.with(|route| to(route.list().cloned().unwrap_or_default()).url());
    view! { <a href=url aria-label=format!("{name} {role}")>{name}</a> }.into_any()
}

fn cancel(id: RequestId, role: &str) -> AnyView {
    let (cache, who) = (use_cache(), use_who());
    let toasts = use_toasts();
    let mutation = Mutation::default();
    let name = role.to_owned();
    let act = move |_| {
        let done = format!("The request for {name} is cancelled.");
        mutation.run(api::cancel_request(Kind::Active, id), move |()| {
            toasts.say(Tone::Success, done);
            changed(cache, who);
        });
    };
    let label = format!("Cancel the request for {role}");
    view! {
        <button type="button" class="link" aria-label=label on:click=act>
            {move || if mutation.is_busy() { "Cancelling" } else { "Cancel" }}
        </button>
        {move || mutation.error().map(|error| view! { <span class="error" role="alert">{error.sentence()}</span> })}
    }
    .into_any()
}
