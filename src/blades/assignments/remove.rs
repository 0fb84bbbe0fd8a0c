//! The question before an assignment is removed. It names the person, the role and the effect.

use domain::{
    ids::ScheduleId,
    request::{Action, Ask, Ticket},
    schedule::{AssignmentType, Kind},
    scope::Scope,
    wire::api::AssignmentRow,
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, modal, note, use_toasts},
    data::{Family, Key, Mutation, use_cache},
    history::use_history,
    parts::{OneRow, assignments_of, to_wire},
    routes::Host,
    session::use_who,
};

/// The row that a panel is about; none while it is on its way, an error when it is not there.
pub(super) fn row_over(host: Host, id: ScheduleId) -> Memo<Option<Result<AssignmentRow, String>>> {
    let one =
        OneRow::new(assignments_of(host), id, move || (Key::Assignment(id), Box::pin(api::assignment(id))));
    Memo::new(move |before: Option<&Option<Result<AssignmentRow, String>>>| {
        // What was there stays on the screen while the panel closes after its work.
        let kept = || before.cloned().flatten().and_then(Result::ok);
        let found = one.row().or_else(kept).map(Ok);
        let gone = || one.is_gone().then(|| Err("This assignment is not there any more.".to_owned()));
        found.or_else(|| one.error().map(|error| Err(error.sentence()))).or_else(gone)
    })
}

/// The question.
pub(in crate::blades) fn remove_panel(host: Host, id: ScheduleId) -> AnyView {
    let history = use_history();
    let row = row_over(host, id);
    let content = move || match row.get() {
        Some(Ok(row)) => ask(&row),
        None => nothing_yet(view! { <p role="status">"Loading"</p> }.into_any()),
        Some(Err(sentence)) => {
            nothing_yet(view! { <p class="note danger" role="alert">{sentence}</p> }.into_any())
        }
    };
    // The title has the focus, and stays while the question comes under it.
    let title = move || match row.get() {
        Some(Ok(row)) => format!("Remove {} from {}?", row.principal_name, row.role_name),
        _ => "Remove assignment".to_owned(),
    };
    let whole = view! { <h2 id="remove-title" tabindex="-1" autofocus>{title}</h2>{content} };
    modal("dialog", "remove-title", move || history.close_panel(), whole.into_any())
}

/// While it is not known what is asked about.
fn nothing_yet(what: AnyView) -> AnyView {
    view! { {what} <div class="dialog-foot">{cancel()}</div> }.into_any()
}

fn cancel() -> AnyView {
    let history = use_history();
    view! { <button type="button" class="button" on:click=move |_| history.close_panel()>"Cancel"</button> }
        .into_any()
}

fn ask(row: &AssignmentRow) -> AnyView {
    let (history, cache, who, toasts) = (use_history(), use_cache(), use_who(), use_toasts());
    let mutation = Mutation::default();
    let (holder, role) = (row.principal_name.clone(), row.role_name.clone());
    let effect = match (row.kind, row.assignment_type) {
        (Kind::Eligible, _) => "The eligibility ends at once, and with it what was activated from it.",
        (Kind::Active, Some(AssignmentType::Activated)) => {
            "The activation ends at once; the eligibility stays."
        }
        (Kind::Active, _) => "The right ends at once.",
    };
    let ask = remove(row);
    let act = move |_| {
        let done = format!("{holder} was removed from {role}.");
        mutation.run(api::post_request(ask.kind, to_wire(&ask)), move |_| {
            toasts.say(Tone::Success, done);
            if mutation.is_here() {
                history.close_panel();
            }
            cache.invalidate(Family::Roles);
            who.refresh();
        });
    };
    view! {
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

fn remove(row: &AssignmentRow) -> Ask {
    Ask {
        action: Action::AdminRemove,
        kind: row.kind,
        principal: row.principal_id,
        role: row.role_definition_id,
        scope: Scope::Directory,
        justification: None,
        window: None,
        ticket: Ticket::default(),
        target: Some(row.schedule_id),
    }
}
