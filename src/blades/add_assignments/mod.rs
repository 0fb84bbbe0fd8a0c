//! The Add assignments wizard: Membership, Setting, Assign. One request per member, each with its own result.

mod draft;
mod members;
mod membership;
mod send;
mod setting;

use domain::{
    ids::{PrincipalId, RoleId},
    wire::api::RoleDetail,
};
use draft::{Caller, Draft, Member, Verdict};
use leptos::{ev, prelude::*};
use send::Sending;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::{
    api,
    data::{Clock, Key, Query, Zone, use_clock, use_zone},
    history::{History, use_history},
    parts::{OPEN_TAB, PanelTab, SidePanel, WindowDraft, focus_first_error, focus_on, panel_tabs},
    routes::{Host, Preset},
    session::{Who, use_who},
};

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Membership,
    Members,
    Setting,
}

/// What the steps share.
#[derive(Clone, Copy)]
struct Wizard {
    part: RwSignal<Part>,
    draft: RwSignal<Draft>,
    /// What it was opened with.
    preset: (Option<RoleId>, Option<PrincipalId>),
    /// What is ticked in the members pane and not selected yet.
    ticked: RwSignal<Vec<Member>>,
    /// What is searched in the members pane.
    search: RwSignal<String>,
    /// Whether Next or Assign was pressed: from then on every field says what is wrong with it.
    pressed: RwSignal<bool>,
    verifying: RwSignal<bool>,
    role: Query<RoleDetail>,
    verdict: Memo<Verdict>,
    sending: Sending,
    clock: Clock,
    zone: Zone,
    who: Who,
    history: History,
}

/// The wizard over a grid.
pub(in crate::blades) fn add_assignments(host: Host, preset: Preset) -> AnyView {
    let (clock, zone, who) = (use_clock(), use_zone(), use_who());
    let role = preset.role.or(if let Host::Role(id) = host { Some(id) } else { None });
    let member = preset.member.or(if let Host::User(id) = host { Some(id) } else { None });
    let preset = (role, member);
    let draft = RwSignal::new(Draft::new(role));
    let role_id = Memo::new(move |_| draft.with(|draft| draft.role));
    let role = Query::maybe(move || {
        let id = role_id.get()?;
        Some((Key::Role(id), Box::pin(api::role(id))))
    });
    let verdict = Memo::new(move |_| {
        let Some(id) = who.user_id() else { return Verdict::default() };
        let caller = Caller { id, second_factor: who.second_factor_given(), permissions: who.permissions() };
        let now = clock.now();
        let detail = role.ready();
        let policy = detail
            .as_ref()
            .filter(|role| Some(role.row.id) == role_id.get())
            .and_then(|role| role.policy.as_ref());
        draft.with(|draft| draft::judge(draft, policy, caller, zone, now))
    });
    let wizard = Wizard {
        part: RwSignal::new(Part::Membership),
        draft,
        preset,
        ticked: RwSignal::new(Vec::new()),
        search: RwSignal::new(String::new()),
        pressed: RwSignal::new(false),
        verifying: RwSignal::new(false),
        role,
        verdict,
        sending: Sending::new(),
        clock,
        zone,
        who,
        history: use_history(),
    };
    if let Some(member) = member {
        members::preset(member, draft, wizard.ticked);
    }
    wizard.propose();
    wizard.view()
}

impl Wizard {
    /// Fills in the defaults of the chosen role and type, where the window was not touched.
    fn propose(self) {
        let role = self.role;
        // Not when the same role is merely read again: what was typed stays, and the rules judge it.
        let about = Memo::new(move |_| {
            let kind = self.draft.with(|draft| draft.kind);
            role.ready().map(|role| (role.row.id, kind))
        });
        Effect::new(move |_| {
            let Some((_, kind)) = about.get() else { return };
            let Some(policy) = untrack(|| role.ready()).and_then(|role| role.policy.clone()) else { return };
            let now = self.clock.now_untracked();
            let (expiration, _) = draft::rules(&policy, kind);
            let end = draft::proposed_end(&policy, kind, now);
            self.draft.update(|draft| {
                draft.propose(WindowDraft {
                    permanent: !expiration.is_expiration_required,
                    start: self.zone.to_input(now),
                    end: self.zone.to_input(end),
                });
            });
        });
    }

    fn view(self) -> AnyView {
        let content = move || match self.part.get() {
            Part::Membership => self.membership(),
            Part::Members => {
                self.escape_leads_back();
                members::picker(self.ticked, self.search)
            }
            Part::Setting => self.setting(),
        };
        let body = self.tabs(content.into_any());
        let footer = move || self.footer(self.part.get());
        let dirty = Signal::derive(move || {
            let (role, member) = self.preset;
            let begun = self.draft.with(|draft| {
                draft.is_begun(role, member) || self.ticked.with(|ticked| *ticked != draft.members)
            });
            begun && !self.sending.is_done()
        });
        SidePanel {
            title: Signal::stored("Add assignments".to_owned()),
            place: "Privileged Identity Management | Directory roles",
            wide: true,
            dirty,
        }
        .view(body, footer.into_any())
    }

