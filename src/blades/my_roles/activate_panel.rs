//! The Activate panel: tabs Roles, Activate, Status. What is typed is judged on every key by the server's own rules.

use domain::{
    ids::{RoleId, ScheduleId},
    policy::{ActivationRules, Policy},
    schedule::Kind,
    wire::api::{AssignmentRow, Assignments, RoleDetail, Tab},
};
use leptos::prelude::*;

use super::{
    activation::{self, Draft, Subject, Verdict},
    progress::Progress,
    status_tab::status_tab,
};
use crate::{
    api,
    data::{Clock, Key, Query, Zone, use_clock, use_zone},
    history::{History, use_history, use_route},
    parts::{OPEN_TAB, OneRow, PanelTab, SidePanel, current_list, focus_first_error, focus_on, panel_tabs},
    routes::{List, Route},
    session::{Who, use_who},
};

/// Which of the three tabs is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Roles,
    Activate,
    Status,
}

/// What the parts of the panel share.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    pub(super) id: ScheduleId,
    pub(super) part: RwSignal<Part>,
    pub(super) draft: RwSignal<Draft>,
    /// Whether the button was pressed: from then on every field says what is wrong with it.
    pub(super) pressed: RwSignal<bool>,
    pub(super) verifying: RwSignal<bool>,
    pub(super) rows: Query<Assignments>,
    pub(super) one: OneRow,
    pub(super) role: Query<RoleDetail>,
    pub(super) progress: Progress,
    pub(super) clock: Clock,
    pub(super) zone: Zone,
    pub(super) who: Who,
    pub(super) history: History,
}

/// The panel of one eligible schedule.
pub(in crate::blades) fn activate_panel(id: ScheduleId) -> AnyView {
    let list = current_list();
    let rows = Query::new(move || {
        let list = List { tab: Tab::Eligible, ..list.get() };
        (Key::MyRoles(list.clone()), Box::pin(api::my_roles(list)))
    });
    let one = OneRow::new(rows, id, move || (Key::MyRole(id), Box::pin(api::my_role(id))));
    let role_id = Memo::new(move |_| one.row().map(|row| row.role_definition_id));
    let role = Query::maybe(move || {
        let id: RoleId = role_id.get()?;
        Some((Key::Role(id), Box::pin(api::role(id))))
    });
    let panel = Panel {
        id,
        part: RwSignal::new(Part::Activate),
        draft: RwSignal::new(Draft::default()),
        pressed: RwSignal::new(false),
        verifying: RwSignal::new(false),
        rows,
        one,
        role,
        progress: Progress::new(),
        clock: use_clock(),
        zone: use_zone(),
        who: use_who(),
        history: use_history(),
    };
    panel.begin();
    panel.view()
}

impl Panel {
    /// Sets the slider to the role's maximum once that is known, and leaves what was typed meanwhile.
    fn begin(self) {
        Effect::new(move |_| {
            let Some(policy) = self.policy() else { return };
            if self.draft.with_untracked(|draft| draft.hours.is_empty()) {
                let hours = activation::hours_text(activation::longest(&policy));
                self.draft.update(|draft| {
                    draft.proposed.clone_from(&hours);
                    draft.hours = hours;
                });
            }
        });
    }

    /// The eligible schedule, as long as it is one; followed.
    pub(super) fn row(self) -> Option<AssignmentRow> {
        self.one.row().filter(|row| row.kind == Kind::Eligible)
    }

    /// The rules that an activation must fulfil.
    fn policy(self) -> Option<Policy> {
        self.role.ready()?.activation.as_ref().map(ActivationRules::policy)
    }

    fn subject(self) -> Option<Subject> {
        let row = self.row()?;
        let policy = self.policy()?;
        Some(Subject { me: self.who.user_id()?, row, policy, second_factor: self.who.second_factor_given() })
    }

