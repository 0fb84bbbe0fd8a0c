//! Several requests with one answer: each is decided on its own, and shows its own result.

use domain::{approval::Answer, ids::RequestId, wire::requests::RequestRow};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{decide_panel::general, form::Form};
use crate::{
    api::{self, ApiError},
    components::{Toasts, Tone, chip, note, use_toasts},
    data::{Cache, use_cache},
    history::{History, use_history},
    parts::{SidePanel, changed, current_list},
    routes::{Desk, List},
    session::{Who, use_who},
};

/// What became of one answer: done, or what went wrong.
type Result = core::result::Result<(), String>;

/// What the parts of the panel share. Copied freely.
#[derive(Clone, Copy)]
struct Bulk {
    /// How many the address names.
    asked: usize,
    /// As they were when the panel opened: what is decided leaves the grid, but not this list. Nothing is decided that
    /// is not in it, whatever the address names.
    rows: RwSignal<Option<Vec<RequestRow>>>,
    wrong: RwSignal<Option<String>>,
    results: RwSignal<Vec<(RequestId, Result)>>,
    busy: RwSignal<bool>,
    form: Form,
    history: History,
    cache: Cache,
    who: Who,
    toasts: Toasts,
}

/// The panel.
pub(in crate::blades) fn bulk_panel(ids: Vec<RequestId>, answer: Option<Answer>) -> AnyView {
    let (rows, wrong) = (RwSignal::new(None::<Vec<RequestRow>>), RwSignal::new(None));
    let asked = ids.len();
    let list = current_list().get_untracked();
    spawn_local(async move {
        match open_requests(ids, list).await {
            Ok(found) => rows.try_set(Some(found)).map_or((), drop),
            Err(error) => wrong.try_set(Some(error.sentence())).map_or((), drop),
        }
    });
    let required = Signal::derive(move || {
        let asks = |rows: &Vec<RequestRow>| rows.iter().any(|row| row.is_justification_required);
        rows.with(|rows| rows.as_ref().is_none_or(asks))
    });
    let form = Form::new(answer, required, Signal::stored(None));
    let bulk = Bulk {
        asked,
        rows,
        wrong,
        results: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        form,
        history: use_history(),
        cache: use_cache(),
        who: use_who(),
        toasts: use_toasts(),
    };
    let title = Signal::derive(move || {
        let requests = match rows.with(|rows| rows.as_ref().map_or(asked, Vec::len)) {
            1 => "1 request".to_owned(),
            count => format!("{count} requests"),
        };
        match form.answer.get() {
            Some(Answer::Approve) => format!("Approve {requests}"),
            Some(Answer::Deny) => format!("Deny {requests}"),
            None => format!("Approve or deny {requests}"),
        }
    });
    let dirty = Signal::derive(move || form.is_dirty() || bulk.busy.get());
    SidePanel { title, place: "Privileged Identity Management | Approve requests", wide: false, dirty }
        .view(bulk.content(), bulk.footer())
}

