//! The page of one person: who it is, and which roles.

use domain::{capability::Lack, ids::PrincipalId, permission::Permission, wire::graph::DirectoryObject};
use leptos::prelude::*;

use super::{
    Doomed, Rights, delete_user,
    reset::{Reset, reset},
    yes,
};
use crate::{
    api,
    components::{Icon, Tone, facts, use_toasts},
    data::{Family, Key, Load, Mutation, Query, use_cache},
    history::{use_history, use_route},
    parts::{Command, assignment_grid, command_bar, export_of, page_head, time},
    routes::{Host, List, Preset, Route, UserPart},
    session::use_who,
};

/// What is being asked before it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Delete,
    Reset(Reset),
}

/// The page.
pub(in crate::blades) fn user_page(id: PrincipalId, part: UserPart) -> AnyView {
    let query = Query::new(move || (Key::User(id), Box::pin(api::user(id))));
    let name = Memo::new(move |_| {
        query.ready().and_then(|user| user.display_name.clone()).unwrap_or_else(|| "User".to_owned())
    });
    let word = match part {
        UserPart::Overview => "Overview",
        UserPart::AssignedRoles => "Assigned roles",
    };
    let title = Signal::derive(move || format!("{} | {word}", name.get()));
    let tab = move |to: UserPart, words: &'static str| {
        let url = Route::User(id, to, List::default()).url();
        view! { <a class="tab" href=url aria-current=(to == part).then_some("page")>{words}</a> }
    };
    let content = match part {
        UserPart::Overview => overview(id, query, name),
        UserPart::AssignedRoles => assigned_roles(id),
    };
    view! {
        {page_head(title, "Who this is, and which roles this person has, had, and may activate.")}
        <nav class="tabs" aria-label="Pages of this user">
            {tab(UserPart::Overview, "Overview")}
            {tab(UserPart::AssignedRoles, "Assigned roles")}
        </nav>
        {content}
    }
    .into_any()
}

fn assigned_roles(id: PrincipalId) -> AnyView {
    let (route, who, cache) = (use_route(), use_who(), use_cache());
    let add = Signal::derive(move || {
        let list = route.with(|route| route.list().cloned().unwrap_or_default());
        Route::AddAssignments(Host::User(id), Preset { member: Some(id), ..Preset::default() }, list)
    });
    let may_read = Signal::derive(move || {
        if who.user_id() == Some(id) { Ok(()) } else { who.may(Permission::ReadRoleManagement) }
    });
    view! {
        {command_bar(vec![
            Command::Go(Icon::Add, "Add assignments", add, Signal::derive(move || who.may(Permission::ManageRoles))),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Roles))),
            Command::Load("Export", export_of(Host::User(id)), may_read),
        ])}
        {assignment_grid(Host::User(id))}
    }
    .into_any()
}

fn overview(id: PrincipalId, query: Query<DirectoryObject>, name: Memo<String>) -> AnyView {
    let (cache, history) = (use_cache(), use_history());
    let asked = RwSignal::new(None::<Asked>);
    let rights = Rights::new();
    let may = move |act| {
        let lack = rights.lack(act, id);
        Signal::derive(move || lack.get().map_or(Ok(()), |reason| Err(Lack { reason })))
    };
    let ask = move |what| Box::new(move || asked.set(Some(what)));
    let close = move || asked.set(None);
    let question = move || match asked.get()? {
        Asked::Delete => {
            let gone = move || history.replace(&Route::Users(List::default()));
            Some(delete_user(Doomed { id, name: name.get_untracked() }, close, gone))
        }
        Asked::Reset(what) => Some(reset(what, id, &name.get_untracked(), close)),
    };
    let content = move || match query.get() {
        Load::Loading => view! { <p role="status"><span class="skeleton">"Loading"</span></p> }.into_any(),
        Load::Failed(error) => view! {
            <p class="note danger" role="alert">{error.sentence()}</p>
            <button type="button" class="button" on:click=move |_| query.refetch()>"Try again"</button>
        }
        .into_any(),
        Load::Ready(user) => about(&user, rights),
    };
    view! {
        {command_bar(vec![
            Command::May(Icon::Lock, "Reset password", may(Permission::ResetPasswords), ask(Asked::Reset(Reset::Password))),
            Command::May(Icon::Key, "Reset second factor", may(Permission::ResetSecondFactors), ask(Asked::Reset(Reset::SecondFactor))),
            Command::May(Icon::Delete, "Delete", may(Permission::DeleteUsers), ask(Asked::Delete)),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Users))),
        ])}
        <div class="section">{content}</div>
        {question}
    }
    .into_any()
}

fn about(user: &DirectoryObject, rights: Rights) -> AnyView {
    let text = |text: &Option<String>| match text.as_deref() {
        None | Some("") => view! { <span class="quiet">"None"</span> }.into_any(),
        Some(text) => text.to_owned().into_any(),
    };
    let created = user.created_date_time.map_or_else(|| ().into_any(), |at| time(Some(at)));
    view! {
        {facts(vec![
            ("Display name", text(&user.display_name)),
            ("User principal name", text(&user.user_principal_name)),
            ("Job title", text(&user.job_title)),
            ("Mail", text(&user.mail)),
            ("Account enabled", yes(user.account_enabled).into_any()),
            ("Created", created),
            ("Object ID", view! { <code>{user.id.to_string()}</code> }.into_any()),
        ])}
        {switch(user, rights)}
    }
    .into_any()
}

/// Allows or forbids sign-in.
fn switch(user: &DirectoryObject, rights: Rights) -> AnyView {
    let (cache, toasts) = (use_cache(), use_toasts());
    let mutation = Mutation::default();
    let enabled = user.account_enabled != Some(false);
    let (id, name) = (user.id, user.display_name.clone().unwrap_or_default());
    let act = move || {
        let said = format!("Sign-in of {name} was {}", if enabled { "blocked" } else { "allowed" });
        mutation.run(api::set_enabled(id, !enabled), move |()| {
            toasts.say(Tone::Success, said);
            cache.invalidate(Family::Users);
        });
    };
    let busy = Signal::derive(move || mutation.is_busy());
    let words = move || match (busy.get(), enabled) {
        (true, _) => "Saving",
        (false, true) => "Block sign-in",
        (false, false) => "Allow sign-in",
    };
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    view! {
        {crate::components::note(wrong)}
        {crate::components::act_button("button", words, busy, rights.lack(Permission::UpdateUsers, id), act)}
    }
    .into_any()
}