    fn view(self) -> AnyView {
        let subject = Memo::new(move |_| self.subject().map(|subject| Same(Box::new(subject))));
        let verdict = Memo::new(move |_| {
            let Some(Same(subject)) = subject.get() else { return Verdict::default() };
            self.draft.with(|draft| activation::judge(draft, &subject, self.zone, self.clock.now()))
        });
        let name = move || self.row().map(|row| row.role_name).unwrap_or_default();
        let title = Signal::derive(move || match name() {
            name if name.is_empty() => "Activate".to_owned(),
            name => format!("Activate - {name}"),
        });
        let content = move || match self.part.get() {
            Part::Roles => self.roles(),
            Part::Activate => self.form(subject, verdict),
            Part::Status => status_tab(&self.progress),
        };
        let body = self.tabs(content.into_any());
        let dirty = Signal::derive(move || self.draft.with(Draft::is_begun) && !self.progress.is_sent());
        SidePanel { title, place: "Privileged Identity Management | Directory roles", wide: false, dirty }
            .view(body, self.footer(subject, verdict))
    }

    fn tabs(self, content: AnyView) -> AnyView {
        // There is nothing to show in Status before something was asked.
        let progress = self.progress;
        let closed = Signal::derive(move || (!progress.has_begun()).then_some("Nothing was asked yet"));
        let tabs = vec![
            PanelTab::new("Roles"),
            PanelTab::new("Activate"),
            PanelTab { words: "Status", lack: closed },
        ];
        let part = self.part;
        let parts = [Part::Roles, Part::Activate, Part::Status];
        let chosen = Signal::derive(move || part.get() as usize);
        panel_tabs(tabs, chosen, move |index| part.set(parts[index]), content)
    }

    /// The other roles that could be activated instead.
    fn roles(self) -> AnyView {
        let route = use_route();
        let rows = move || {
            let rows = self.rows.ready().map(|page| page.rows.clone()).unwrap_or_default();
            let list = route.with(|route| route.list().cloned().unwrap_or_default());
            rows.into_iter()
                .map(|row| {
                    let here = row.schedule_id == self.id;
                    let to = Route::Activate(row.schedule_id, list.clone());
                    view! {
                        <li>
                            <a href=to.url() aria-current=here.then_some("true")>{row.role_name}</a>
                        </li>
                    }
                })
                .collect_view()
        };
        view! { <p>"Roles that you may activate:"</p> <ul class="choices">{rows}</ul> }.into_any()
    }

    fn footer(self, subject: Memo<Option<Same>>, verdict: Memo<Verdict>) -> AnyView {
        let press = move |_| {
            self.pressed.set(true);
            let Some(Same(about)) = subject.get_untracked() else { return };
            let verdict = verdict.get_untracked();
            if !verdict.is_right() {
                self.part.set(Part::Activate);
                focus_first_error();
            } else if verdict.wants_second_factor {
                self.verifying.set(true);
            } else {
                self.send(&about);
            }
        };
        let buttons = move || {
            match self.part.get() {
            Part::Status => view! {
                <button type="button" class="button" on:click=move |_| self.history.close_panel()>"Close"</button>
            }
            .into_any(),
            Part::Roles | Part::Activate => view! {
                <button type="button" class="button primary" aria-busy=move || self.progress.busy.get().to_string() on:click=press>
                    {move || if self.progress.busy.get() { "Activating" } else { "Activate" }}
                </button>
                <button type="button" class="button" on:click=move |_| self.history.close_panel()>"Cancel"</button>
            }
            .into_any(),
        }
        };
        buttons.into_any()
    }

    fn send(self, about: &Subject) {
        let ask = self.draft.with_untracked(|draft| activation::ask(draft, about, self.zone));
        self.part.set(Part::Status);
        focus_on(OPEN_TAB);
        let history = self.history;
        let role = about.row.role_name.clone();
        self.progress.run(ask, role, move || {
            history.replace(&Route::MyRoles(List::default().on(Tab::Active)));
        });
    }
}

/// A subject in a memo: it counts as the same while what the person sees of it is.
#[derive(Clone)]
pub(super) struct Same(pub(super) Box<Subject>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        self.0.row == other.0.row
            && self.0.policy == other.0.policy
            && self.0.second_factor == other.0.second_factor
    }
}
