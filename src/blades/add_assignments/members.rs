//! The pane in which members are searched and ticked.

use domain::{
    ids::PrincipalId,
    wire::graph::{Collection, DirectoryObject},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Draft, Member};
use crate::{
    api,
    data::{Key, Load, Query},
    parts::more_to_search,
};

/// Ticks the person or group that the wizard was opened for.
pub(super) fn preset(id: PrincipalId, draft: RwSignal<Draft>, ticked: RwSignal<Vec<Member>>) {
    spawn_local(async move {
        let found = match api::user(id).await {
            Ok(user) => Ok(user),
            Err(_) => api::group(id).await,
        };
        if let Ok(object) = found {
            let member = member(&object);
            let add = |members: &mut Vec<Member>| {
                if !members.contains(&member) {
                    members.push(member.clone());
                }
            };
            let _ = draft.try_update(|draft| add(&mut draft.members));
            let _ = ticked.try_update(add);
        }
    });
}

/// Search and list; what is ticked counts with *Select*.
pub(super) fn picker(ticked: RwSignal<Vec<Member>>, search: RwSignal<String>) -> AnyView {
    let users = Query::new(move || {
        let search = search.get();
        (Key::Users(search.clone(), 0), Box::pin(api::users(search, None)))
    });
    let groups = Query::new(move || {
        let search = search.get();
        (Key::RoleGroups(search.clone()), Box::pin(api::role_groups(search)))
    });
    let count = move || ticked.with(Vec::len);
    view! {
        <div class="members">
            <h3>"Select member(s)"</h3>
            <input
                type="search"
                class="input"
                aria-label="Search people and groups"
                placeholder="Search by name"
                prop:value=search
                on:input=move |event| search.set(event_target_value(&event))
            />
            {group("People", users, ticked)}
            {group("Groups that can hold roles", groups, ticked)}
            <p class="quiet" role="status">{move || format!("{} selected", count())}</p>
        </div>
    }
    .into_any()
}

fn group(
    name: &'static str,
    query: Query<Collection<DirectoryObject>>,
    ticked: RwSignal<Vec<Member>>,
) -> AnyView {
    let rows = move || match query.get() {
        Load::Loading => view! { <p class="quiet" role="status">"Loading"</p> }.into_any(),
        Load::Failed(error) => view! { <p class="error" role="alert">{error.sentence()}</p> }.into_any(),
        Load::Ready(page) => {
            let found: Vec<Member> = page.value.iter().map(member).collect();
            if found.is_empty() {
                return view! { <p class="quiet">"No results"</p> }.into_any();
            }
            let more = page.next_link.is_some().then(more_to_search);
            let rows: Vec<AnyView> = found.into_iter().map(|member| tick(member, ticked)).collect();
            view! { <ul class="ticks">{rows}</ul> {more} }.into_any()
        }
    };
    view! { <fieldset class="field"><legend class="label">{name}</legend>{rows}</fieldset> }.into_any()
}

fn tick(member: Member, ticked: RwSignal<Vec<Member>>) -> AnyView {
    let id = member.id;
    let (name, detail) = (member.name.clone(), member.detail.clone());
    let on = move || ticked.with(|all| all.iter().any(|one| one.id == id));
    let change = move |event| {
        let checked = event_target_checked(&event);
        ticked.update(|all| {
            all.retain(|one| one.id != id);
            if checked {
                all.push(member.clone());
            }
        });
    };
    view! {
        <li>
            <label class="check">
                <input type="checkbox" prop:checked=on on:change=change/>
                <span>{name}<span class="hint">{detail}</span></span>
            </label>
        </li>
    }
    .into_any()
}

fn member(object: &DirectoryObject) -> Member {
    Member {
        id: object.id,
        name: object.display_name.clone().unwrap_or_default(),
        detail: object.user_principal_name.clone().unwrap_or_else(|| "Group".into()),
    }
}
