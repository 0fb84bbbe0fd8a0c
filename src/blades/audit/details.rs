//! One row of the history: who, what, why, each change before and after, and the story of the request behind it.

use domain::{
    audit::{Actor, Entry, Target},
    ids::{AuditId, RequestId},
};
use leptos::prelude::*;

use super::{changes::changes, grid};
use crate::{
    api,
    components::facts,
    data::{Key, Load, Query},
    history::use_history,
    parts::{DIRECTORY, SidePanel, fact_name, fact_time, fact_value, timeline},
    routes::{Book, List, RolePart, Route, UserPart},
    session::use_who,
};

/// The panel.
pub(in crate::blades) fn details_panel(book: Book, id: AuditId) -> AnyView {
    let history = use_history();
    let query = Query::new(move || (Key::AuditRow(book, id), Box::pin(api::audit_row(book, id))));
    let title = Signal::derive(move || match query.ready() {
        Some(entry) => entry.activity.clone(),
        None => "Audit details".to_owned(),
    });
    let content = move || match query.get() {
        Load::Loading => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
        Load::Failed(error) => view! {
            <div class="empty" role="alert">
                <p class="empty-title">"This row could not be loaded"</p>
                <p class="empty-text">{error.sentence()}</p>
                <button type="button" class="button" on:click=move |_| query.refetch()>"Try again"</button>
            </div>
        }
        .into_any(),
        Load::Ready(entry) => told(&entry),
    };
    let footer = view! {
        <button type="button" class="button" on:click=move |_| history.close_panel()>"Close"</button>
    };
    let place = match book {
        Book::Resource => "Resource audit",
        Book::Mine => "My audit",
    };
    SidePanel { title, place, wide: true, dirty: Signal::stored(false) }
        .view(content.into_any(), footer.into_any())
}

fn told(entry: &Entry) -> AnyView {
    let mut rows = vec![
        ("Time", fact_time(entry.at)),
        ("Requestor", requestor(&entry.actor)),
        ("Status", grid::status(entry.outcome)),
    ];
    rows.extend(entry.reason.clone().map(|reason| ("Reason", reason.into_any())));
    rows.push(("Category", fact_name(&format!("{:?}", entry.category)).into_any()));
    let who = use_who();
    let tenant = move || who.with(|session| session.tenant.display_name.clone()).unwrap_or_default();
    rows.push(("Resource name", tenant.into_any()));
    rows.push(("Scope", DIRECTORY.into_any()));
    rows.extend(entry.targets.iter().map(target));
    // The scope stands above already.
    let further = entry.details.iter().filter(|(name, _)| name != "Scope").map(|(name, value)| {
        view! { <dt>{fact_name(name)}</dt><dd>{fact_value(value)}</dd> }
    });
    let further = (!entry.details.is_empty()).then(|| {
        view! { <section class="told"><h3>"Details"</h3><dl class="facts">{further.collect_view()}</dl></section> }
    });
    let story =
        request_of(entry).map(|request| view! { <section class="told"><h3>"Timeline of the request"</h3> {timeline(request)}</section> });
    view! { {facts(rows)} {changes(&entry.targets)} {further} {story} }.into_any()
}

/// What it was done to, as a link where it has a screen. Names are those of that time.
fn target(target: &Target) -> (&'static str, AnyView) {
    let list = List::default;
    let (kind, to) = match target.kind.as_str() {
        "Role" => ("Role", target.id.parse().ok().map(|id| Route::Role(id, RolePart::Assignments, list()))),
        "User" => ("User", target.id.parse().ok().map(|id| Route::User(id, UserPart::Overview, list()))),
        "Group" => ("Group", target.id.parse().ok().map(|id| Route::Group(id, list()))),
        "Request" => ("Request", None),
        "Directory" => ("Directory", None),
        _ => ("Target", None),
    };
    let name = target.name.clone();
    let name = match to {
        Some(to) => view! { <a href=to.url()>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    (kind, name)
}

fn requestor(actor: &Actor) -> AnyView {
    let name = grid::actor(actor);
    let Actor::Person { user_principal_name, address, .. } = actor else { return name.into_any() };
    let from = address.as_ref().map(|address| format!(" from {address}"));
    view! { {name} " " <span class="quiet">{user_principal_name.clone()} {from}</span> }.into_any()
}

/// The request whose story tells most: the one that made the assignment, or else the one that the row belongs to.
fn request_of(entry: &Entry) -> Option<RequestId> {
    let told = |wanted: &str| entry.details.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    told("ScheduleId").or_else(|| told("RequestId"))?.parse().ok()
}
