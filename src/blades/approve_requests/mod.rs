//! Approve requests: what waits for the person's answer, one or several at once.

mod bulk;
mod decide_panel;
mod facts;
mod form;
mod one_answer;

pub(super) use bulk::bulk_panel;
pub(super) use decide_panel::decide_panel;
use domain::{
    approval::Answer,
    capability::{Capability, Lack},
};
use leptos::prelude::*;

use crate::{
    components::Icon,
    data::{Family, use_cache},
    history::use_history,
    parts::{Column, Command, RequestGrid, Rows, command_bar, current_list, page_head, row_table},
    routes::{Desk, Route},
};

const ACTIVATIONS: &str = "Requests for role activations";
const EXTENSIONS: &str = "Requests to renew or extend role assignments";

/// The screen.
pub(super) fn approve_requests() -> AnyView {
    let (cache, history, list) = (use_cache(), use_history(), current_list());
    let grid = RequestGrid::new(Desk::Approve);
    let may = Signal::derive(move || -> Capability {
        if grid.chosen().is_empty() {
            Err(Lack { reason: "tick a request first".to_owned() })
        } else {
            Ok(())
        }
    });
    let decide = move |answer| {
        Box::new(move || {
            let chosen = untrack(|| grid.chosen());
            history.go(&Route::Decide(chosen, Some(answer), list.get_untracked()));
        })
    };
    view! {
        {page_head(Signal::stored(Desk::Approve.title().to_owned()), "What waits for your answer. The first answer counts.")}
        {command_bar(vec![
            Command::May(Icon::Check, "Approve", may, decide(Answer::Approve)),
            Command::May(Icon::Close, "Deny", may, decide(Answer::Deny)),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Requests))),
        ])}
        <section class="section wide" aria-labelledby="activations">
            <h2 id="activations">{ACTIVATIONS}</h2>
            {grid.view(ACTIVATIONS, "Search by role, person, reason or ticket", "No request waits for your answer.")}
        </section>
        <section class="section wide" aria-labelledby="extensions">
            <h2 id="extensions">{EXTENSIONS}</h2>
            {row_table(
                EXTENSIONS,
                Signal::stored(extension_columns()),
                || Rows::Ready(Vec::new()),
                || "Nobody asks to renew or extend an assignment.".to_owned(),
                || {},
            )}
        </section>
    }
    .into_any()
}

fn extension_columns() -> Vec<Column> {
    [
        "Role",
        "Requestor",
        "Request type",
        "Request time",
        "Reason",
        "Assignment type",
        "Start time",
        "End time",
    ]
    .map(Column::new)
    .to_vec()
}