/// Those that wait for this reader's answer, as the grid has them; what it does not show is asked for one by one.
async fn open_requests(ids: Vec<RequestId>, list: List) -> core::result::Result<Vec<RequestRow>, ApiError> {
    let page = api::requests(Desk::Approve, list).await?;
    let mut rows = Vec::new();
    for id in ids {
        if let Some(row) = page.rows.iter().find(|row| row.id == id) {
            rows.push(row.clone());
            continue;
        }
        match api::request(id).await {
            Ok(detail) if detail.can_review => rows.push(detail.row),
            Err(error) if error.status != 404 => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(rows)
}

impl Bulk {
    /// Whether every answer has its result; followed.
    fn is_done(self) -> bool {
        self.results.with(|results| !results.is_empty()) && !self.busy.get()
    }

    /// Sends one answer after the other. Leaving the panel stops what was not sent yet.
    fn send(self, answer: Answer, reason: String) {
        self.busy.set(true);
        let person = self.cache.person();
        let ids: Vec<_> = self.rows.get_untracked().into_iter().flatten().map(|row| row.id).collect();
        let count = ids.len();
        spawn_local(async move {
            let mut failed = 0;
            let mut sent = 0;
            for id in ids {
                if self.busy.is_disposed() {
                    break;
                }
                sent += 1;
                let result = api::decide(id, answer, reason.clone()).await;
                let result = result.map_err(|error| general(&error).unwrap_or_else(|| error.sentence()));
                if self.cache.person() != person {
                    return;
                }
                failed += usize::from(result.is_err());
                let _ = self.results.try_update(|results| results.push((id, result)));
            }
            self.busy.try_set(false);
            self.form.reason.try_set(String::new());
            let word = if answer == Answer::Approve { "approved" } else { "denied" };
            if sent < count {
                let words =
                    format!("{} of {count} requests were {word} before the panel was left.", sent - failed);
                self.toasts.say(Tone::Info, words);
            } else if failed == 0 {
                self.toasts.say(
                    Tone::Success,
                    if count == 1 {
                        format!("1 request is {word}.")
                    } else {
                        format!("{count} requests are {word}.")
                    },
                );
                if self.busy.try_get_untracked().is_some() {
                    self.history.close_panel();
                }
            }
            changed(self.cache, self.who);
        });
    }

    fn content(self) -> AnyView {
        let items = move || self.rows.get().into_iter().flatten().map(|row| self.item(&row)).collect_view();
        let summary = move || {
            self.is_done().then(|| {
                let right = |results: &Vec<(RequestId, Result)>| {
                    results.iter().filter(|(_, result)| result.is_ok()).count()
                };
                let right = self.results.with(right);
                view! {
                    <p class="note warning" role="status">
                        {format!(
                            "{right} of {} were decided. What happened to the others stands beside them.",
                            self.results.with(Vec::len),
                        )}
                    </p>
                }
            })
        };
        let fields = move || (!self.is_done()).then(|| self.form.view(|| {}));
        // Decided or withdrawn meanwhile, or never for this reader.
        let others = move || {
            let count = self.asked - self.rows.with(|rows| rows.as_ref().map(Vec::len))?.min(self.asked);
            (count > 0).then(|| {
                let words = format!("No longer waiting for your answer: {count} of {}.", self.asked);
                view! { <p class="note warning" role="status">{words}</p> }
            })
        };
        view! {
            {note(self.wrong.into())}
            {others}
            {summary}
            <ul class="choices" aria-label="Requests" aria-live="polite">{items}</ul>
            <div class="section">{fields}</div>
        }
        .into_any()
    }

    fn item(self, row: &RequestRow) -> AnyView {
        let id = row.id;
        let result = move || {
            let known = self.results.with(|results| {
                results.iter().find(|(known, _)| *known == id).map(|(_, result)| result.clone())
            });
            known.map(|result| match result {
                Ok(()) => chip("chip success", "Done"),
                Err(words) => view! { <span class="error">{words}</span> }.into_any(),
            })
        };
        view! {
            <li>
                <div>
                    <p><strong>{row.principal_name.clone()}</strong>{format!(", {}", row.role_name)}</p>
                    <p class="hint">{row.justification.clone()}</p>
                </div>
                <span class="push">{result}</span>
            </li>
        }
        .into_any()
    }

    fn footer(self) -> AnyView {
        let press = move |_| {
            if self.busy.get_untracked()
                || self.rows.with_untracked(|rows| rows.as_ref().is_none_or(Vec::is_empty))
            {
                return;
            }
            if let Some((answer, reason)) = self.form.press() {
                self.send(answer, reason);
            }
        };
        let buttons = move || {
            let done = self.is_done();
            let none = self.rows.with(|rows| rows.as_ref().is_some_and(Vec::is_empty));
            let confirm = (!done && !none && self.wrong.with(Option::is_none)).then(|| {
                view! {
                    <button
                        type="button"
                        class="button primary"
                        aria-busy=move || self.busy.get().then_some("true")
                        on:click=press
                    >
                        {move || if self.busy.get() { "Confirming" } else { "Confirm" }}
                    </button>
                }
            });
            view! {
                {confirm}
                <button type="button" class="button" on:click=move |_| self.history.close_panel()>
                    {if done { "Close" } else { "Cancel" }}
                </button>
            }
        };
        buttons.into_any()
    }
}
