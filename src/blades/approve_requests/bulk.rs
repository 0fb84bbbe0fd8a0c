//! Several requests with one answer: each is decided on its own, and shows its own result.

use domain::{
    approval::Answer,
    ids::RequestId,
    wire::{api::Session, requests::RequestRow},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{
    form::Form,
    one_answer::{Fate, Said, may_have_arrived},
};
use crate::{
    api::{self, ApiError},
    components::{Toasts, Tone, chip, note, use_toasts},
    data::{Cache, use_cache},
    history::{History, use_history},
    parts::{SidePanel, changed, current_list},
    routes::{Desk, List},
    session::{Who, use_who},
    shell,
};

/// What became of one answer: done, or what went wrong.
type Result = core::result::Result<(), String>;

/// What the parts of the panel share. Copied freely.
#[derive(Clone, Copy)]
struct Bulk {
    /// Those that the address names, in the list that it names.
    ids: StoredValue<Vec<RequestId>>,
    list: StoredValue<List>,
    asked: usize,
    /// As they were when the panel opened: what is decided leaves the grid, but not this list. Nothing is decided that
    /// is not in it, whatever the address names.
    rows: RwSignal<Option<Vec<RequestRow>>>,
    /// Why they could not be read, or why it went no further: the server was not reached, or the session is over.
    wrong: RwSignal<Option<String>>,
    /// What was answered for good; the others are sent again.
    results: RwSignal<Vec<(RequestId, Result)>>,
    /// The one whose answer was on its way when nothing came back.
    unsure: StoredValue<Option<RequestId>>,
    /// Whether it is known what is to be answered, and there is something.
    asks: Memo<bool>,
    /// Whether every request has its answer.
    done: Memo<bool>,
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
    let (results, busy) = (RwSignal::new(Vec::new()), RwSignal::new(false));
    let done = Memo::new(move |_| {
        let count = rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        count > 0 && results.with(Vec::len) == count && !busy.get()
    });
    let required = Signal::derive(move || {
        let asks = |rows: &Vec<RequestRow>| rows.iter().any(|row| row.is_justification_required);
        rows.with(|rows| rows.as_ref().is_none_or(asks))
    });
    let form = Form::new(answer, required, Signal::stored(None));
    let bulk = Bulk {
        asked: ids.len(),
        ids: StoredValue::new(ids),
        list: StoredValue::new(current_list().get_untracked()),
        rows,
        wrong,
        results,
        unsure: StoredValue::new(None),
        asks: Memo::new(move |_| rows.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty()))),
        done,
        busy,
        form,
        history: use_history(),
        cache: use_cache(),
        who: use_who(),
        toasts: use_toasts(),
    };
    bulk.read();
    let title = Signal::derive(move || {
        let requests = match rows.with(|rows| rows.as_ref().map_or(bulk.asked, Vec::len)) {
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
    fn read(self) {
        self.wrong.set(None);
        let (ids, list) = (self.ids.get_value(), self.list.get_value());
        spawn_local(async move {
            match open_requests(ids, list).await {
                Ok(found) => drop(self.rows.try_set(Some(found))),
                Err(error) => drop(self.wrong.try_set(Some(error.sentence()))),
            }
        });
    }

    /// Those without an answer yet.
    fn unanswered(self) -> Vec<RequestId> {
        let rows = self.rows.get_untracked().into_iter().flatten().map(|row| row.id);
        self.results.with_untracked(|results| {
            rows.filter(|id| results.iter().all(|(known, _)| known != id)).collect()
        })
    }

    /// Sends one answer after the other. Leaving the panel stops what was not sent yet, and so does a server that is out
    /// of reach: then everything stays as it is, and Confirm sends the rest.
    fn send(self, answer: Answer, reason: String) {
        self.busy.set(true);
        self.wrong.set(None);
        let (ids, person) = (self.unanswered(), self.cache.person());
        spawn_local(async move {
            let count = ids.len();
            let name = |session: &Session| session.user.as_ref().map(|user| user.display_name.clone());
            let by = untrack(|| self.who.with(name));
            let said = Said { answer, reason, by: by.flatten().unwrap_or_default() };
            let (mut given, mut refused, mut stopped) = (0, 0, None);
            for id in ids {
                if self.busy.is_disposed() {
                    stopped = Some("The panel was left.".to_owned());
                    break;
                }
                let was_on_its_way = self.unsure.try_get_value().flatten() == Some(id);
                let fate = said.give(id, was_on_its_way).await;
                if self.cache.person() != person {
                    return;
                }
                let result = match fate {
                    Fate::Done => Ok(()),
                    Fate::Refused(words) => Err(words),
                    Fate::Open(error) => {
                        let _ = self.unsure.try_set_value(may_have_arrived(&error).then_some(id));
                        stopped = Some(error.sentence());
                        break;
                    }
                };
                given += usize::from(result.is_ok());
                refused += usize::from(result.is_err());
                let _ = self.results.try_update(|results| results.push((id, result)));
            }
            let is_here = !self.busy.is_disposed();
            self.busy.try_set(false);
            let word = if answer == Answer::Approve { "approved" } else { "denied" };
            if !is_here && given < count {
                // Nobody sees any more what stands beside each.
                let refusals = (refused > 0).then(|| format!("{refused} could not be."));
                let mut words = vec![format!("{given} of {count} requests were {word}.")];
                words.extend(refusals.into_iter().chain(stopped));
                self.toasts.say(if refused > 0 { Tone::Danger } else { Tone::Info }, words.join(" "));
            } else if let Some(why) = stopped {
                self.wrong.set(Some(why));
            } else {
                self.form.reason.try_set(String::new());
                if given == count {
                    let words = if count == 1 { "1 request is" } else { &format!("{count} requests are") };
                    self.toasts.say(Tone::Success, format!("{words} {word}."));
                    if is_here && self.results.with_untracked(|all| all.iter().all(|(_, one)| one.is_ok())) {
                        self.history.close_panel();
                    }
                }
            }
            changed(self.cache, self.who);
        });
    }

    fn content(self) -> AnyView {
        let items = move || self.rows.get().into_iter().flatten().map(|row| self.item(&row)).collect_view();
        let summary = move || {
            self.done.get().then(|| {
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
        // Not before it is known whether a reason is asked for.
        let fields = move || {
            shell::keep_focus(".panel-body");
            (self.asks.get() && !self.done.get()).then(|| self.form.view(|| {}))
        };
        let again = move || {
            (self.rows.with(Option::is_none) && self.wrong.with(Option::is_some)).then(|| {
                view! { <button type="button" class="button" on:click=move |_| self.read()>"Try again"</button> }
            })
        };
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
            {again}
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
            if self.busy.get_untracked() {
                return;
            }
            if let Some((answer, reason)) = self.form.press() {
                self.send(answer, reason);
            }
        };
        let buttons = move || {
            shell::keep_focus(".panel-foot");
            let done = self.done.get();
            let confirm = (self.asks.get() && !done).then(|| {
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
