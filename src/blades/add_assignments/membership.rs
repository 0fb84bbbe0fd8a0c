//! The first step: which role, for whom.

use domain::wire::api::{Page, RoleRow};
use leptos::prelude::*;

use super::{Wizard, label};
use crate::{
    api,
    components::{privileged, tip},
    data::{Key, Load, Query},
    parts::{DIRECTORY, OPEN_TAB, focus_on, more_to_search},
    routes::{List, Route},
};

impl Wizard {
    pub(super) fn membership(self) -> AnyView {
        let tenant = move || self.who.with(|session| session.tenant.display_name.clone()).unwrap_or_default();
        let error = self.shown(|verdict| verdict.members.clone());
        let count = move || match self.draft.with(|draft| draft.members.len()) {
            0 => "No member selected".to_owned(),
            count => format!("{count} Member(s) selected"),
        };
        let chosen = move || {
            self.draft.with(|draft| {
                draft.members.iter().map(|member| view! { <li>{label(member)}</li> }).collect_view()
            })
        };
        view! {
            {self.hint()}
            <dl class="facts">
                <dt>"Resource"{tip("resource-tip", "resource", "The directory in which the role applies: yours.")}</dt>
                <dd>{tenant}</dd>
                <dt>
                    "Resource type"
                    {tip("type-tip", "resource type", "What kind of thing the role is for. Directory roles are for the directory.")}
                </dt>
                <dd>{DIRECTORY}</dd>
            </dl>
            {self.role_field()}
            <div class="field">
                <div class="tipped">
                    <label class="label" for="scope-type">"Scope type"</label>
                    {tip("scope-tip", "scope type", "How far the role reaches. At Directory it counts for everything in the directory.")}
                </div>
                <select class="select" id="scope-type"><option>{DIRECTORY}</option></select>
            </div>
            <div class="field">
                <div class="tipped">
                    <span class="label" id="members-label">
                        "Select member(s)"<span class="required" aria-hidden="true">"*"</span>
                    </span>
                    {tip(
                        "members-tip",
                        "members",
                        "Who gets the role: people, and groups that were created to hold roles. Everybody in such a group gets it.",
                    )}
                </div>
                <button
                    type="button"
                    class="link"
                    id="members"
                    aria-describedby="members-label members-error"
                    aria-invalid=move || error.get().is_some().to_string()
                    on:click=move |_| self.pick_members()
                >
                    {count}
                </button>
                <ul class="chosen">{chosen}</ul>
                <p class="error" id="members-error">{move || error.get()}</p>
            </div>
        }
        .into_any()
    }

    /// Groups can hold roles, too; until it is put away, and then for good.
    fn hint(self) -> AnyView {
        let hidden = Memo::new(move |_| {
            self.who.with(|session| session.preferences.hides_group_hint).unwrap_or_default()
        });
        let away = RwSignal::new(hidden.get_untracked());
        let put_away = move |_| {
            away.set(true);
            self.who.choose(|kept| kept.hides_group_hint = true);
            focus_on(OPEN_TAB);
        };
        let content = move || {
            (!away.get() && !hidden.get()).then(|| {
                view! {
                    <p class="note info">
                        "Roles can be assigned to groups too, if the group was created to hold roles. "
                        <a href=Route::Groups(List::default()).url() target="_blank">
                            "Learn more"<span class="visually-hidden">" about groups, in a new tab"</span>
                        </a>
                        " "
                        <button type="button" class="link" on:click=put_away>
                            "Dismiss"<span class="visually-hidden">" the hint about groups"</span>
                        </button>
                    </p>
                }
            })
        };
        content.into_any()
    }

    /// The chosen role, or a search with the roles that match.
    fn role_field(self) -> AnyView {
        let search = RwSignal::new(String::new());
        let open = RwSignal::new(self.draft.with_untracked(|draft| draft.role.is_none()));
        let query = Query::new(move || {
            let list = List::default().searching(&search.get());
            (Key::Roles(list.clone()), Box::pin(api::roles(list)))
        });
        let error = self.shown(|verdict| verdict.role.clone());
        let name = move || self.role.ready().map(|role| role.row.display_name.clone()).unwrap_or_default();
        let content = move || {
            if open.get() {
                return self.choices(query, search, open, error);
            }
            view! {
                <span class="chosen-role">
                    <strong>{name}</strong>
                    <button type="button" class="link" on:click=move |_| { open.set(true); focus_on("#role-search"); }>"Change role"</button>
                </span>
            }
            .into_any()
        };
        view! {
            <div class="field">
                <div class="tipped">
                    <label class="label" for="role-search">
                        "Select role"<span class="required" aria-hidden="true">"*"</span>
                    </label>
                    {tip("role-tip", "role", "What the members may do. Its settings say for how long, and what they must give.")}
                </div>
                {content}
                <p class="error" id="role-error">{move || error.get()}</p>
            </div>
        }
        .into_any()
    }

    fn choices(
        self,
        query: Query<Page<RoleRow>>,
        search: RwSignal<String>,
        open: RwSignal<bool>,
        error: Signal<Option<String>>,
    ) -> AnyView {
        let pick = move |row: &RoleRow| {
            let id = row.id;
            self.draft.update(|draft| draft.role = Some(id));
            open.set(false);
            focus_on(".chosen-role .link");
        };
        let rows = move || match query.get() {
            Load::Loading => view! { <p class="quiet" role="status">"Loading"</p> }.into_any(),
            Load::Failed(error) => view! { <p class="error" role="alert">{error.sentence()}</p> }.into_any(),
            Load::Ready(page) if page.rows.is_empty() => {
                view! { <p class="quiet">"No results"</p> }.into_any()
            }
            Load::Ready(page) => {
                let rows = page.rows.iter().map(|row| {
                    let shield = row.is_privileged.then(privileged);
                    let (name, kept) = (row.display_name.clone(), row.clone());
                    view! {
                        <li><button type="button" class="choice" on:click=move |_| pick(&kept)>{name}{shield}</button></li>
                    }
                });
                let more = (page.total > List::top()).then(more_to_search);
                view! { <ul class="pick">{rows.collect_view()}</ul> {more} }.into_any()
            }
        };
        view! {
            <input
                type="search"
                class="input"
                id="role-search"
                placeholder="Search by role name"
                aria-describedby="role-error"
                aria-invalid=move || error.get().is_some().to_string()
                prop:value=search
                on:input=move |event| search.set(event_target_value(&event))
            />
            {rows}
        }
        .into_any()
    }
}
