//! Settings: each role with the last change of its rules, and the editor of one.

mod activation;
mod approvers;
mod assignment;
mod draft;
mod editor;
mod notification;

use std::sync::Arc;

use domain::wire::api::RoleSetting;
pub(super) use editor::edit_settings;
use leptos::prelude::*;

use crate::{
    api,
    components::Icon,
    data::{Cache, Family, Key, Query, use_cache, use_zone},
    history::use_history,
    parts::{
        Column, Command, Row, Rows, command_bar, current_list, list_table, page_head, pager, role_name, total,
    },
    routes::{List, Privileged, RolePart, Route},
};

/// The screen.
pub(super) fn settings() -> AnyView {
    let list = current_list();
    let (cache, zone) = (use_cache(), use_zone());
    let query = Query::new(move || {
        let list = list.get();
        (Key::RoleSettings(list.clone()), Box::pin(api::role_settings(list)))
    });
    let count = move || query.ready().map(|page| page.total);
    let title = Signal::derive(move || match count() {
        Some(count) => format!("Settings ({})", total(count)),
        None => "Settings".to_owned(),
    });
    let columns = Signal::stored(vec![
        Column::new("Role").by("name"),
        Column::new("Modified"),
        Column::new("Last updated").by("modified").at_end(),
        Column::new("Last updated by").by("by"),
    ]);
    let rows = move || {
        Rows::of(&query.get(), |page| {
            page.rows
                .iter()
                .map(|row| {
                    let when = row.last_modified_date_time.map(|at| zone.date_time(at)).unwrap_or_default();
                    table_row(row, when, cache)
                })
                .collect()
        })
    };
    let empty = move || match list.with(|list| list.search.clone()) {
        search if search.is_empty() => "There is no such role.".to_owned(),
        search => format!("No role matches \u{201c}{search}\u{201d}."),
    };
    view! {
        {page_head(title, "What each role asks before it is given, and who is told.")}
        {command_bar(vec![
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Roles))),
        ])}
        {list_table("Search by role name", privileged_filter(), "Settings of roles", columns, rows, empty, move || query.refetch())}
        {pager(count)}
    }
    .into_any()
}

fn table_row(row: &RoleSetting, when: String, cache: Cache) -> Row {
    let key = format!("{row:?}{when}");
    let row = row.clone();
    let cells = move || {
        let id = row.role_definition_id;
        let to = Route::Role(id, RolePart::Settings, List::default());
        let ahead = move |()| cache.prefetch(Key::RoleSetting(id), Box::pin(api::role_setting(id)));
        let name = view! {
            <span on:mouseenter=move |_| ahead(()) on:focusin=move |_| ahead(())>
                {role_name(row.display_name.clone(), row.is_privileged, &to)}
            </span>
        };
        vec![
            name.into_any(),
            if row.modified { "Yes" } else { "No" }.into_any(),
            when.clone().into_any(),
            row.last_modified_by.clone().unwrap_or_default().into_any(),
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
