//! The question before an assignment is removed. It names the person, the role and the effect.

use std::sync::Arc;

use domain::{
    ids::ScheduleId,
    request::{Action, Ask, Ticket},
    schedule::{AssignmentType, Kind},
    scope::Scope,
    wire::{api::Tab, graph::Schedule},
};
use leptos::{html::Dialog, prelude::*};

use crate::{
    api,
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
    let (history, cache, who) = (use_history(), use_cache(), use_who());
    let query = assignment_of(id);
    let mutation = Mutation::default();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // Fails only where the element has left the page already.
            let _ = dialog.show_modal();
        }
    });
    let press = move |found: &Found| {
        let ask = remove(found);
        mutation.run(api::post_request(ask.kind, to_wire(&ask)), move |_| {
            cache.invalidate(Family::Roles);
            who.refresh();
            history.close_panel();
        });
    };
    let content = move || match query.get() {
        Load::Loading => view! { <p role="status">"Loading"</p> }.into_any(),
        Load::Failed(error) => {
            view! { <p class="note danger" role="alert">{error.sentence()}</p> }.into_any()
        }
        Load::Ready(found) => question(&found, Arc::clone(&found), press, mutation),
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            role="alertdialog"
            aria-labelledby="remove-title"
            on:cancel=move |event: web_sys::Event| { event.prevent_default(); history.close_panel(); }
        >
            <h2 id="remove-title">"Remove assignment"</h2>
            {content}
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| history.close_panel()>"Cancel"</button>
            </div>
        </dialog>
    }
    .into_any()
}

fn question(
    found: &Found,
    kept: Arc<Found>,
    press: impl Fn(&Found) + 'static,
    mutation: Mutation,
) -> AnyView {
    let (holder, role) = names(found);
    let effect = match (found.0, found.1.assignment_type) {
        (Kind::Eligible, _) => "The eligibility ends at once, and with it what was activated from it.",
        (Kind::Active, Some(AssignmentType::Activated)) => {
            "The activation ends at once; the eligibility stays."
        }
        (Kind::Active, _) => "The right ends at once.",
    };
    view! {
        <p>{format!("Remove {holder} from {role}? {effect}")}</p>
        {move || mutation.error().map(|error| view! { <p class="note danger" role="alert">{error.sentence()}</p> })}
        <button type="button" class="button danger" on:click=move |_| press(&kept)>
            {move || if mutation.is_busy() { "Removing" } else { "Remove" }}
        </button>
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
