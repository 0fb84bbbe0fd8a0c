//! The page of one group: who belongs to it.

use std::sync::Arc;

use domain::{capability, ids::PrincipalId, wire::graph::DirectoryObject};
use leptos::prelude::*;

use crate::{
    api,
    components::{Icon, Question, Tone, confirm, row_act, use_toasts},
    data::{Family, Key, Mutation, Query, use_cache},
    history::{use_history, use_route},
    parts::{Column, Command, Row, Rows, command_bar, page_head, principal_name, row_table},
    routes::{List, Route, UserPart},
    session::use_who,
};

/// What is being asked before it is done.
#[derive(Clone, PartialEq, Eq)]
enum Asked {
    Remove(PrincipalId, String),
    Delete,
}

/// The page.
pub(in crate::blades) fn group_page(id: PrincipalId) -> AnyView {
    let (who, cache, route) = (use_who(), use_cache(), use_route());
    let group = Query::new(move || (Key::Group(id), Box::pin(api::group(id))));
    let members = Query::new(move || (Key::Members(id), Box::pin(api::group_members(id))));
    let name = Memo::new(move |_| {
        group.ready().and_then(|group| group.display_name.clone()).unwrap_or_else(|| "Group".to_owned())
    });
    let may = Signal::derive(move || {
        let holds_roles = group.ready().is_some_and(|group| group.is_assignable_to_role == Some(true));
        capability::may_change_members(who.permissions(), holds_roles)
    });
    // Made here and not beside the rows: a row outlives the run in which the list was read.
    let lack = Memo::new(move |_| may.get().err().map(|lack| lack.reason)).into();
    let asked = RwSignal::new(None::<Asked>);
    let title = Signal::derive(move || {
        let count = members.ready().map(|page| format!(" ({})", page.value.len())).unwrap_or_default();
        format!("{} | Members{count}", name.get())
    });
    let add = Signal::derive(move || {
        Route::AddMembers(id, route.with(|route| route.list().cloned().unwrap_or_default()))
    });
    let columns = vec![
        Column::new("Name"),
        Column::new("User principal name"),
        Column::new("Account enabled"),
        Column::new("Action"),
    ];
    let rows = move || {
        Rows::of(&members.get(), |page| page.value.iter().map(|member| row(member, asked, lack)).collect())
    };
    view! {
        {page_head(title, "Who belongs to this group, and so has the roles that it holds.")}
        {command_bar(vec![
            Command::Go(Icon::Add, "Add members", add, may),
            Command::May(Icon::Delete, "Delete", may, Box::new(move || asked.set(Some(Asked::Delete)))),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Groups))),
        ])}
        {row_table(
            "Members",
            Signal::stored(columns),
            rows,
            || "Nobody belongs to this group.".to_owned(),
            move || members.refetch(),
        )}
        {move || asked.get().map(|what| question(id, &name.get_untracked(), what, asked))}
    }
    .into_any()
}

fn row(member: &DirectoryObject, asked: RwSignal<Option<Asked>>, lack: Signal<Option<String>>) -> Row {
    let key = format!("{} {:?} {:?}", member.id, member.display_name, member.account_enabled);
    let member = member.clone();
    let cells = move || {
        let name = member.display_name.clone().unwrap_or_default();
        let to = Route::User(member.id, UserPart::Overview, List::default());
        let what = Asked::Remove(member.id, name.clone());
        let about = name.clone();
        vec![
            view! { <a href=to.url()>{name}</a> }.into_any(),
            principal_name(member.user_principal_name.as_deref().unwrap_or_default()),
            if member.account_enabled == Some(false) { "No" } else { "Yes" }.into_any(),
            row_act("Remove", &about, lack, move || asked.set(Some(what.clone()))),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}

fn question(id: PrincipalId, group: &str, what: Asked, asked: RwSignal<Option<Asked>>) -> AnyView {
    let (cache, toasts, history) = (use_cache(), use_toasts(), use_history());
    let mutation = Mutation::default();
    let busy = Signal::derive(move || mutation.is_busy());
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    let close = move || asked.set(None);
    let changed = move |said: String| {
        asked.set(None);
        toasts.say(Tone::Success, said);
        cache.invalidate(Family::Groups);
        cache.invalidate(Family::Roles);
    };
    match what {
        Asked::Remove(member, name) => {
            let said = format!("{name} was removed from {group}");
            let question = Question {
                title: format!("Remove {name} from {group}?"),
                effect: "The rights that this person has through the group end at once.".into(),
                verb: "Remove",
                doing: "Removing",
            };
            let act = move || {
                let said = said.clone();
                mutation.run(api::remove_member(id, member), move |()| changed(said));
            };
            confirm(question, busy, wrong, act, close)
        }
        Asked::Delete => {
            let said = format!("{group} was deleted");
            let question = Question {
                title: format!("Delete {group}?"),
                effect: "The rights that its members have through it end at once.".into(),
                verb: "Delete",
                doing: "Deleting",
            };
            let act = move || {
                let said = said.clone();
                mutation.run(api::delete_group(id), move |()| {
                    // First away from here: this screen would ask for the group once more.
                    if mutation.is_here() {
                        history.replace(&Route::Groups(List::default()));
                    }
                    changed(said);
                });
            };
            confirm(question, busy, wrong, act, close)
        }
    }
}
