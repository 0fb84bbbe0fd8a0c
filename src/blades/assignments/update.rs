//! The Update panel: another window for an assignment that is there. Its type and holder are fixed.

use domain::{
    ids::ScheduleId,
    policy::{EnablementRule, ExpirationRule, Policy},
    request::{Action, Ask, AskedWindow, Ticket},
    schedule::Kind,
    scope::Scope,
    text::REASON_MAX,
    time::{Instant, Span},
    wire::api::AssignmentRow,
};
use leptos::prelude::*;

use super::remove::row_over;
use crate::{
    api::{self, sentence},
    components::{Tone, use_toasts},
    data::{Clock, Family, Key, Mutation, Query, Zone, use_cache, use_clock, use_zone},
    history::use_history,
    parts::{
        DIRECTORY, Field, SidePanel, UNREAD_SETTINGS, WindowDraft, focus_first_error, text_area, to_wire,
        verification, window_fields,
    },
    routes::Host,
    session::use_who,
};

/// What is typed.
#[derive(Clone, Default, PartialEq)]
struct Draft {
    window: WindowDraft,
    reason: String,
}

/// The panel.
pub(in crate::blades) fn update_panel(host: Host, id: ScheduleId) -> AnyView {
    let (history, cache, who, clock, zone) = (use_history(), use_cache(), use_who(), use_clock(), use_zone());
    let toasts = use_toasts();
    let found = row_over(host, id);
    let row = move || found.get().and_then(Result::ok);
    let role = Query::maybe(move || {
        let id = row()?.role_definition_id;
        Some((Key::Role(id), Box::pin(api::role(id))))
    });
    let draft = RwSignal::new(Draft::default());
    let before = RwSignal::new(Draft::default());
    let begun = StoredValue::new(false);
    Effect::new(move |_| {
        let (Some(row), Some(role)) = (row(), role.ready()) else { return };
        if !begun.get_value() {
            let Some(policy) = &role.policy else { return };
            let window = begin(&row, policy, zone, clock.now_untracked());
            draft.update(|draft| draft.window = window);
            begun.set_value(true);
            before.set(draft.get_untracked());
        }
    });
    let mutation = Mutation::default();
    let verifying = RwSignal::new(false);
    let errors = Memo::new(move |_| {
        let (Some(row), Some(role)) = (row(), role.ready()) else { return Errors::default() };
        let Some(policy) = &role.policy else { return Errors::default() };
        draft.with(|draft| judge(draft, &row, rules(policy, row.kind), zone, clock.now()))
    });
    let pressed = RwSignal::new(false);
    let press = move |_| {
        pressed.set(true);
        let Some(row) = untrack(row) else { return };
        if errors.with_untracked(Errors::any) {
            focus_first_error();
            return;
        }
        let ask = update(&row, &draft.get_untracked(), zone);
        let second_factor = role
            .ready_untracked()
            .and_then(|role| Some(rules(role.policy.as_ref()?, row.kind).1))
            .is_some_and(|enablement| enablement.multi_factor_authentication);
        if second_factor && !untrack(|| who.second_factor_given()) {
            verifying.set(true);
            return;
        }
        mutation.run(api::post_request(ask.kind, to_wire(&ask)), move |_| {
            toasts.say(Tone::Success, "The assignment was updated.");
            if mutation.is_here() {
                before.set(draft.get_untracked());
                history.close_panel();
            }
            cache.invalidate(Family::Roles);
            who.refresh();
        });
    };
    let wants = Signal::derive(move || {
        mutation.error().is_some_and(|error| error.wants_second_factor()) && !who.second_factor_given()
    });
    let content = move || {
        let wrong = found.get().and_then(Result::err).or_else(|| role.error().map(|error| error.sentence()));
        if let Some(sentence) = wrong {
            return view! { <p class="note danger" role="alert">{sentence}</p> }.into_any();
        }
        let (Some(row), Some(role)) = (row(), role.ready()) else {
            return view! { <p role="status">"Loading"</p> }.into_any();
        };
        let Some(policy) = &role.policy else {
            return view! { <p class="note danger" role="alert">{UNREAD_SETTINGS}</p> }.into_any();
        };
        let form = Form { draft, errors, pressed, mutation, zone, clock };
        view! { {verification(wants, verifying)} {form.view(&row, policy)} }.into_any()
    };
    let footer = view! {
        <button type="button" class="button primary" on:click=press>
            {move || if mutation.is_busy() { "Saving" } else { "Save" }}
        </button>
        <button type="button" class="button" on:click=move |_| history.close_panel()>"Cancel"</button>
    };
    let title = Signal::stored("Update assignment".to_owned());
    let dirty = Signal::derive(move || draft.get() != before.get());
    SidePanel { title, place: "Privileged Identity Management | Directory roles", wide: false, dirty }
        .view(content.into_any(), footer.into_any())
}

#[derive(Clone, Copy)]
struct Form {
    draft: RwSignal<Draft>,
    errors: Memo<Errors>,
    pressed: RwSignal<bool>,
    mutation: Mutation,
    zone: Zone,
    clock: Clock,
}

