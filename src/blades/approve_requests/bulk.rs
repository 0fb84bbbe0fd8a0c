//! Several requests with one answer: each is decided on its own, and shows its own result.

use std::collections::{HashMap, HashSet};

use domain::{
    approval::Answer,
    ids::RequestId,
    wire::{api::Session, requests::RequestRow},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{
    form::Form,
    one_answer::{Fate, Said},
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
    /// What came of each answer so far; what has none for good is sent again.
    fates: RwSignal<HashMap<RequestId, Fate>>,
    /// Those whose answer may have counted although the server did not say so.
    unsure: StoredValue<HashSet<RequestId>>,
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
    let (fates, busy) = (RwSignal::new(HashMap::<RequestId, Fate>::new()), RwSignal::new(false));
    let done = Memo::new(move |_| {
        let count = rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        let answered = fates.with(|fates| fates.values().filter(|fate| fate.is_last()).count());
        count > 0 && answered == count && !busy.get()
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
        fates,
        unsure: StoredValue::new(HashSet::new()),
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
async fn open_requests(ids: Vec<RequestId>, list: List) -> Result<Vec<RequestRow>, ApiError> {
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

    /// Those that have no answer for good.
    fn unanswered(self) -> Vec<RequestId> {
        let rows = self.rows.get_untracked().into_iter().flatten().map(|row| row.id);
        self.fates
            .with_untracked(|fates| rows.filter(|id| !fates.get(id).is_some_and(Fate::is_last)).collect())
    }

    /// Sends one answer after the other. Leaving the panel stops what was not sent yet, and so does a server that is out
    /// of reach: then everything stays as it is, and Confirm sends the rest.
    fn send(self, answer: Answer, reason: String) {
        self.busy.set(true);
        self.wrong.set(None);
        let (ids, person) = (self.unanswered(), self.cache.person());
        let name = |session: &Session| session.user.as_ref().map(|user| user.display_name.clone());
        let by = untrack(|| self.who.with(name)).flatten().unwrap_or_default();
        spawn_local(async move {
            let said = Said { answer, reason, by };
            let (count, mut heard, mut stopped) = (ids.len(), Vec::new(), None);
            for id in ids {
                if self.busy.is_disposed() {
                    stopped = Some("The panel was left.".to_owned());
                    break;
                }
                let was_on_its_way = self.unsure.try_with_value(|unsure| unsure.contains(&id));
                let fate = said.give(id, was_on_its_way.unwrap_or_default()).await;
                if self.cache.person() != person {
                    return;
                }
                if !matches!(fate, Ok(Fate::Done(_) | Fate::Refused(_))) {
                    let _ = self.unsure.try_update_value(|unsure| unsure.insert(id));
                }
                match fate {
                    Ok(fate) => {
                        heard.push(fate.clone());
                        let _ = self.fates.try_update(|fates| fates.insert(id, fate));
                    }
                    Err(why) => {
                        stopped = Some(why);
                        break;
                    }
                }
            }
            self.busy.try_set(false);
            self.tell(answer, count, &heard, stopped);
            changed(self.cache, self.who);
        });
    }

    /// Says what came of a series: in the panel while it is there, and in a message where nobody sees it any more.
    fn tell(self, answer: Answer, count: usize, heard: &[Fate], stopped: Option<String>) {
        let given = heard.iter().filter(|fate| matches!(fate, Fate::Done(_))).count();
        let failed = heard.iter().filter(|fate| !fate.is_last()).count();
        let is_here = !self.busy.is_disposed();
        let word = if answer == Answer::Approve { "approved" } else { "denied" };
        if !is_here && given < count {
            let wrong = heard.len() - given;
            let mut words = vec![format!("{given} of {count} requests were {word}.")];
            words.extend((wrong > 0).then(|| format!("{wrong} could not be.")).into_iter().chain(stopped));
            self.toasts.say(if wrong > 0 { Tone::Danger } else { Tone::Info }, words.join(" "));
        } else if let Some(why) = stopped {
            self.wrong.set(Some(why));
        } else if failed > 0 {
            let words =
                format!("{failed} of {count} could not be answered, as stands beside. Confirm tries again.");
            self.wrong.set(Some(words));
        } else {
            self.form.reason.try_set(String::new());
            if given == count {
                let words = if count == 1 { "1 request is" } else { &format!("{count} requests are") };
                self.toasts.say(Tone::Success, format!("{words} {word}."));
                if is_here && untrack(|| self.given()) == self.fates.with_untracked(HashMap::len) {
                    self.history.close_panel();
                }
            }
        }
    }

    /// How many answers counted; followed.
    fn given(self) -> usize {
        self.fates.with(|fates| fates.values().filter(|fate| matches!(fate, Fate::Done(_))).count())
    }

    fn content(self) -> AnyView {
        let items = move || self.rows.get().into_iter().flatten().map(|row| self.item(&row)).collect_view();
        let summary = move || {
            self.done.get().then(|| {
                let right = self.given();
                view! {
                    <p class="note warning" role="status">
                        {format!(
                            "{right} of {} were decided. What happened to the others stands beside them.",
                            self.fates.with(HashMap::len),
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
            shell::keep_focus(".panel-body");
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
            self.fates.with(|fates| fates.get(&id).cloned()).map(|fate| match fate {
                Fate::Done(Answer::Approve) => chip("chip success", "Approved"),
                Fate::Done(Answer::Deny) => chip("chip success", "Denied"),
                Fate::Refused(words) | Fate::Failed(words) => {
                    view! { <span class="error">{words}</span> }.into_any()
                }
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
