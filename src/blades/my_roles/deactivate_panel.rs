//! The Deactivate panel. In the first five minutes the button says from when on it works.

use domain::{
    capability,
    ids::ScheduleId,
    request::{Action, Ask, Ticket},
    schedule::{AssignmentType, Kind, Schedule},
    scope::Scope,
    text::REASON_MAX,
    time::Window,
    wire::api::ActiveRole,
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, use_toasts},
    data::{Family, Mutation, use_cache, use_clock, use_zone},
    history::use_history,
    parts::{DIRECTORY, Field, SidePanel, text_area, time, to_wire},
    session::use_who,
};

/// The panel of one activation.
pub(in crate::blades) fn deactivate_panel(id: ScheduleId) -> AnyView {
    let who = use_who();
    let role = Memo::new(move |before: Option<&Option<ActiveRole>>| {
        let found = who.with(|session| {
            let active = session.active_roles.iter().find(|role| role.schedule_id == id);
            active.filter(|role| role.assignment_type == AssignmentType::Activated).cloned()
        });
        // The last thing known stays on the screen while the panel closes after its work.
        found.flatten().or_else(|| before.cloned().flatten())
    });
    let reason = RwSignal::new(String::new());
    let mutation = Mutation::default();
    let title = Signal::derive(move || match role.get() {
        Some(role) => format!("Deactivate - {}", role.role_name),
        None => "Deactivate".to_owned(),
    });
    let content = move || {
        match role.get() {
        Some(role) => facts(&role, reason, mutation),
        None => view! {
            <p class="note info" role="status">"This role is not active any more: nothing needs to be deactivated."</p>
        }
        .into_any(),
    }
    };
    let footer = move || footer(role, reason, mutation);
    let dirty = Signal::derive(move || reason.with(|text| !text.trim().is_empty()) && !mutation.is_busy());
    SidePanel { title, place: "Privileged Identity Management | Directory roles", wide: false, dirty }
        .view(content.into_any(), footer.into_any())
}

fn facts(role: &ActiveRole, reason: RwSignal<String>, mutation: Mutation) -> AnyView {
    let error = Signal::derive(move || mutation.field("justification"));
    let general = move || {
        mutation.error().filter(|error| error.for_field("justification").is_none()).map(|error| {
            view! { <p class="note danger" role="alert">{error.sentence()}</p> }
        })
    };
    view! {
        {general}
        <dl class="facts">
            <dt>"Role"</dt><dd>{role.role_name.clone()}</dd>
            <dt>"Scope"</dt><dd>{DIRECTORY}</dd>
            <dt>"Start time"</dt><dd>{time(Some(role.start_date_time))}</dd>
            <dt>"End time"</dt><dd>{time(role.end_date_time)}</dd>
        </dl>
        {text_area(
            Field::new("Reason", "reason").hint("Optional; kept in the audit history").error(error),
            REASON_MAX,
            reason.into(),
            move |text| { reason.set(text); mutation.forget(); },
        )}
        <p class="outcome">
            {format!("{} ends at once. You stay eligible and can activate it again.", role.role_name)}
        </p>
    }
    .into_any()
}

fn footer(role: Memo<Option<ActiveRole>>, reason: RwSignal<String>, mutation: Mutation) -> AnyView {
    let (history, cache, who, clock, zone) = (use_history(), use_cache(), use_who(), use_clock(), use_zone());
    let toasts = use_toasts();
    // The rule is the domain's; it asks for a schedule.
    let possible_from = Memo::new(move |_| {
        let role = role.get()?;
        let schedule = Schedule {
            id: role.schedule_id,
            kind: Kind::Active,
            principal: who.user_id()?,
            role: role.role_definition_id,
            scope: Scope::Directory,
            window: Window { start: role.start_date_time, end: role.end_date_time },
            activated_from: Some(role.schedule_id),
        };
        capability::deactivable_from(&schedule)
    });
    let too_early = Memo::new(move |_| {
        possible_from.get().filter(|from| clock.now() < *from).map(|from| {
            format!(
                "An activation cannot be given back in its first 5 minutes: from {} on.",
                zone.clock(from)
            )
        })
    });
    let press = move |_| {
        let (Some(role), Some(me)) = (role.get_untracked(), who.user_id_untracked()) else { return };
        if too_early.with_untracked(Option::is_some) {
            return;
        }
        let name = role.role_name.clone();
        let text = reason.get_untracked().trim().to_owned();
        let ask = Ask {
            action: Action::SelfDeactivate,
            kind: Kind::Active,
            principal: me,
            role: role.role_definition_id,
            scope: Scope::Directory,
            justification: Some(text).filter(|text| !text.is_empty()),
            window: None,
            ticket: Ticket::default(),
            target: Some(role.schedule_id),
        };
        mutation.run(api::post_request(Kind::Active, to_wire(&ask)), move |_| {
            toasts.say(Tone::Success, format!("{name} is not active any more."));
            if mutation.is_here() {
                reason.set(String::new());
                history.close_panel();
            }
            cache.invalidate(Family::Roles);
            who.refresh();
        });
    };
    let button = move || {
        role.with(Option::is_some).then(|| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    aria-disabled=move || too_early.get().map(|_| "true")
                    aria-describedby="too-early"
                    on:click=press
                >
                    {move || if mutation.is_busy() { "Deactivating" } else { "Deactivate" }}
                </button>
            }
        })
    };
    view! {
        {button}
        <button type="button" class="button" on:click=move |_| history.close_panel()>"Cancel"</button>
        <p id="too-early" class="hint">{move || too_early.get()}</p>
    }
    .into_any()
}
