//! A grid of requests: those to decide, one's own, all that are open. It follows what waits, and only that.

use std::sync::Arc;

use domain::{
    approval::Answer,
    ids::RequestId,
    request::{Action, Status},
    time::Instant,
    wire::{api::Page, requests::RequestRow},
};
use leptos::prelude::*;

use super::{
    Column, DIRECTORY, Row, Rows,
    frame::{pager, role_name},
    list_table, request_chip, time,
};
use crate::{
    api,
    components::{Tone, row_act, use_toasts},
    data::{Cache, Family, Key, Mutation, Query, use_cache, use_clock},
    history::use_route,
    parts::current_list,
    routes::{Desk, List, RolePart, Route},
    session::{Who, use_who},
};

/// A grid of requests with its search and pages.
#[derive(Clone, Copy)]
pub struct RequestGrid {
    desk: Desk,
    /// The read behind it.
    pub query: Query<Page<RequestRow>>,
    /// Which rows are ticked, where they can be.
    pub ticked: RwSignal<Vec<RequestId>>,
}

impl RequestGrid {
    /// Reads the grid, and again each second: the person's own while something in it waits, the others always, because
    /// anybody may ask for something.
    pub fn new(desk: Desk) -> Self {
        let list = current_list();
        let query = Query::new(move || {
            let list = list.get();
            (Key::Requests(desk, list.clone()), Box::pin(api::requests(desk, list)))
        });
        follow(query, desk != Desk::Mine);
        Self { desk, query, ticked: RwSignal::new(Vec::new()) }
    }

    /// The rows that are ticked and still there; followed.
    pub fn chosen(self) -> Vec<RequestId> {
        let Some(page) = self.query.ready() else { return Vec::new() };
        let ticked = self.ticked.get();
        page.rows.iter().map(|row| row.id).filter(|id| ticked.contains(id)).collect()
    }

    /// Search, table and pages. `empty` is said where there is nothing at all.
    pub fn view(self, caption: &'static str, label: &'static str, empty: &'static str) -> AnyView {
        let list = current_list();
        let columns = Signal::stored(columns(self.desk));
        let rows =
            move || Rows::of(&self.query.get(), |page| page.rows.iter().map(|row| self.row(row)).collect());
        let none = move || {
            list.with(|list| {
                if list.search.is_empty() {
                    empty.to_owned()
                } else {
                    format!("Nothing matches \u{201c}{}\u{201d}.", list.search)
                }
            })
        };
        view! {
            {list_table(label, ().into_any(), caption, columns, rows, none, move || self.query.refetch())}
            {pager(move || self.query.ready().map(|page| page.total))}
        }
        .into_any()
    }

    fn row(self, row: &RequestRow) -> Row {
        let key = format!("{row:?}");
        let row = row.clone();
        let cells = move || {
            let to = Route::Role(row.role_definition_id, RolePart::Description, List::default());
            let role = role_name(row.role_name.clone(), row.role_is_privileged, &to);
            let (asked, start, end) =
                (time(Some(row.created_date_time)), request_start(&row), request_end(&row));
            let reason = reason(row.justification.as_ref());
            let ticket = [text(row.ticket_number.as_ref()), text(row.ticket_system.as_ref())];
            let actions = self.actions(&row);
            match self.desk {
                Desk::Approve => {
                    let mut cells = vec![self.tick(&row), role, requestor(&row), asked, reason];
                    cells.extend(ticket);
                    cells.extend([start, end, actions]);
                    cells
                }
                Desk::Mine => {
                    let kind = request_type(row.action).into_any();
                    let mut cells = vec![role, DIRECTORY.into_any(), kind, asked, start, end, reason];
                    cells.extend(ticket);
                    cells.extend([request_chip(row.clone()), actions]);
                    cells
                }
                Desk::Pending => {
                    let kind = request_type(row.action).into_any();
                    let state = request_chip(row.clone());
                    vec![role, requestor(&row), kind, asked, start, end, reason, state, actions]
                }
            }
        };
        Row { key, cells: Arc::new(cells) }
    }

