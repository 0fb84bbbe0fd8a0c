//! Roles, and the page of one.

mod description;
mod role_page;
mod settings;

use std::sync::Arc;

use domain::{permission::Permission, wire::api::RoleRow};
use leptos::prelude::*;
pub(super) use role_page::role_page;

use crate::{
    api,
    components::Icon,
    data::{Cache, Family, Key, Query, use_cache},
    history::use_history,
    parts::{
        Column, Command, Row, Rows, command_bar, current_list, list_table, page_head, pager, role_name, total,
    },
    routes::{Host, List, Preset, Privileged, RolePart, Route},
    session::use_who,
};

/// The screen.
pub(super) fn roles() -> AnyView {
    let list = current_list();
    let query = Query::new(move || {
        let list = list.get();
        (Key::Roles(list.clone()), Box::pin(api::roles(list)))
    });
    let (who, cache) = (use_who(), use_cache());
    let count = move || query.ready().map(|page| page.total);
    let title = Signal::derive(move || match count() {
        Some(count) => format!("Roles ({})", total(count)),
        None => "Roles".to_owned(),
    });
    let columns = Signal::stored(vec![
        Column::new("Role").by("name"),
        Column::new("Description"),
        Column::new("Active").by("active").at_end(),
        Column::new("Eligible").by("eligible").at_end(),
    ]);
    let rows =
        move || Rows::of(&query.get(), |page| page.rows.iter().map(|row| table_row(row, cache)).collect());
    let empty = move || match list.with(|list| list.search.clone()) {
        search if search.is_empty() => "There is no such role.".to_owned(),
        search => format!("No role matches \u{201c}{search}\u{201d}."),
    };
    let add = Signal::stored(Route::AddAssignments(Host::Assignments, Preset::default(), List::default()));
    view! {
        {page_head(title, "What each role is for, and how many people have it.")}
        {command_bar(vec![
            Command::Go(Icon::Add, "Add assignments", add, Signal::derive(move || who.may(Permission::ManageRoles))),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Roles))),
        ])}
        {list_table("Search by role name", privileged_filter(), "Roles", columns, rows, empty, move || query.refetch())}
        {pager(count)}
    }
    .into_any()
}

fn table_row(row: &RoleRow, cache: Cache) -> Row {
    let key = format!("{row:?}");
    let row = row.clone();
    let cells = move || {
        let id = row.id;
        let to = Route::Role(id, RolePart::Assignments, List::default());
        let ahead = move |()| cache.prefetch(Key::Role(id), Box::pin(api::role(id)));
        let name = view! {
            <span on:mouseenter=move |_| ahead(()) on:focusin=move |_| ahead(())>
                {role_name(row.display_name.clone(), row.is_privileged, &to)}
            </span>
        };
        vec![
            name.into_any(),
            view! { <span class="clip" title=row.description.clone()>{row.description.clone()}</span> }
                .into_any(),
            total(row.active_count).into_any(),
            total(row.eligible_count).into_any(),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}

fn privileged_filter() -> AnyView {
    let list = current_list();
    let history = use_history();
    let change = move |event| {
        let privileged = Privileged::parse(&event_target_value(&event));
        let list = List { privileged, page: 0, ..list.get_untracked() };
        history.replace(&history.route().get_untracked().with_list(list));
    };
    let option = move |value: Privileged, name: &'static str| {
        view! {
            <option value=value.as_str() selected=move || list.with(|list| list.privileged) == value>{name}</option>
        }
    };
    view! {
        <label class="filter">
            "Privileged "
            <select class="select" on:change=change>
                {option(Privileged::All, "All")}
                {option(Privileged::Only, "Privileged only")}
                {option(Privileged::Without, "Not privileged")}
            </select>
        </label>
    }
    .into_any()
}
