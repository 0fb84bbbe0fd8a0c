//! The search box: the product and its blades are found here, roles and people by the server.

use core::time::Duration;

use domain::{permission::Permission, wire::api::SearchHits};
use leptos::{ev, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::places;
use crate::{
    api,
    components::{Icon, icon, lead_to},
    history::use_history,
    routes::{List, RolePart, Route, UserPart},
    session::use_who,
};

/// How long to wait for the next key before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);
const BOX: &str = "find";

/// One thing that was found.
#[derive(Clone, PartialEq)]
struct Hit {
    group: &'static str,
    name: String,
    more: String,
    to: Route,
}

/// What the server found for what is typed now; what it found for other words is dropped.
#[derive(Clone, PartialEq)]
enum Found {
    Asking,
    Failed,
    Hits(SearchHits),
}

#[derive(Clone, Copy)]
struct Find {
    typed: RwSignal<String>,
    open: RwSignal<bool>,
    found: RwSignal<Found>,
    /// Which hit the arrow keys are at.
    at: RwSignal<usize>,
    turn: StoredValue<u32>,
    lab: Memo<bool>,
    manages: Memo<bool>,
}

/// Leads to the box.
pub(super) fn focus() {
    if let Some(element) = document().get_element_by_id(BOX) {
        lead_to(&element);
    }
}

pub(super) fn find() -> AnyView {
    let who = use_who();
    let find = Find {
        typed: RwSignal::new(String::new()),
        open: RwSignal::new(false),
        found: RwSignal::new(Found::Asking),
        at: RwSignal::new(0),
        turn: StoredValue::new(0),
        lab: Memo::new(move |_| who.with(|session| session.lab).unwrap_or_default()),
        manages: Memo::new(move |_| who.may(Permission::ManageRoles).is_ok()),
    };
    let history = use_history();
    let hits = Memo::new(move |_| find.hits());
    let shown = move || find.open.get() && !find.typed.with(|typed| typed.trim().is_empty());
    let go = move |hit: &Hit| {
        find.open.set(false);
        find.typed.set(String::new());
        history.go(&hit.to);
    };
    let key = move |event: ev::KeyboardEvent| {
        let count = hits.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => find.at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => find.at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                if let Some(hit) = hits.with_untracked(|hits| hits.get(find.at.get_untracked()).cloned()) {
                    go(&hit);
                }
            }
            "Escape" => find.open.set(false),
            _ => return,
        }
        event.prevent_default();
    };
    let option = move |index: usize, hit: &Hit| {
        let (chosen, hit_to_go) = (move || find.at.get() == index, hit.clone());
        view! {
            <div
                id=format!("find-{index}")
                class="menu-entry"
                role="option"
                aria-selected=move || chosen().to_string()
                // Before the box loses the focus, which would close the list.
                on:mousedown=move |event| { event.prevent_default(); go(&hit_to_go); }
            >
                {hit.name.clone()}<small>{hit.more.clone()}</small>
            </div>
        }
    };
    let list = move || {
        shown().then(|| {
            let hits = hits.get();
            let words = find.found.with(|found| match found {
                Found::Asking => Some("Searching"),
                Found::Failed => Some("Roles and people could not be searched"),
                Found::Hits(_) => hits.is_empty().then_some("No results"),
            });
            let words = words.map(|words| {
                view! { <div class="find-group" role="option" aria-disabled="true" aria-selected="false">{words}</div> }
            });
            let mut group = "";
            let rows = hits.iter().enumerate().map(|(index, hit)| {
                let heading = (hit.group != group).then(|| {
                    view! { <div class="find-group" role="presentation">{hit.group}</div> }
                });
                group = hit.group;
                view! { {heading}{option(index, hit)} }
            });
            view! { {rows.collect_view()}{words} }
        })
    };
    view! {
        <div class="find" role="search" aria-label="Everything">
            {icon(Icon::Search)}
            <input
                id=BOX
                class="input"
                type="text"
                autocomplete="off"
                role="combobox"
                aria-label="Search roles, people and blades"
                placeholder="Search roles, people and blades"
                aria-autocomplete="list"
                aria-controls="find-list"
                aria-expanded=move || shown().to_string()
                aria-activedescendant=move || shown().then(|| format!("find-{}", find.at.get()))
                prop:value=find.typed
                on:input=move |event| find.type_in(event_target_value(&event))
                on:focus=move |_| find.open.set(true)
                on:blur=move |_| find.open.set(false)
                on:keydown=key
            />
            <kbd aria-hidden="true">"Ctrl K"</kbd>
            <div id="find-list" class="find-list" role="listbox" aria-label="Found" hidden=move || !shown()>{list}</div>
        </div>
    }
    .into_any()
}

impl Find {
    fn type_in(self, text: String) {
        self.open.set(true);
        self.at.set(0);
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let asked = text.trim().to_owned();
        self.typed.set(text);
        self.found.set(Found::Asking);
        if asked.is_empty() {
            return;
        }
        let later = move || {
            if self.turn.try_get_value() == Some(turn) {
                spawn_local(async move {
                    let found = api::search(asked).await.map_or(Found::Failed, Found::Hits);
                    if self.turn.try_get_value() == Some(turn) {
                        self.found.try_set(found);
                    }
                });
            }
        };
        set_timeout(later, PAUSE);
    }

    fn hits(self) -> Vec<Hit> {
        let typed = domain::text::fold(&self.typed.get());
        if typed.is_empty() {
            return Vec::new();
        }
        let list = List::default;
        let places = places::places(&typed, self.lab.get(), self.manages.get());
        let mut hits: Vec<Hit> = places
            .into_iter()
            .map(|place| Hit {
                group: place.group,
                name: place.name.to_owned(),
                more: place.more.to_owned(),
                to: place.to,
            })
            .collect();
        self.found.with(|found| {
            let Found::Hits(found) = found else { return };
            hits.extend(found.roles.iter().map(|role| Hit {
                group: "Roles",
                name: role.display_name.clone(),
                more: if role.is_privileged { "Privileged".into() } else { String::new() },
                to: Route::Role(role.id, RolePart::Assignments, list()),
            }));
            hits.extend(found.people.iter().map(|person| Hit {
                group: "People",
                name: person.display_name.clone(),
                more: person.user_principal_name.clone(),
                to: Route::User(person.id, UserPart::Overview, list()),
            }));
        });
        hits
    }
}