impl Form {
    fn view(self, row: &AssignmentRow, policy: &Policy) -> AnyView {
        let (holder, role) = (row.principal_name.clone(), row.role_name.clone());
        let (expiration, enablement) = rules(policy, row.kind);
        let kind = if row.kind == Kind::Eligible { "Eligible" } else { "Active" };
        let window = Signal::derive(move || self.draft.with(|draft| draft.window.clone()));
        let change = move |window| {
            self.mutation.forget();
            self.draft.update(|draft| draft.window = window);
        };
        let start = Signal::derive(move || {
            self.errors.with(|e| e.start.clone()).or_else(|| self.mutation.field("start"))
        });
        let end = Signal::derive(move || {
            self.errors.with(|e| e.end.clone()).or_else(|| self.mutation.field("end"))
        });
        let reason = enablement.justification.then(|| {
            let error = Signal::derive(move || {
                let own = self.pressed.get().then(|| self.errors.with(|e| e.reason.clone())).flatten();
                own.or_else(|| self.mutation.field("justification"))
            });
            text_area(
                Field::new("Justification", "reason").required().error(error),
                REASON_MAX,
                Signal::derive(move || self.draft.with(|draft| draft.reason.clone())),
                move |text| {
                    self.mutation.forget();
                    self.draft.update(|draft| draft.reason = text);
                },
            )
        });
        let general = move || {
            let known = ["start", "end", "justification"];
            self.mutation
                .error()
                .filter(|error| known.iter().all(|name| error.for_field(name).is_none()))
                .map(|error| view! { <p class="note danger" role="alert">{error.sentence()}</p> })
        };
        let label = self.zone.label(self.clock.now_untracked());
        view! {
            {general}
            <dl class="facts">
                <dt>"Role"</dt><dd>{role}</dd>
                <dt>"Member"</dt><dd>{holder}</dd>
                <dt>"Scope"</dt><dd>{DIRECTORY}</dd>
                <dt>"Assignment type"</dt><dd>{kind}</dd>
            </dl>
            {window_fields(row.kind, expiration, window, change, start, end, label)}
            {reason}
        }
        .into_any()
    }
}

#[derive(Clone, Default, PartialEq)]
struct Errors {
    start: Option<String>,
    end: Option<String>,
    reason: Option<String>,
}

impl Errors {
    const fn any(&self) -> bool {
        self.start.is_some() || self.end.is_some() || self.reason.is_some()
    }
}

/// The rules that bind an administrator's act on this kind.
const fn rules(policy: &Policy, kind: Kind) -> (ExpirationRule, EnablementRule) {
    match kind {
        Kind::Eligible => (policy.expiration_admin_eligibility, policy.enablement_admin_eligibility),
        Kind::Active => (policy.expiration_admin_assignment, policy.enablement_admin_assignment),
    }
}

fn begin(row: &AssignmentRow, policy: &Policy, zone: Zone, now: Instant) -> WindowDraft {
    let (start, end) = (row.start_date_time, row.end_date_time);
    let (expiration, _) = rules(policy, row.kind);
    let longest =
        if expiration.is_expiration_required { expiration.maximum_duration } else { Span::days(365) };
    WindowDraft {
        permanent: end.is_none(),
        start: zone.to_input(start),
        end: zone.to_input(end.unwrap_or(start.max(now) + longest)),
    }
}

/// The window by the rules. What has passed of a running assignment stays as it was: no other past start is taken.
fn judge(
    draft: &Draft,
    row: &AssignmentRow,
    (expiration, enablement): (ExpirationRule, EnablementRule),
    zone: Zone,
    now: Instant,
) -> Errors {
    let mut errors = Errors::default();
    let start = zone.from_input(&draft.window.start);
    match start {
        None => errors.start = Some("Enter a date and a time.".into()),
        // The box counts in minutes: the present one is not yet past.
        Some(start)
            if start + Span::minutes(1) <= now
                && draft.window.start != zone.to_input(row.start_date_time) =>
        {
            let mut allowed = format!("{} or later", zone.date_time(now));
            if row.start_date_time <= now {
                allowed = format!("{} as it is, or {allowed}", zone.date_time(row.start_date_time));
            }
            errors.start = Some(sentence("the start must not be in the past", &allowed));
        }
        Some(_) => {}
    }
    errors.end = draft.window.end_error(expiration, zone, start.unwrap_or(now).max(now));
    if enablement.justification && draft.reason.trim().is_empty() {
        errors.reason = Some(sentence("Justification is required", &format!("1 to {REASON_MAX} characters")));
    }
    errors
}

fn update(row: &AssignmentRow, draft: &Draft, zone: Zone) -> Ask {
    let reason = draft.reason.trim().to_owned();
    Ask {
        action: Action::AdminUpdate,
        kind: row.kind,
        principal: row.principal_id,
        role: row.role_definition_id,
        scope: Scope::Directory,
        justification: Some(reason).filter(|text| !text.is_empty()),
        window: Some(AskedWindow {
            start: zone.from_input(&draft.window.start),
            expiration: draft.window.expiration(zone),
        }),
        ticket: Ticket::default(),
        target: Some(row.schedule_id),
    }
}
