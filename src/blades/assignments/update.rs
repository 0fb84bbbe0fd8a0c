//! The Update panel: another window for an assignment that is there. Its type and holder are fixed.

use domain::{
    ids::ScheduleId,
    policy::{EnablementRule, ExpirationRule, Policy},
    request::{Action, Ask, AskedWindow, Ticket},
    schedule::Kind,
    scope::Scope,
    text::REASON_MAX,
    time::{Instant, Span},
    wire::graph::Schedule,
};
use leptos::prelude::*;

use super::remove::{Found, assignment_of, names};
use crate::{
    api::{self, sentence},
    components::{Tone, use_toasts},
    data::{Clock, Family, Key, Mutation, Query, Zone, use_cache, use_clock, use_zone},
    history::use_history,
    parts::{
        DIRECTORY, Field, SidePanel, WindowDraft, focus_first_error, text_area, to_wire, verification,
        window_fields,
    },
    session::use_who,
};

/// What is typed.
#[derive(Clone, Default, PartialEq)]
struct Draft {
    window: WindowDraft,
    reason: String,
}

/// The panel.
pub(in crate::blades) fn update_panel(id: ScheduleId) -> AnyView {
    let (history, cache, who, clock, zone) = (use_history(), use_cache(), use_who(), use_clock(), use_zone());
    let toasts = use_toasts();
    let query = assignment_of(id);
    let role = Query::maybe(move || {
        let id = query.ready()?.1.role_definition_id;
        Some((Key::Role(id), Box::pin(api::role(id))))
    });
    let draft = RwSignal::new(Draft::default());
    let before = RwSignal::new(Draft::default());
    let begun = StoredValue::new(false);
    Effect::new(move |_| {
        let (Some(found), Some(role)) = (query.ready(), role.ready()) else { return };
        if !begun.get_value() {
            begun.set_value(true);
            let window = begin(&found, &role.policy, zone, clock.now_untracked());
            draft.update(|draft| draft.window = window);
            before.set(draft.get_untracked());
        }
    });
    let mutation = Mutation::default();
    let verifying = RwSignal::new(false);
    let errors = Memo::new(move |_| {
        let (Some(found), Some(role)) = (query.ready(), role.ready()) else { return Errors::default() };
        draft.with(|draft| judge(draft, rules(&role.policy, found.0), zone, clock.now()))
    });
    let pressed = RwSignal::new(false);
    let press = move |_| {
        pressed.set(true);
        let Some(found) = query.ready_untracked() else { return };
        if errors.with_untracked(Errors::any) {
            focus_first_error();
            return;
        }
        let ask = update(&found, &draft.get_untracked(), zone);
        let second_factor = role
            .ready_untracked()
            .is_some_and(|role| rules(&role.policy, found.0).1.multi_factor_authentication);
        if second_factor && !untrack(|| who.second_factor_given()) {
            verifying.set(true);
            return;
        }
        mutation.run(api::post_request(ask.kind, to_wire(&ask)), move |_| {
            before.set(draft.get_untracked());
            toasts.say(Tone::Success, "The assignment was updated.");
            history.close_panel();
            cache.invalidate(Family::Roles);
            who.refresh();
        });
    };
    let wants = Signal::derive(move || {
        mutation.error().is_some_and(|error| error.wants_second_factor()) && !who.second_factor_given()
    });
    let content = move || {
        if let Some(error) = query.error().or_else(|| role.error()) {
            return view! { <p class="note danger" role="alert">{error.sentence()}</p> }.into_any();
        }
        let (Some(found), Some(role)) = (query.ready(), role.ready()) else {
            return view! { <p role="status">"Loading"</p> }.into_any();
        };
        let form = Form { draft, errors, pressed, mutation, zone, clock };
        view! { {verification(wants, verifying)} {form.view(&found, &role.policy)} }.into_any()
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
    fn view(self, found: &Found, policy: &Policy) -> AnyView {
        let (holder, role) = names(found);
        let (expiration, enablement) = rules(policy, found.0);
        let kind = if found.0 == Kind::Eligible { "Eligible" } else { "Active" };
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
            {window_fields(found.0, expiration, window, change, start, end, label)}
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

fn begin((kind, schedule): &Found, policy: &Policy, zone: Zone, now: Instant) -> WindowDraft {
    let start = schedule.schedule_info.start_date_time.unwrap_or(now);
    let end = end_of(schedule);
    let (expiration, _) = rules(policy, *kind);
    let longest =
        if expiration.is_expiration_required { expiration.maximum_duration } else { Span::days(365) };
    WindowDraft {
        permanent: end.is_none(),
        start: zone.to_input(start),
        end: zone.to_input(end.unwrap_or(start.max(now) + longest)),
    }
}

fn end_of(schedule: &Schedule) -> Option<Instant> {
    let expiration = schedule.schedule_info.expiration.as_ref()?;
    let start = schedule.schedule_info.start_date_time?;
    let by_length = || expiration.duration.as_ref()?.parse().ok().map(|length: Span| start + length);
    expiration.end_date_time.or_else(by_length)
}

/// The window by the rules; what has passed of a running assignment may stay as it was, so a past start is no error.
fn judge(
    draft: &Draft,
    (expiration, enablement): (ExpirationRule, EnablementRule),
    zone: Zone,
    now: Instant,
) -> Errors {
    let mut errors = Errors::default();
    let start = zone.from_input(&draft.window.start);
    if start.is_none() {
        errors.start = Some("Enter a date and a time.".into());
    }
    errors.end = draft.window.end_error(expiration, zone, start.unwrap_or(now).max(now));
    if enablement.justification && draft.reason.trim().is_empty() {
        errors.reason = Some(sentence("Justification is required", &format!("1 to {REASON_MAX} characters")));
    }
    errors
}

fn update((kind, schedule): &Found, draft: &Draft, zone: Zone) -> Ask {
    let reason = draft.reason.trim().to_owned();
    Ask {
        action: Action::AdminUpdate,
        kind: *kind,
        principal: schedule.principal_id,
        role: schedule.role_definition_id,
        scope: Scope::Directory,
        justification: Some(reason).filter(|text| !text.is_empty()),
        window: Some(AskedWindow {
            start: zone.from_input(&draft.window.start),
            expiration: draft.window.expiration(zone),
        }),
        ticket: Ticket::default(),
        target: Some(schedule.id),
    }
}
