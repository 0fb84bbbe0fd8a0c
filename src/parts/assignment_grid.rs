//! The three tabs of assignments: of everybody, of one role, of one person.

use std::sync::Arc;

use domain::{
    ids::{PrincipalId, RoleId},
    permission::Permission,
    principal::PrincipalKind,
    schedule::{AssignmentType, Kind},
    time::Instant,
    wire::api::{AssignmentRow, Assignments, Tab},
};
use leptos::prelude::*;

use super::{
    Column, DIRECTORY, Row, Rows, chip,
    frame::{pager, principal_name, role_name, tabs},
    list_table,
};
use crate::{
    api,
    data::{Key, Query, use_zone},
    history::{use_history, use_route},
    routes::{Host, List, RolePart, Route, UserPart},
    session::use_who,
};

/// The grid, with tabs, search, filter and pages. Shown by Assignments, by a role's page and by a person's page.
pub fn assignment_grid(host: Host) -> AnyView {
    let query = assignments_of(host);
    let list = current_list();
    let counts = move |tab| {
        query.ready().map(|page| match tab {
            Tab::Eligible => page.counts.eligible,
            Tab::Active => page.counts.active,
            Tab::Expired => page.counts.expired,
        })
    };
    let shown = move || counts(list.with(|list| list.tab));
    let columns = Signal::derive(move || columns(host, list.with(|list| list.tab)));
    let rows = move || {
        let tab = list.with(|list| list.tab);
        Rows::of(&query.get(), |page| page.rows.iter().map(|row| grid_row(host, tab, row)).collect())
    };
    let label = match host {
        Host::User(_) => "Search by role",
        Host::Assignments | Host::Role(_) => "Search by member or principal name",
    };
    let empty = move || {
        list.with(|list| match (list.search.is_empty(), list.tab, host) {
            (false, ..) => format!("Nothing matches \u{201c}{}\u{201d}.", list.search),
            (true, Tab::Eligible, Host::User(_)) => "Not eligible for any role.".into(),
            (true, Tab::Active, Host::User(_)) => "No role is active.".into(),
            (true, Tab::Eligible, _) => "Nobody is eligible here.".into(),
            (true, Tab::Active, _) => "Nobody is active here.".into(),
            (true, Tab::Expired, _) => "No assignment ended in the last 30 days.".into(),
        })
    };
    view! {
        {tabs(counts)}
        {list_table(label, kind_filter(), "Assignments", columns, rows, empty, move || query.refetch())}
        {pager(shown)}
    }
    .into_any()
}

/// The read behind the grid; a panel over it finds its row in the same one.
pub fn assignments_of(host: Host) -> Query<Assignments> {
    let list = current_list();
    let (role, principal) = of(host);
    Query::new(move || {
        let list = list.get();
        (Key::Assignments(list.clone(), role, principal), Box::pin(api::assignments(list, role, principal)))
    })
}

/// Where the rows on the screen are to be had as CSV.
pub fn export_of(host: Host) -> Signal<String> {
    let list = current_list();
    let (role, principal) = of(host);
    Signal::derive(move || list.with(|list| api::export_url(list, role, principal)))
}

const fn of(host: Host) -> (Option<RoleId>, Option<PrincipalId>) {
    match host {
        Host::Assignments => (None, None),
        Host::Role(id) => (Some(id), None),
        Host::User(id) => (None, Some(id)),
    }
}

/// The state of the grid, in the address.
pub fn current_list() -> Memo<List> {
    let route = use_route();
    Memo::new(move |_| route.with(|route| route.list().cloned().unwrap_or_default()))
}

/// On the Expired tab: eligible or active assignments.
pub fn kind_filter() -> AnyView {
    let list = current_list();
    let history = use_history();
    let change = move |event| {
        let kind = Kind::parse(&event_target_value(&event));
        let list = List { kind, page: 0, ..list.get_untracked() };
        history.replace(&history.route().get_untracked().with_list(list));
    };
    let select = move || {
        (list.with(|list| list.tab) == Tab::Expired).then(|| {
            let active = move || list.with(|list| list.kind) == Some(Kind::Active);
            view! {
                <label class="filter">
                    "Assignment type "
                    <select class="select" on:change=change>
                        <option value="eligible" selected=move || !active()>"Eligible"</option>
                        <option value="active" selected=active>"Active"</option>
                    </select>
                </label>
            }
        })
    };
    select.into_any()
}

