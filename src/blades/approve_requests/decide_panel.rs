//! The decision panel of one request. A mail leads here; opening it decides nothing.

use domain::{
    approval::Answer, error_code::ErrorCode, ids::RequestId, request::Status, wire::requests::RequestDetail,
};
use leptos::prelude::*;

use super::{
    facts::{outcome, request_facts},
    form::Form,
};
use crate::{
    api::{self, ApiError, sentence},
    components::{Tone, note, use_toasts},
    data::{Key, Mutation, Query, use_cache, use_clock},
    history::use_history,
    parts::{SidePanel, changed},
    session::use_who,
    shell,
};

/// The panel.
pub(in crate::blades) fn decide_panel(id: RequestId, answer: Option<Answer>) -> AnyView {
    let (history, cache, who, toasts) = (use_history(), use_cache(), use_who(), use_toasts());
    let query = Query::new(move || (Key::Request(id), Box::pin(api::request(id))));
    follow(query);
    let detail = Memo::new(move |_| query.ready().map(|detail| (*detail).clone()));
    let open =
        Memo::new(move |_| detail.with(|detail| detail.as_ref().is_some_and(|detail| detail.can_review)));
    let required = Signal::derive(move || {
        detail.with(|detail| detail.as_ref().is_none_or(|detail| detail.row.is_justification_required))
    });
    let mutation = Mutation::default();
    let form = Form::new(answer, required, Signal::derive(move || mutation.field("justification")));
    // Somebody was faster, or what was approved could not be given: what became of it is shown.
    Effect::new(move |_| {
        if mutation.error().is_some_and(|error| error.field.as_deref() != Some("justification")) {
            changed(cache, who);
        }
    });
    let press = move |_| {
        let Some((answer, reason)) = form.press() else { return };
        let about = detail.with_untracked(|detail| detail.as_ref().map(|detail| said(detail, answer)));
        mutation.run(api::decide(id, answer, reason), move |()| {
            toasts.say(Tone::Success, about.unwrap_or_default());
            if mutation.is_here() {
                form.reason.set(String::new());
                history.close_panel();
            }
            changed(cache, who);
        });
    };
    let content = move || {
        if let Some(error) = query.error() {
            return unknown(&error);
        }
        if detail.with(Option::is_none) {
            return view! { <p role="status">"Loading"</p> }.into_any();
        }
        let facts = move || detail.get().map(|detail| request_facts(&detail));
        let last = move || {
            shell::keep_focus(".panel-body");
            if open.get() {
                form.view(move || mutation.forget())
            } else {
                detail.get().map(|detail| outcome(&detail)).into_any()
            }
        };
        view! {
            {note(Signal::derive(move || mutation.error().and_then(|error| general(&error))))}
            {facts}
            {last}
        }
        .into_any()
    };
    // The content changes from loading to loaded once; what is typed lives outside of it.
    let known = Memo::new(move |_| (query.error(), detail.with(Option::is_some)));
    let content = move || {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        known.with(|_| ());
        untrack(content)
    };
    let footer = move || {
        shell::keep_focus(".panel-foot");
        let confirm = open.get().then(|| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    aria-busy=move || mutation.is_busy().then_some("true")
                    on:click=press
                >
                    {move || if mutation.is_busy() { "Confirming" } else { "Confirm" }}
                </button>
            }
        });
        let close = if open.get() { "Cancel" } else { "Close" };
        view! {
            {confirm}
            <button type="button" class="button" on:click=move |_| history.close_panel()>{close}</button>
        }
    };
    let title = Signal::derive(move || match (open.get(), form.answer.get()) {
        (true, Some(Answer::Approve)) => "Approve request".to_owned(),
        (true, Some(Answer::Deny)) => "Deny request".to_owned(),
        (true, None) => "Approve or deny request".to_owned(),
        (false, _) => "Request".to_owned(),
    });
    let dirty = Signal::derive(move || open.get() && form.is_dirty());
    SidePanel { title, place: "Privileged Identity Management | Approve requests", wide: false, dirty }
        .view(content.into_any(), footer.into_any())
}

/// Reads again each second while it waits: another approver may answer.
fn follow(query: Query<RequestDetail>) {
    let (clock, who) = (use_clock(), use_who());
    Effect::new(move |_| {
        let _ = clock.now();
        let waits =
            || query.ready_untracked().is_some_and(|detail| detail.row.status == Status::PendingApproval);
        if who.is_watching() && waits() && !query.is_busy_untracked() {
            query.refetch();
        }
    });
}

fn said(detail: &RequestDetail, answer: Answer) -> String {
    let word = if answer == Answer::Approve { "approved" } else { "denied" };
    format!("The request of {} for {} is {word}.", detail.row.principal_name, detail.row.role_name)
}

/// What went wrong with the whole. Of a conflict it says who was faster and how.
pub(super) fn general(error: &ApiError) -> Option<String> {
    if error.code == ErrorCode::ApprovalClosed {
        return Some(sentence(&error.message, ""));
    }
    error.for_field("justification").is_none().then(|| error.sentence())
}

fn unknown(error: &ApiError) -> AnyView {
    let words = if error.code == ErrorCode::NotFound {
        "There is no request at this address that you may decide. It may be meant for another approver."
            .to_owned()
    } else {
        error.sentence()
    };
    view! { <p class="note danger" role="alert">{words}</p> }.into_any()
}