    fn tick(self, row: &RequestRow) -> AnyView {
        let (id, ticked) = (row.id, self.ticked);
        let label = format!("Select the request of {} for {}", row.principal_name, row.role_name);
        let change = move |event| {
            let on = event_target_checked(&event);
            ticked.update(|ticked| {
                ticked.retain(|known| *known != id);
                if on {
                    ticked.push(id);
                }
            });
        };
        view! {
            <input
                type="checkbox"
                aria-label=label
                prop:checked=move || ticked.with(|ticked| ticked.contains(&id))
                on:change=change
            />
        }
        .into_any()
    }

    fn actions(self, row: &RequestRow) -> AnyView {
        let (desk, id) = (self.desk, row.id);
        let about = format!("the request of {} for {}", row.principal_name, row.role_name);
        let decide = (desk == Desk::Approve).then(|| {
            view! {
                {link("Approve", &about, move |list| Route::Decide(vec![id], Some(Answer::Approve), list))}
                {link("Deny", &about, move |list| Route::Decide(vec![id], Some(Answer::Deny), list))}
            }
        });
        let cancel = (desk != Desk::Approve && row.can_cancel).then(|| cancel(row, &about));
        let timeline =
            link("Timeline", &format!("of {about}"), move |list| Route::RequestTimeline(desk, id, list));
        view! { <span class="actions">{decide}{cancel}{timeline}</span> }.into_any()
    }
}

fn columns(desk: Desk) -> Vec<Column> {
    let role = Column::new("Role").by("role");
    let requestor = Column::new("Requestor").by("name");
    let asked = Column::new("Request time").by("requested").at_end();
    let kind = Column::new("Request type");
    let reason = Column::new("Reason");
    let ticket = [Column::new("Ticket number"), Column::new("Ticket system")];
    let window = [Column::new("Start time").at_end(), Column::new("End time").at_end()];
    let action = Column::new("Action");
    match desk {
        Desk::Approve => {
            let mut columns = vec![Column::new("Select"), role, requestor, asked, reason];
            let [number, system] = ticket;
            columns.extend([number, system.seldom()]);
            columns.extend(window);
            columns.push(action);
            columns
        }
        Desk::Mine => {
            let mut columns = vec![role, Column::new("Scope").seldom(), kind, asked];
            columns.extend(window);
            columns.push(reason);
            columns.extend(ticket.map(Column::seldom));
            columns.extend([Column::new("Request status").by("status"), action]);
            columns
        }
        Desk::Pending => {
            let mut columns = vec![role, requestor, kind, asked];
            columns.extend(window);
            columns.extend([reason, Column::new("Status").by("status"), action]);
            columns
        }
    }
}

/// What kind of request it is, as the portal names it.
pub const fn request_type(action: Action) -> &'static str {
    match action {
        Action::SelfActivate => "Activate",
        Action::SelfDeactivate => "Deactivate",
        Action::SelfExtend | Action::AdminExtend => "Extend",
        Action::SelfRenew | Action::AdminRenew => "Renew",
        Action::AdminAssign => "Assign",
        Action::AdminUpdate => "Update",
        Action::AdminRemove => "Remove",
    }
}

/// When it starts: for what waits without a start of its own, at the approval.
pub fn request_start(row: &RequestRow) -> AnyView {
    match (row.start_date_time, row.status) {
        (Some(start), _) => time(Some(start)),
        (None, Status::PendingApproval) => "At approval".into_any(),
        (None, _) => never(),
    }
}