    fn tabs(self, content: AnyView) -> AnyView {
        let chosen = Signal::derive(move || usize::from(self.part.get() == Part::Setting));
        let choose = move |index| self.turn_to(if index == 1 { Part::Setting } else { Part::Membership });
        panel_tabs(vec![PanelTab::new("Membership"), PanelTab::new("Setting")], chosen, choose, content)
    }

    /// Setting comes after a role and a member.
    fn turn_to(self, part: Part) {
        if part == Part::Setting && !self.verdict.with_untracked(Verdict::membership_is_right) {
            self.pressed.set(true);
            self.part.set(Part::Membership);
            focus_first_error();
            return;
        }
        self.pressed.set(false);
        self.part.set(part);
        focus_on(OPEN_TAB);
    }

    fn footer(self, part: Part) -> AnyView {
        let cancel = view! {
            <button type="button" class="button" on:click=move |_| self.history.close_panel()>"Cancel"</button>
        };
        match part {
            Part::Membership => view! {
                <button type="button" class="button primary" on:click=move |_| self.turn_to(Part::Setting)>"Next"</button>
                {cancel}
            }
            .into_any(),
            Part::Members => view! {
                <button type="button" class="button primary" on:click=move |_| self.select()>"Select"</button>
                <button type="button" class="button" on:click=move |_| self.forget_ticks()>
                    "Back"
                </button>
            }
            .into_any(),
            Part::Setting => view! {
                <button type="button" class="button primary" on:click=move |_| self.assign()>
                    {move || if self.sending.is_busy() { "Assigning" } else { "Assign" }}
                </button>
                <button type="button" class="button" on:click=move |_| self.turn_to(Part::Membership)>"Previous"</button>
                {cancel}
            }
            .into_any(),
        }
    }

    fn pick_members(self) {
        self.search.set(String::new());
        self.part.set(Part::Members);
        focus_on(".members .input");
    }

    fn select(self) {
        self.draft.update(|draft| draft.members = self.ticked.get_untracked());
        self.back();
    }

    /// Back, and nothing is ticked that was not selected before.
    fn forget_ticks(self) {
        self.ticked.set(self.draft.with_untracked(|draft| draft.members.clone()));
        self.back();
    }

    /// Back from the members pane to where it was opened.
    fn back(self) {
        self.part.set(Part::Membership);
        focus_on("#members");
    }

    /// In the members pane Escape is one step back, wherever in the panel the focus is: first the search goes, then the
    /// pane. What is ticked stays so for when the pane is opened again.
    fn escape_leads_back(self) {
        let handle = window_event_listener(ev::keydown, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let dialog = target.as_ref().and_then(|target| target.closest("dialog").ok().flatten());
            if event.key() != "Escape" || dialog.is_some_and(|dialog| !dialog.class_list().contains("panel"))
            {
                return;
            }
            event.prevent_default();
            let searched = target.and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if searched.is_some_and(|input| input.type_() == "search" && !input.value().is_empty()) {
                self.search.set(String::new());
            } else {
                self.back();
            }
        });
        on_cleanup(move || handle.remove());
    }

    fn assign(self) {
        self.pressed.set(true);
        let verdict = self.verdict.get_untracked();
        if !verdict.membership_is_right() {
            self.turn_to(Part::Setting);
        } else if !verdict.is_right() {
            focus_first_error();
        } else if verdict.wants_second_factor {
            self.verifying.set(true);
        } else {
            let draft = self.draft.get_untracked();
            let Some(role) = draft.role else { return };
            let asks = draft
                .members
                .iter()
                .map(|member| (member.clone(), draft::ask(&draft, role, member.id, self.zone)))
                .collect();
            let history = self.history;
            let added = move |done: &[Member]| {
                let _ = self.ticked.try_update(|ticked| ticked.retain(|one| !done.contains(one)));
                let left = self.draft.try_update(|draft| {
                    draft.members.retain(|one| !done.contains(one));
                    !draft.members.is_empty()
                });
                left.unwrap_or_default()
            };
            self.sending.run(asks, added, move || history.close_panel());
        }
    }

    /// What is wrong with a field, once a button was pressed.
    fn shown(self, own: fn(&Verdict) -> Option<String>) -> Signal<Option<String>> {
        Signal::derive(move || self.pressed.get().then(|| self.verdict.with(own)).flatten())
    }
}

/// The name under which a member is listed.
fn label(member: &Member) -> String {
    if member.detail.is_empty() {
        member.name.clone()
    } else {
        format!("{} ({})", member.name, member.detail)
    }
}
