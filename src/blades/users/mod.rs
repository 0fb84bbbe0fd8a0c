//! Users: the list, the page of one, and what an administrator does for somebody.

mod delete;
mod new_user;
mod reset;
mod rights;
mod user_page;

use std::sync::Arc;

use delete::{Doomed, delete_user};
use domain::{permission::Permission, wire::graph::DirectoryObject};
use leptos::prelude::*;
pub(super) use new_user::new_user;
use rights::Rights;
pub(super) use user_page::user_page;

use crate::{
    api,
    components::{Icon, row_act},
    data::{Family, Key, use_cache},
    history::use_route,
    parts::{Column, Command, Directory, Row, command_bar, list_table, page_head, principal_name},
    routes::{List, Route, UserPart},
    session::use_who,
};

/// The screen.
pub(super) fn users() -> AnyView {
    let (who, cache, route) = (use_who(), use_cache(), use_route());
    let directory = Directory::new(Key::Users, api::users);
    let doomed = RwSignal::new(None::<Doomed>);
    let rights = Rights::new();
    let new =
        Signal::derive(move || Route::NewUser(route.with(|route| route.list().cloned().unwrap_or_default())));
    let columns = vec![
        Column::new("Display name"),
        Column::new("User principal name"),
        Column::new("Job title"),
        Column::new("Account enabled"),
        Column::new("Action"),
    ];
    view! {
        {page_head(directory.title("Users"), "The people of this directory, and what you may change about them.")}
        {command_bar(vec![
            Command::Go(Icon::Add, "New user", new, Signal::derive(move || who.may(Permission::CreateUsers))),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Users))),
        ])}
        {list_table(
            "Search by name or user principal name",
            ().into_any(),
            "Users",
            Signal::stored(columns),
            move || directory.rows(move |user| row(user, doomed, rights)),
            move || directory.empty("There are no users."),
            move || directory.again(),
        )}
        {directory.more(api::users)}
        {move || doomed.get().map(|user| delete_user(user, move || doomed.set(None), move || doomed.set(None)))}
    }
    .into_any()
}

/// What is lacking for an act, in the words of the server.
fn lack(permission: Permission) -> Signal<Option<String>> {
    let who = use_who();
    Memo::new(move |_| who.may(permission).err().map(|lack| lack.reason)).into()
}

fn row(user: &DirectoryObject, doomed: RwSignal<Option<Doomed>>, rights: Rights) -> Row {
    let key = format!("{} {:?} {:?} {:?}", user.id, user.display_name, user.job_title, user.account_enabled);
    let user = user.clone();
    let cells = move || {
        let id = user.id;
        let name = user.display_name.clone().unwrap_or_default();
        let to = Route::User(id, UserPart::Overview, List::default());
        let asked = Doomed { id, name: name.clone() };
        let about = name.clone();
        vec![
            view! { <a href=to.url()>{name}</a> }.into_any(),
            principal_name(user.user_principal_name.as_deref().unwrap_or_default()),
            user.job_title.clone().unwrap_or_default().into_any(),
            yes(user.account_enabled).into_any(),
            row_act("Delete", &about, rights.lack(Permission::DeleteUsers, id), move || {
                doomed.set(Some(asked.clone()));
            }),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}

fn yes(value: Option<bool>) -> &'static str {
    if value == Some(false) { "No" } else { "Yes" }
}