/// When it ends: for what waits without a start of its own, so long after the approval.
pub fn request_end(row: &RequestRow) -> AnyView {
    let takes_away = matches!(row.action, Action::AdminRemove | Action::SelfDeactivate);
    match (row.end_date_time, row.duration) {
        (Some(end), _) => time(Some(end)),
        (None, Some(length)) if row.status == Status::PendingApproval => {
            format!("After {}", length.words()).into_any()
        }
        (None, None) if !takes_away => time(None),
        (None, _) => never(),
    }
}

fn never() -> AnyView {
    view! { <span class="quiet">"\u{2013}"</span> }.into_any()
}

fn text(text: Option<&String>) -> AnyView {
    text.cloned().unwrap_or_default().into_any()
}

/// A reason keeps room for a few words beside the many short columns.
fn reason(text: Option<&String>) -> AnyView {
    let text = text.cloned().unwrap_or_default();
    view! { <span class="reason" title=text.clone()>{text.clone()}</span> }.into_any()
}

/// Who asked, and for whom where that is somebody else.
fn requestor(row: &RequestRow) -> AnyView {
    if row.requestor_id == row.principal_id {
        return row.requestor_name.clone().into_any();
    }
    format!("{} for {}", row.requestor_name, row.principal_name).into_any()
}

fn link(name: &'static str, about: &str, to: impl Fn(List) -> Route + Send + Sync + 'static) -> AnyView {
    let route = use_route();
    let url = move || route.with(|route| to(route.list().cloned().unwrap_or_default()).url());
    view! { <a href=url aria-label=format!("{name} {about}")>{name}</a> }.into_any()
}

fn cancel(row: &RequestRow, about: &str) -> AnyView {
    let (cache, who, toasts) = (use_cache(), use_who(), use_toasts());
    let mutation = Mutation::default();
    let (kind, id) = (row.kind, row.id);
    let done = format!("The request of {} for {} is cancelled.", row.principal_name, row.role_name);
    let act = move || {
        let done = done.clone();
        mutation.run(api::cancel_request(kind, id), move |()| {
            toasts.say(Tone::Success, done);
            changed(cache, who);
        });
    };
    let wrong = move || {
        mutation.error().map(|error| view! { <span class="error" role="alert">{error.sentence()}</span> })
    };
    view! { {row_act("Cancel", about, Signal::stored(None), act)}{wrong} }.into_any()
}

/// After a request changed: what lists it, what it gave, and what the person may do are asked anew.
pub fn changed(cache: Cache, who: Who) {
    cache.invalidate(Family::Requests);
    cache.invalidate(Family::Roles);
    cache.invalidate(Family::Audit);
    who.refresh();
}

/// Reads again each second while something in the grid waits for somebody, or is just about to begin; or `always`.
/// What has come or gone since is told to the rest of the page.
pub fn follow(query: Query<Page<RequestRow>>, always: bool) {
    let (clock, cache, who) = (use_clock(), use_cache(), use_who());
    Effect::new(move |_| {
        let now = clock.now();
        let waits =
            || query.ready_untracked().is_some_and(|page| page.rows.iter().any(|row| is_due(row, now)));
        if who.is_watching() && (always || waits()) && !query.is_busy_untracked() {
            query.refetch();
        }
    });
    Effect::new(move |before: Option<Option<Vec<RequestId>>>| {
        let waiting = query.ready().map(|page| {
            let waiting = page.rows.iter().filter(|row| row.status == Status::PendingApproval);
            waiting.map(|row| row.id).collect::<Vec<_>>()
        });
        let known = before.flatten();
        if let (Some(known), Some(waiting)) = (&known, &waiting) {
            if known.iter().any(|id| !waiting.contains(id)) {
                changed(cache, who);
            } else if waiting.len() > known.len() {
                // The counts beside the navigation.
                cache.invalidate(Family::Requests);
            }
        }
        waiting.or(known)
    });
}

fn is_due(row: &RequestRow, now: Instant) -> bool {
    match row.status {
        Status::PendingApproval => true,
        Status::Granted => row.start_date_time.is_some_and(|start| start <= now),
        _ => false,
    }
}
