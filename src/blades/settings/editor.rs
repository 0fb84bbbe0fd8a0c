//! The editor: three tabs, one save. What is typed stays, whatever the server says.

use domain::{
    error_code::ErrorCode,
    ids::{PrincipalId, RoleId},
    permission::Permission,
    policy::{Policy, RuleId},
    wire::api::{PrincipalRef, RoleSettingDetails, SaveRoleSetting, SettingWarnings},
};
use leptos::prelude::*;

use super::draft::{self, Draft};
use crate::{
    api,
    components::{Toasts, Tone, use_toasts},
    data::{Cache, Family, Key, Load, Mutation, Query, use_cache},
    history::{History, use_history},
    parts::{OPEN_TAB, PanelTab, SidePanel, focus_first_error, focus_on, panel_tabs, verification},
    session::{Who, use_who},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Activation,
    Assignment,
    Notification,
}

const PARTS: [Part; 3] = [Part::Activation, Part::Assignment, Part::Notification];

/// What the tabs share.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    id: RoleId,
    part: RwSignal<Part>,
    pub(super) draft: RwSignal<Draft>,
    /// The settings as they were loaded, with the version that is edited; none until they are there.
    base: RwSignal<Option<RoleSettingDetails>>,
    /// The names of approvers who were chosen here.
    names: RwSignal<Vec<PrincipalRef>>,
    /// What the author should know before he saves; shown once *Update* was pressed.
    warnings: RwSignal<Option<SettingWarnings>>,
    /// What somebody else saved meanwhile.
    theirs: RwSignal<Option<RoleSettingDetails>>,
    verifying: RwSignal<bool>,
    mutation: Mutation,
    who: Who,
    history: History,
    cache: Cache,
    toasts: Toasts,
}

/// The editor of a role's settings.
pub(in crate::blades) fn edit_settings(id: RoleId) -> AnyView {
    let query = Query::new(move || (Key::RoleSetting(id), Box::pin(api::role_setting(id))));
    let editor = Editor {
        id,
        part: RwSignal::new(Part::Activation),
        draft: RwSignal::new(Draft::of(&Policy::default())),
        base: RwSignal::new(None),
        names: RwSignal::new(Vec::new()),
        warnings: RwSignal::new(None),
        theirs: RwSignal::new(None),
        verifying: RwSignal::new(false),
        mutation: Mutation::default(),
        who: use_who(),
        history: use_history(),
        cache: use_cache(),
        toasts: use_toasts(),
    };
    Effect::new(move |_| {
        // What was kept from an earlier look may be stale: the editor begins with a fresh answer.
        if query.is_busy() || editor.base.with_untracked(Option::is_some) {
            return;
        }
        if let Some(details) = query.ready() {
            editor.begin(&details);
        }
    });
    editor.view(query)
}

impl Editor {
    fn begin(self, details: &RoleSettingDetails) {
        self.names.update(|names| names.extend(details.approvers.iter().cloned()));
        self.draft.set(Draft::of(&details.policy));
        self.base.set(Some(details.clone()));
    }

