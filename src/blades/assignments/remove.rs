//! The question before an assignment is removed. It names the person, the role and the effect.

use domain::{
    ids::ScheduleId,
    request::{Action, Ask, Ticket},
    schedule::{AssignmentType, Kind},
    scope::Scope,
    wire::{api::Tab, graph::Schedule},
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, modal, note, use_toasts},
    data::{Family, Key, Load, Mutation, Query, use_cache},
    history::use_history,
    parts::{current_list, to_wire},
    session::use_who,
};

/// What is asked about.
pub(super) type Found = (Kind, Schedule);

/// The assignment behind a panel; the open tab says where to look first.
pub(super) fn assignment_of(id: ScheduleId) -> Query<Found> {
    let list = current_list();
    Query::new(move || {
        let guess =
            if list.with_untracked(|list| list.tab) == Tab::Active { Kind::Active } else { Kind::Eligible };
        (Key::Assignment(id), Box::pin(api::assignment(id, guess)))
    })
}

/// The shown names of the holder and the role.
pub(super) fn names((_, schedule): &Found) -> (String, String) {
    let holder = schedule.principal.as_ref().and_then(|principal| principal.display_name.clone());
    let role = schedule.role_definition.as_ref().and_then(|role| role.display_name.clone());
    (holder.unwrap_or_default(), role.unwrap_or_default())
}

/// The question.
pub(in crate::blades) fn remove_panel(id: ScheduleId) -> AnyView {
    let history = use_history();
    let query = assignment_of(id);
    let content = move || match query.get() {
        Load::Ready(found) => ask(&found),
        Load::Loading => nothing_yet(view! { <p role="status">"Loading"</p> }.into_any()),
        Load::Failed(error) => {
            nothing_yet(view! { <p class="note danger" role="alert">{error.sentence()}</p> }.into_any())
        }
    };
    modal("dialog", "remove-title", move || history.close_panel(), content.into_any())
}

/// While it is not known what is asked about.
fn nothing_yet(what: AnyView) -> AnyView {
    view! { <h2 id="remove-title">"Remove assignment"</h2> {what} <div class="dialog-foot">{cancel()}</div> }
        .into_any()
}

fn cancel() -> AnyView {
    let history = use_history();
    view! { <button type="button" class="button" on:click=move |_| history.close_panel()>"Cancel"</button> }
        .into_any()
}

fn ask(found: &Found) -> AnyView {
    let (history, cache, who, toasts) = (use_history(), use_cache(), use_who(), use_toasts());
    let mutation = Mutation::default();
    let (holder, role) = names(found);
    let effect = match (found.0, found.1.assignment_type) {
        (Kind::Eligible, _) => "The eligibility ends at once, and with it what was activated from it.",
        (Kind::Active, Some(AssignmentType::Activated)) => {
            "The activation ends at once; the eligibility stays."
        }
        (Kind::Active, _) => "The right ends at once.",
    };
    let title = format!("Remove {holder} from {role}?");
    let ask = remove(found);
    let act = move |_| {
        let done = format!("{holder} was removed from {role}.");
        mutation.run(api::post_request(ask.kind, to_wire(&ask)), move |_| {
            toasts.say(Tone::Success, done);
            history.close_panel();
            cache.invalidate(Family::Roles);
            who.refresh();
        });
    };
    view! {
        <h2 id="remove-title">{title}</h2>
        <p>{effect}</p>
        {note(Signal::derive(move || mutation.error().map(|error| error.sentence())))}
        <div class="dialog-foot">
            <button
                type="button"
                class="button danger"
                aria-busy=move || mutation.is_busy().then_some("true")
                on:click=act
            >
                {move || if mutation.is_busy() { "Removing" } else { "Remove" }}
            </button>
            {cancel()}
        </div>
    }
    .into_any()
}

fn remove((kind, schedule): &Found) -> Ask {
    Ask {
        action: Action::AdminRemove,
        kind: *kind,
        principal: schedule.principal_id,
        role: schedule.role_definition_id,
        scope: Scope::Directory,
        justification: None,
        window: None,
        ticket: Ticket::default(),
        target: Some(schedule.id),
    }
}
