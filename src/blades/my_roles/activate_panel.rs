//! The Activate panel: tabs Roles, Activate, Status. What is typed is judged on every key by the server's own rules.

use domain::{
    ids::{RoleId, ScheduleId},
    wire::api::{Assignments, RoleDetail, Tab},
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
    parts::{DIRECTORY, Field, SidePanel, current_list, field, focus_first_error, text_area, verification},
    routes::{List, Route},
    session::{Who, use_who},
};

/// Which of the three tabs is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Roles,
    Activate,
    Status,
}

/// What the parts of the panel share.
#[derive(Clone, Copy)]
struct Panel {
    id: ScheduleId,
    part: RwSignal<Part>,
    draft: RwSignal<Draft>,
    /// Whether the button was pressed: from then on every field says what is wrong with it.
    pressed: RwSignal<bool>,
    verifying: RwSignal<bool>,
    rows: Query<Assignments>,
    role: Query<RoleDetail>,
    progress: Progress,
    clock: Clock,
    zone: Zone,
    who: Who,
    history: History,
}

/// The panel of one eligible schedule.
pub(in crate::blades) fn activate_panel(id: ScheduleId) -> AnyView {
    let list = current_list();
    let rows = Query::new(move || {
        let list = List { tab: Tab::Eligible, ..list.get() };
        (Key::MyRoles(list.clone()), Box::pin(api::my_roles(list)))
    });
    let role_id = Memo::new(move |_| row_of(rows, id).map(|row| row.role_definition_id));
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

fn row_of(rows: Query<Assignments>, id: ScheduleId) -> Option<domain::wire::api::AssignmentRow> {
    rows.ready().and_then(|page| page.rows.iter().find(|row| row.schedule_id == id).cloned())
}

impl Panel {
    /// Sets the slider to the role's maximum once that is known, and leaves what was typed meanwhile.
    fn begin(self) {
        Effect::new(move |_| {
            let Some(role) = self.role.ready() else { return };
            if self.draft.with_untracked(|draft| draft.hours.is_empty()) {
                let hours = activation::hours_text(activation::longest(&role.policy));
                self.draft.update(|draft| draft.hours = hours);
            }
        });
    }

    fn subject(self) -> Option<Subject> {
        let row = row_of(self.rows, self.id)?;
        let policy = self.role.ready()?.policy.clone();
        Some(Subject { me: self.who.user_id()?, row, policy, second_factor: self.who.second_factor_given() })
    }

    fn view(self) -> AnyView {
        let subject = Memo::new(move |_| self.subject().map(|subject| Same(Box::new(subject))));
        let verdict = Memo::new(move |_| {
            let Some(Same(subject)) = subject.get() else { return Verdict::default() };
            self.draft.with(|draft| activation::judge(draft, &subject, self.zone, self.clock.now()))
        });
        let name = move || row_of(self.rows, self.id).map(|row| row.role_name).unwrap_or_default();
        let title = Signal::derive(move || match name() {
            name if name.is_empty() => "Activate".to_owned(),
            name => format!("Activate - {name}"),
        });
        let content = move || match self.part.get() {
            Part::Roles => self.roles(),
            Part::Activate => self.form(subject, verdict),
            Part::Status => status_tab(self.progress, self.id),
        };
        let body = view! { {self.tabs()} {content} }.into_any();
        let dirty = Signal::derive(move || {
            self.draft.with(|draft| !draft.reason.trim().is_empty()) && !self.progress.has_begun()
        });
        SidePanel { title, place: "Privileged Identity Management | Directory roles", wide: false, dirty }
            .view(body, self.footer(subject, verdict))
    }

    fn tabs(self) -> AnyView {
        let tab = move |part: Part, name: &'static str| {
            let selected = move || self.part.get() == part;
            // There is nothing to show in Status before something was asked.
            let closed = move || part == Part::Status && !self.progress.has_begun();
            view! {
                <button
                    type="button"
                    role="tab"
                    class="tab"
                    aria-selected=move || selected().to_string()
                    aria-disabled=move || closed().then_some("true")
                    title=move || closed().then_some("Nothing was asked yet")
                    on:click=move |_| if !closed() { self.part.set(part) }
                >
                    {name}
                </button>
            }
        };
        view! {
            <div class="tabs" role="tablist" aria-label="Steps">
                {tab(Part::Roles, "Roles")} {tab(Part::Activate, "Activate")} {tab(Part::Status, "Status")}
            </div>
        }
        .into_any()
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

    fn form(self, subject: Memo<Option<Same>>, verdict: Memo<Verdict>) -> AnyView {
        let state = Memo::new(move |_| {
            let failed = self.rows.error().or_else(|| self.role.error());
            match (failed, subject.with(Option::is_some)) {
                (Some(error), _) => Err(error.sentence()),
                (None, true) => Ok(true),
                (None, false) if self.rows.ready().is_some() && row_of(self.rows, self.id).is_none() => {
                    Err("You are not eligible for this role here. It may have been removed, or it ended."
                        .into())
                }
                (None, false) => Ok(false),
            }
        });
        let content = move || match state.get() {
            Ok(true) => self.fields(subject, verdict),
            Ok(false) => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
            Err(sentence) => view! { <p role="alert" class="note danger">{sentence}</p> }.into_any(),
        };
        content.into_any()
    }

    fn fields(self, subject: Memo<Option<Same>>, verdict: Memo<Verdict>) -> AnyView {
        let Some(Same(about)) = subject.get_untracked() else { return ().into_any() };
        let rule = about.policy.enablement_end_user_assignment;
        let ticket = rule.ticketing.then(|| {
            let error = move |field: &'static str, own: fn(&Verdict) -> Option<String>| {
                self.shown(verdict, field, own)
            };
            let number = field(
                Field::new("Ticket number", "ticket-number")
                    .required()
                    .error(error("ticketNumber", |v| v.ticket_number.clone())),
                Signal::derive(move || self.draft.with(|draft| draft.ticket_number.clone())),
                move |text| self.edit(|draft| draft.ticket_number = text),
            );
            let system = field(
                Field::new("Ticket system", "ticket-system")
                    .required()
                    .error(error("ticketSystem", |v| v.ticket_system.clone())),
                Signal::derive(move || self.draft.with(|draft| draft.ticket_system.clone())),
                move |text| self.edit(|draft| draft.ticket_system = text),
            );
            view! { <div class="pair">{number}{system}</div> }
        });
        let mut reason = Field::new("Reason", "reason").hint("Kept in the audit history").error(self.shown(
            verdict,
            "justification",
            |verdict| verdict.reason.clone(),
        ));
        reason.required = rule.justification;
        let outcome = move || {
            let Same(about) = subject.get()?;
            let verdict = verdict.get();
            let now = self.clock.now();
            let role = &about.row.role_name;
            self.draft.with(|draft| activation::outcome(&verdict, draft, role, self.zone, now))
        };
        let general =
            move || verdict.with(|verdict| verdict.general.clone()).or_else(|| self.server_says_in_general());
        view! {
            {verification(
                Signal::derive(move || {
                    verdict.with(|verdict| verdict.wants_second_factor)
                        || self.progress.error.with(|e| e.as_ref().is_some_and(api::ApiError::wants_second_factor))
                            && !self.who.second_factor_given()
                }),
                self.verifying,
            )}
            {move || general().map(|text| view! { <p class="note danger" role="alert">{text}</p> })}
            <dl class="facts">
                <dt>"Role"</dt><dd>{about.row.role_name.clone()}</dd>
                <dt>"Scope"</dt><dd>{DIRECTORY}</dd>
            </dl>
            {self.start(verdict)}
            {self.duration(&about, verdict)}
            {text_area(
                reason,
                domain::text::REASON_MAX,
                Signal::derive(move || self.draft.with(|draft| draft.reason.clone())),
                move |text| self.edit(|draft| draft.reason = text),
            )}
            {ticket}
            {move || outcome().map(|text| view! { <p class="outcome">{text}</p> })}
        }
        .into_any()
    }

    fn start(self, verdict: Memo<Verdict>) -> AnyView {
        let custom = move || self.draft.with(|draft| draft.custom_start);
        let toggle = move |event| {
            let on = event_target_checked(&event);
            self.edit(|draft| {
                draft.custom_start = on;
                if on && draft.start.is_empty() {
                    let hour = domain::time::Span::hours(1);
                    draft.start = self.zone.to_input(self.clock.now_untracked() + hour);
                }
            });
        };
        let when = move || {
            custom().then(|| {
                let zone = Signal::derive(move || self.zone.label(self.clock.now_untracked()));
                let mut about = Field::new("Activation start", "start").required().error(self.always(
                    verdict,
                    "start",
                    |verdict| verdict.start.clone(),
                ));
                about.kind = "datetime-local";
                about.hint = zone;
                field(
                    about,
                    Signal::derive(move || self.draft.with(|draft| draft.start.clone())),
                    move |text| self.edit(|draft| draft.start = text),
                )
            })
        };
        let error = move || (!custom()).then(|| verdict.with(|verdict| verdict.start.clone())).flatten();
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=custom on:change=toggle aria-describedby="custom-start-hint"/>
                <span>
                    "Custom activation start time"
                    <span class="hint" id="custom-start-hint">"Off: it starts at once"</span>
                </span>
            </label>
            {when}
            {move || error().map(|text| view! { <p class="error" role="alert">{text}</p> })}
        }
        .into_any()
    }

    fn duration(self, about: &Subject, verdict: Memo<Verdict>) -> AnyView {
        let most = activation::longest(&about.policy);
        let step = activation::STEP;
        let hours = Signal::derive(move || self.draft.with(|draft| draft.hours.clone()));
        let at = move || activation::parse_hours(&hours.get()).unwrap_or(most).min(most).max(step);
        let until = move || {
            let length = activation::parse_hours(&hours.get())?;
            let start = self
                .draft
                .with(|draft| draft.custom_start.then(|| self.zone.from_input(&draft.start)).flatten());
            let now = self.clock.now();
            let end = start.unwrap_or(now).max(now) + length;
            Some(format!("Until {} ({})", self.zone.near(end, now), length.words()))
        };
        let error = self.always(verdict, "duration", |verdict| verdict.duration.clone());
        let slide = move |event| {
            let text = event_target_value(&event);
            self.edit(|draft| draft.hours = text);
        };
        let (least, largest) = (activation::hours_text(step), activation::hours_text(most));
        let (min, max) = (least.clone(), largest.clone());
        view! {
            <fieldset class="field">
                <legend class="label">"Duration (hours)"</legend>
                <div class="slider-row">
                    <span class="slider">
                        <input
                            type="range"
                            min=least.clone()
                            max=largest.clone()
                            step="0.5"
                            aria-label="Duration in hours"
                            aria-valuetext=move || at().words()
                            prop:value=move || activation::hours_text(at())
                            on:input=slide
                        />
                        <span class="slider-ends" aria-hidden="true"><span>{min}</span><span>{max}</span></span>
                    </span>
                    <input
                        type="text"
                        inputmode="decimal"
                        class="input"
                        id="hours"
                        aria-label="Duration in hours, typed"
                        aria-describedby="hours-until"
                        aria-invalid=move || error.get().is_some().to_string()
                        prop:value=hours
                        on:input=slide
                    />
                </div>
                <p id="hours-until" class=move || if error.get().is_some() { "error" } else { "hint" }>
                    {move || error.get().or_else(until)}
                </p>
            </fieldset>
        }
        .into_any()
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
        let history = self.history;
        self.progress.run(ask, move || {
            history.replace(&Route::MyRoles(List::default().on(Tab::Active)));
        });
    }

    fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        if self.progress.error.with_untracked(Option::is_some) {
            self.progress.error.set(None);
        }
    }

    /// What is wrong with a field, once the button was pressed.
    fn shown(
        self,
        verdict: Memo<Verdict>,
        name: &'static str,
        own: fn(&Verdict) -> Option<String>,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            let ours = self.pressed.get().then(|| verdict.with(own)).flatten();
            ours.or_else(|| self.server_says(name))
        })
    }

    /// What is wrong with a field, from the first key on: for values that are never empty.
    fn always(
        self,
        verdict: Memo<Verdict>,
        name: &'static str,
        own: fn(&Verdict) -> Option<String>,
    ) -> Signal<Option<String>> {
        Signal::derive(move || verdict.with(own).or_else(|| self.server_says(name)))
    }

    fn server_says(self, name: &str) -> Option<String> {
        self.progress.error.with(|error| error.as_ref().and_then(|error| error.for_field(name)))
    }

    fn server_says_in_general(self) -> Option<String> {
        let fields = ["duration", "start", "justification", "ticketNumber", "ticketSystem", "secondFactor"];
        self.progress.error.with(|error| {
            let error = error.as_ref()?;
            fields.iter().all(|name| error.for_field(name).is_none()).then(|| error.sentence())
        })
    }
}

/// A subject in a memo: it counts as the same while what the person sees of it is.
#[derive(Clone)]
struct Same(Box<Subject>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        self.0.row == other.0.row
            && self.0.policy == other.0.policy
            && self.0.second_factor == other.0.second_factor
    }
}