    /// A part of the rules, followed.
    pub(super) fn reads<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Policy) -> T + Send + Sync + 'static,
    ) -> Signal<T> {
        Memo::new(move |_| self.draft.with(|draft| read(draft.rules()))).into()
    }

    /// Changes the rules.
    pub(super) fn change(self, change: impl FnOnce(&mut Policy)) {
        self.edit(|draft| change(draft.rules_mut()));
    }

    /// Changes what stands in the editor; what was said of it before counts no more.
    pub(super) fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.mutation.forget();
        if self.warnings.with_untracked(Option::is_some) {
            self.warnings.set(None);
        }
    }

    /// What is wrong with a value: what the rules say, then what the server said.
    pub(super) fn fault(self, rule: RuleId, property: &'static str) -> Signal<Option<String>> {
        Memo::new(move |_| {
            let ours = self.draft.with(|draft| draft::fault(&draft.findings(), rule, property));
            ours.or_else(|| self.mutation.field(&format!("{}.{property}", rule.as_str())))
        })
        .into()
    }

    /// The name of an approver; none when he is gone.
    pub(super) fn name_of(self, id: PrincipalId) -> Option<String> {
        self.names.with(|names| names.iter().find(|one| one.id == id)?.display_name.clone())
    }

    /// Keeps the name of an approver who is chosen.
    pub(super) fn name(self, one: PrincipalRef) {
        self.names.update(|names| names.push(one));
    }

    fn is_dirty(self) -> bool {
        self.base.with(|base| {
            base.as_ref().is_some_and(|base| self.draft.with(|draft| *draft != Draft::of(&base.policy)))
        })
    }

    fn view(self, query: Query<RoleSettingDetails>) -> AnyView {
        let title = Signal::derive(move || {
            let name = self.base.with(|base| base.as_ref().map(|base| base.role.display_name.clone()));
            name.map_or_else(|| "Edit role setting".to_owned(), |name| format!("Edit role setting - {name}"))
        });
        let known = Memo::new(move |_| self.base.with(Option::is_some));
        let content = move || {
            if !known.get() {
                return match query.get() {
                    Load::Failed(error) => {
                        view! { <p class="note danger" role="alert">{error.sentence()}</p> }.into_any()
                    }
                    _ => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
                };
            }
            match self.part.get() {
                Part::Activation => self.activation(),
                Part::Assignment => self.assignment(),
                Part::Notification => self.notification(),
            }
        };
        let tabs = ["Activation", "Assignment", "Notification"].map(PanelTab::new).to_vec();
        let chosen = Signal::derive(move || self.part.get() as usize);
        let part = self.part;
        let body = view! {
            {self.wants_factor()}
            {self.collision()}
            {self.server_says()}
            {panel_tabs(tabs, chosen, move |index| part.set(PARTS[index]), content.into_any())}
            {self.before_saving()}
        };
        let dirty = Signal::derive(move || self.is_dirty());
        SidePanel { title, place: "Privileged Identity Management | Directory roles", wide: true, dirty }
            .view(body.into_any(), self.footer())
    }

    fn wants_factor(self) -> AnyView {
        let wanted = Signal::derive(move || {
            self.mutation.error().is_some_and(|error| error.wants_second_factor())
                && !self.who.second_factor_given()
        });
        verification(wanted, self.verifying)
    }

    /// What the server said that belongs to no field.
    fn server_says(self) -> AnyView {
        let content = move || {
            let error = self.mutation.error()?;
            let placed = error.field.as_deref().is_some_and(|field| field.contains('.'));
            // What changed meanwhile stands above, unless it could not be read.
            let told = error.code == ErrorCode::ChangedMeanwhile && self.theirs.with(Option::is_some);
            let other = !placed && !error.wants_second_factor() && !told;
            other.then(|| view! { <p class="note danger" role="alert">{error.sentence()}</p> })
        };
        content.into_any()
    }

    /// Somebody else was faster: what he changed, and what is to become of it.
    fn collision(self) -> AnyView {
        let content = move || {
            let theirs = self.theirs.get()?;
            let base = self.base.get()?;
            let name = |id: PrincipalId| {
                let known = theirs.approvers.iter().find(|one| one.id == id);
                known.and_then(|one| one.display_name.clone()).unwrap_or_else(|| id.to_string())
            };
            let changes = theirs.policy.changes_from(&base.policy, &name).into_iter().map(|change| {
                let (before, after) = (change.before.unwrap_or_default(), change.after.unwrap_or_default());
                view! { <li>{format!("{}: {before} \u{2192} {after}", change.name)}</li> }
            });
            let who = theirs.role.last_modified_by.clone().unwrap_or_else(|| "Somebody".to_owned());
            let changes = changes.collect_view();
            let (take, keep) = (theirs.clone(), theirs.clone());
            Some(view! {
                <div class="note warning" role="alert">
                    <p>{format!("Changed meanwhile: {who} saved other settings while you were editing.")}</p>
                    <ul class="changes">{changes}</ul>
                    <p class="note-acts">
                        <button type="button" class="button" on:click=move |_| self.settle(&take, true)>
                            "Take theirs, drop mine"
                        </button>
                        <button type="button" class="button" on:click=move |_| self.settle(&keep, false)>
                            "Keep mine"
                        </button>
                    </p>
                </div>
            })
        };
        content.into_any()
    }

    fn settle(self, theirs: &RoleSettingDetails, take: bool) {
        self.theirs.set(None);
        self.mutation.forget();
        self.names.update(|names| names.extend(theirs.approvers.iter().cloned()));
        if take {
            self.draft.set(Draft::of(&theirs.policy));
        }
        self.base.set(Some(theirs.clone()));
        focus_on(OPEN_TAB);
    }

    /// What a save touches. It always stands here; what is peculiar to this change comes with *Update*.
    fn before_saving(self) -> AnyView {
        let more = move || {
            let found = self.warnings.get()?;
            let counts = [
                (found.open_requests, "request(s) wait for approval"),
                (found.running_activations, "activation(s) are running"),
            ];
            let counts = counts.into_iter().filter(|(n, _)| *n > 0);
            let counts = counts.map(|(n, words)| view! { <li>{format!("{n} {words}.")}</li> });
            let said = found.warnings.iter().map(|words| view! { <li>{words.clone()}</li> });
            Some(view! {
                <div class="note warning" role="alert" id="warnings" tabindex="-1">
                    <p>"Before you save:"</p>
                    <ul class="changes">{said.collect_view()} {counts.collect_view()}</ul>
                </div>
            })
        };
        view! {
            <p class="quiet touches">
                "A change counts from the next request on. Activations that run keep their end, and assignments that \
                 are there keep theirs. Requests that wait keep the rules they were asked under, but who may approve \
                 them is decided by these settings."
            </p>
            {more}
        }
        .into_any()
    }

    fn footer(self) -> AnyView {
        let lack = Memo::new(move |_| self.who.may(Permission::ManageRoles).err().map(|lack| lack.reason));
        let update = move |_| {
            if lack.with_untracked(Option::is_none) {
                self.update();
            }
        };
        let next = move |_| {
            let at = PARTS.iter().position(|part| *part == self.part.get_untracked()).unwrap_or_default();
            self.part.set(PARTS[(at + 1).min(PARTS.len() - 1)]);
            focus_on(OPEN_TAB);
        };
        let words = move || match (self.mutation.is_busy(), self.warnings.with(Option::is_some)) {
            (true, _) => "Updating",
            (false, true) => "Update anyway",
            (false, false) => "Update",
        };
        view! {
            <button
                type="button"
                class="button primary"
                aria-disabled=move || lack.with(|lack| lack.is_some().then_some("true"))
                title=lack
                on:click=update
            >
                {words}
                {move || lack.get().map(|lack| view! { <span class="visually-hidden">{format!(" ({lack})")}</span> })}
            </button>
            {move || (self.part.get() != Part::Notification).then(|| view! {
                <button type="button" class="button" on:click=next>"Next"</button>
            })}
            <button type="button" class="button" on:click=move |_| self.history.close_panel()>"Cancel"</button>
        }
        .into_any()
    }

    fn update(self) {
        let Some(version) = self.base.with_untracked(|base| base.as_ref().map(|base| base.version)) else {
            return;
        };
        let findings = self.draft.with_untracked(Draft::findings);
        if let Some(first) = findings.first() {
            self.part.set(part_of(&first.field));
            focus_first_error();
            return;
        }
        let save = SaveRoleSetting { version, policy: self.draft.with_untracked(Draft::policy) };
        if self.warnings.with_untracked(Option::is_some) {
            self.save(save);
            return;
        }
        let id = self.id;
        self.mutation.run(api::check_role_setting(id, save.clone()), move |found| {
            // Whoever closed the panel meanwhile wants nothing saved.
            if !self.mutation.is_here() {
                return;
            }
            if found == SettingWarnings::default() {
                self.save(save);
            } else {
                self.warnings.set(Some(found));
                focus_on("#warnings");
            }
        });
    }

    fn save(self, save: SaveRoleSetting) {
        let id = self.id;
        let change = async move {
            let saved = api::save_role_setting(id, save).await;
            if saved.as_ref().is_err_and(|error| error.code == ErrorCode::ChangedMeanwhile)
                && let Ok(theirs) = api::role_setting(id).await
            {
                self.theirs.try_set(Some(theirs));
                self.warnings.try_set(None);
            }
            saved
        };
        self.mutation.run(change, move |saved| {
            let name = saved.role.display_name.clone();
            self.cache.invalidate(Family::Roles);
            self.toasts.say(Tone::Success, format!("The settings of {name} are saved."));
            if self.mutation.is_here() {
                // Nothing is unsaved any more, so that closing asks nothing.
                self.begin(&saved);
                self.history.close_panel();
            }
        });
    }
}

/// The tab on which a rule's values stand.
fn part_of(field: &str) -> Part {
    if field.starts_with("Notification_") {
        Part::Notification
    } else if field.contains("_Admin_") {
        Part::Assignment
    } else {
        Part::Activation
    }
}