fn columns(host: Host, tab: Tab) -> Vec<Column> {
    let mut columns = Vec::with_capacity(10);
    if !matches!(host, Host::Role(_)) {
        columns.push(Column::new("Role").by("role"));
    }
    if !matches!(host, Host::User(_)) {
        columns.push(Column::new("Name").by("name"));
    }
    columns.push(Column::new("Principal name"));
    if !matches!(host, Host::User(_)) {
        columns.push(Column::new("Type"));
    }
    columns.extend([Column::new("Scope"), Column::new("Membership")]);
    if tab == Tab::Active {
        columns.push(Column::new("State"));
    }
    columns.push(Column::new("Start time").by("start").at_end());
    columns.push(Column::new("End time").by("end").at_end());
    if tab != Tab::Expired {
        columns.push(Column::new("Action"));
    }
    columns
}

fn grid_row(host: Host, tab: Tab, row: &AssignmentRow) -> Row {
    let key = format!("{tab:?}{row:?}");
    let row = row.clone();
    let cells = move || {
        let mut cells: Vec<AnyView> = Vec::with_capacity(10);
        if !matches!(host, Host::Role(_)) {
            let to = Route::Role(row.role_definition_id, RolePart::Assignments, List::default());
            cells.push(role_name(row.role_name.clone(), row.role_is_privileged, &to));
        }
        if !matches!(host, Host::User(_)) {
            cells.push(holder(&row));
        }
        cells.push(principal_name(&row.user_principal_name));
        if !matches!(host, Host::User(_)) {
            cells.push(PrincipalKind::parse(&row.principal_type).map_or("", PrincipalKind::label).into_any());
        }
        cells.push(DIRECTORY.into_any());
        cells.push(super::membership(&row).into_any());
        if tab == Tab::Active {
            cells.push(chip(row.clone()));
        }
        cells.push(time(Some(row.start_date_time)));
        cells.push(time(row.end_date_time));
        if tab != Tab::Expired {
            cells.push(actions(host, &row));
        }
        cells
    };
    Row { key, cells: Arc::new(cells) }
}

fn holder(row: &AssignmentRow) -> AnyView {
    let list = List::default();
    let to = match PrincipalKind::parse(&row.principal_type) {
        Some(PrincipalKind::User) => Route::User(row.principal_id, UserPart::Overview, list),
        Some(PrincipalKind::Group) => Route::Group(row.principal_id, list),
        _ => return row.principal_name.clone().into_any(),
    };
    view! { <a href=to.url()>{row.principal_name.clone()}</a> }.into_any()
}

/// A time in the reader's zone; none is permanent.
pub fn time(at: Option<Instant>) -> AnyView {
    let zone = use_zone();
    let Some(at) = at else { return view! { <span class="quiet">"Permanent"</span> }.into_any() };
    view! { <time datetime=at.to_string() title=move || zone.exact(at)>{move || zone.date_time(at)}</time> }
        .into_any()
}

/// Update and Remove. An activation ends with Remove; its window is the eligible person's own.
fn actions(host: Host, row: &AssignmentRow) -> AnyView {
    let who = use_who();
    let may = Memo::new(move |_| who.may(Permission::ManageRoles));
    let route = use_route();
    let id = row.schedule_id;
    let about = format!("{}, {}", row.principal_name, row.role_name);
    let link = move |name: &'static str, to: fn(Host, domain::ids::ScheduleId, List) -> Route| {
        let about = about.clone();
        move || match may.get() {
            Ok(()) => {
                let url =
                    move || route.with(|route| to(host, id, route.list().cloned().unwrap_or_default()).url());
                view! { <a href=url aria-label=format!("{name} {about}")>{name}</a> }.into_any()
            }
            Err(lack) => {
                let label = format!("{name} {about}: {}", lack.reason);
                view! {
                    <button type="button" class="link" aria-disabled="true" aria-label=label title=lack.reason>
                        {name}
                    </button>
                }
                .into_any()
            }
        }
    };
    let update = (row.assignment_type != Some(AssignmentType::Activated))
        .then(|| link.clone()("Update", Route::UpdateAssignment));
    view! { <span class="actions">{link("Remove", Route::RemoveAssignment)}{update}</span> }.into_any()
}
