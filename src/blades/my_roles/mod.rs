//! My roles: what the person may activate, has, and had; with the panels that change that.

mod activate_form;
mod activate_panel;
mod activation;
mod deactivate_panel;
mod grid;
mod progress;
mod status_tab;

pub(super) use activate_panel::activate_panel;
pub(super) use deactivate_panel::deactivate_panel;
use domain::{
    ids::RequestId,
    request::Status,
    time::Instant,
    wire::api::{AssignmentRow, Assignments, Tab},
};
use leptos::prelude::*;

use crate::{
    api,
    components::Icon,
    data::{Family, Key, Query, use_cache, use_clock},
    parts::{
        Rows, current_list, kind_filter, list_tools, lone_command, page_head, pager, row_table, sort_choice,
        tabs,
    },
    session::use_who,
};

/// The screen.
pub(super) fn my_roles() -> AnyView {
    let list = current_list();
    let query = Query::new(move || {
        let list = list.get();
        (Key::MyRoles(list.clone()), Box::pin(api::my_roles(list)))
    });
    follow(query);
    let counts = move |tab| {
        query.ready().map(|page| match tab {
            Tab::Eligible => page.counts.eligible,
            Tab::Active => page.counts.active,
            Tab::Expired => page.counts.expired,
        })
    };
    let shown = move || counts(list.with(|list| list.tab));
    let tab = Memo::new(move |_| list.with(|list| list.tab));
    let columns = Signal::derive(move || grid::columns(tab.get()));
    let rows = move || {
        let tab = tab.get();
        Rows::of(&query.get(), |page| page.rows.iter().map(|row| grid::row(tab, row)).collect())
    };
    let empty = move || {
        list.with(|list| match (list.search.is_empty(), list.tab) {
            (false, _) => format!("None of your roles matches \u{201c}{}\u{201d}.", list.search),
            (true, Tab::Eligible) => "You are not eligible for any role.".into(),
            (true, Tab::Active) => "None of your roles is active now.".into(),
            (true, Tab::Expired) => "None of your assignments ended in the last 30 days.".into(),
        })
    };
    let cache = use_cache();
    let who = use_who();
    let refresh = move || {
        cache.invalidate(Family::Roles);
        who.refresh();
    };
    view! {
        {page_head(
            Signal::stored("My roles".to_owned()),
            "What you may activate, what is active now, and what has ended.",
        )}
        {lone_command(Icon::Refresh, "Refresh", refresh)}
        {tabs(counts)}
        {list_tools("Search by role", view! { {kind_filter()}{sort_choice(columns)} }.into_any())}
        {row_table("My roles", columns, rows, empty, move || query.refetch())}
        {pager(shown)}
    }
    .into_any()
}

/// Reads again each second while something waits or is about to start, and when something on the screen has just ended. Nothing
/// is asked while nothing can change by itself. When somebody has answered, the rest of the page is told.
fn follow(query: Query<Assignments>) {
    let (clock, cache, who) = (use_clock(), use_cache(), use_who());
    Effect::new(move |_| {
        let now = clock.now();
        let due = || query.ready_untracked().is_some_and(|page| page.rows.iter().any(|row| is_due(row, now)));
        if who.is_watching() && due() && !query.is_busy_untracked() {
            query.refetch();
        }
    });
    Effect::new(move |before: Option<Vec<RequestId>>| {
        let Some(page) = query.ready() else { return before.unwrap_or_default() };
        let open: Vec<RequestId> =
            page.rows.iter().filter_map(|row| row.open_request.as_ref()).map(|request| request.id).collect();
        if before.is_some_and(|before| before.iter().any(|id| !open.contains(id))) {
            cache.invalidate(Family::Requests);
            who.refresh();
        }
        open
    });
}

fn is_due(row: &AssignmentRow, now: Instant) -> bool {
    let over = |end: Option<Instant>| end.is_some_and(|end| end <= now);
    let ended =
        over(row.end_date_time) && !over(row.end_date_time.map(|end| end + domain::time::Span::minutes(1)));
    let activation_ended = row.activation.as_ref().is_some_and(|active| over(active.end_date_time));
    // What is scheduled changes at its start, and not before.
    let waits = row.open_request.as_ref().is_some_and(|asked| {
        asked.status != Status::Granted.as_str() || asked.start_date_time.is_none_or(|start| start <= now)
    });
    waits || activation_ended || ended
}
