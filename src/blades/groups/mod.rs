//! Groups: the list, the members of one, and the panels that change them.

mod add_members;
mod group_page;
mod new_group;

use std::sync::Arc;

pub(super) use add_members::add_members;
use domain::{capability, wire::graph::DirectoryObject};
pub(super) use group_page::group_page;
use leptos::prelude::*;
pub(super) use new_group::new_group;

use crate::{
    api,
    components::Icon,
    data::{Family, Key, use_cache},
    history::use_route,
    parts::{Column, Command, Directory, Row, command_bar, list_table, page_head},
    routes::{List, Route},
    session::use_who,
};

/// The screen.
pub(super) fn groups() -> AnyView {
    let (who, cache, route) = (use_who(), use_cache(), use_route());
    let directory = Directory::new(Key::Groups, api::groups);
    let new = Signal::derive(move || {
        Route::NewGroup(route.with(|route| route.list().cloned().unwrap_or_default()))
    });
    let columns =
        vec![Column::new("Name"), Column::new("Description"), Column::new("Role assignments allowed")];
    view! {
        {page_head(directory.title("Groups"), "People who get a role together. Only a group made for it can hold roles.")}
        {command_bar(vec![
            Command::Go(
                Icon::Add,
                "New group",
                new,
                Signal::derive(move || capability::may_create_group(who.permissions(), false)
                    .or_else(|lack| capability::may_create_group(who.permissions(), true).map_err(|_| lack))),
            ),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Groups))),
        ])}
        {list_table(
            "Search by group name",
            ().into_any(),
            "Groups",
            Signal::stored(columns),
            move || directory.rows(row),
            move || directory.empty("There are no groups."),
            move || directory.again(),
        )}
        {directory.more(api::groups)}
    }
    .into_any()
}

fn row(group: &DirectoryObject) -> Row {
    let key = format!("{} {:?} {:?}", group.id, group.display_name, group.description);
    let group = group.clone();
    let cells = move || {
        let to = Route::Group(group.id, List::default());
        vec![
            view! { <a href=to.url()>{group.display_name.clone().unwrap_or_default()}</a> }.into_any(),
            group.description.clone().unwrap_or_default().into_any(),
            if group.is_assignable_to_role == Some(true) { "Yes" } else { "No" }.into_any(),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}
