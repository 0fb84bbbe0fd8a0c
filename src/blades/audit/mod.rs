//! The audit history: everybody's and one's own, with one row in a panel.

mod changes;
mod details;
mod filters;
mod grid;

pub(super) use details::details_panel;
use domain::{
    permission::Permission,
    time::{Instant, Span},
    wire::audit::AuditPage,
};
use leptos::prelude::*;

use crate::{
    api::{self, AuditAsk},
    components::Icon,
    data::{Family, Key, Query, Zone, use_cache, use_zone},
    history::use_route,
    parts::{Command, Rows, command_bar, current_list, list_table, page_head, total},
    routes::{AuditFilter, Book, List, Route, TimeSpan},
    session::use_who,
};

/// The screen.
pub(super) fn audit(book: Book) -> AnyView {
    let (list, zone, cache, who) = (current_list(), use_zone(), use_cache(), use_who());
    let ask = Memo::new(move |_| list.with(|list| ask(book, list, zone)));
    let query = Query::new(move || {
        let ask = ask.get();
        (Key::Audit(ask.clone()), Box::pin(api::audit(ask)))
    });
    let heading = Route::Audit(book, List::default()).title();
    let title = Signal::derive(move || match query.ready() {
        Some(page) => format!("{heading} ({})", total(page.total)),
        None => heading.to_owned(),
    });
    let purpose = match book {
        Book::Resource => {
            "Everything that was done, tried, or done by the system, with who, why and what changed."
        }
        Book::Mine => "What you did, and what was done to you.",
    };
    let may = Signal::derive(move || match book {
        Book::Resource => who.may(Permission::ReadAudit),
        Book::Mine => Ok(()),
    });
    let export = move |format: &'static str| Signal::derive(move || ask.with(|ask| ask.export_url(format)));
    let rows =
        move || Rows::of(&query.get(), |page| page.rows.iter().map(|entry| grid::row(book, entry)).collect());
    let empty = move || {
        list.with(|list| {
            if list.search.is_empty() && list.audit == AuditFilter::default() {
                "Nothing happened in the last 30 days.".to_owned()
            } else {
                "Nothing in this time span matches.".to_owned()
            }
        })
    };
    view! {
        {page_head(title, purpose)}
        {command_bar(vec![
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Audit))),
            Command::Files("Export", vec![("CSV", export("csv")), ("JSON", export("json"))], may),
        ])}
        <div class="audit-table">
            {list_table(
                "Search by person, role, reason or action",
                filters::filters(),
                heading,
                Signal::stored(grid::columns()),
                rows,
                empty,
                move || query.refetch(),
            )}
        </div>
        {pager(query)}
    }
    .into_any()
}

/// What the address asks for, with days as instants of the reader's zone.
fn ask(book: Book, list: &List, zone: Zone) -> AuditAsk {
    let custom = list.audit.span == TimeSpan::Custom;
    let begins = |date: &str| zone.from_input(&format!("{date}T00:00")).filter(|_| custom);
    let to = following(&list.audit.to).and_then(|date| begins(&date));
    AuditAsk { book, from: begins(&list.audit.from), to, list: list.clone() }
}

/// The date after this one: where clocks change, a day has not 24 hours.
fn following(date: &str) -> Option<String> {
    let begins: Instant = format!("{date}T00:00:00Z").parse().ok()?;
    (begins + Span::days(1)).to_string().get(..10).map(ToOwned::to_owned)
}

/// Previous and next. A page is named by where it begins, so that it stays the same while rows are added.
fn pager(query: Query<AuditPage>) -> AnyView {
    let route = use_route();
    let link = move |place: String, name: &'static str| {
        let url = route.with(|route| {
            let list = route.list().cloned().unwrap_or_default();
            let audit = AuditFilter { place, ..list.audit.clone() };
            route.under().with_list(List { audit, ..list }).url()
        });
        view! { <a class="button" href=url>{name}</a> }
    };
    let content = move || {
        let page = query.ready()?;
        (page.back.is_some() || page.on.is_some()).then(|| {
            view! {
                <nav class="pager" aria-label="Pages">
                    {page.back.clone().map(|place| link(place, "Previous"))}
                    {page.on.clone().map(|place| link(place, "Next"))}
                </nav>
            }
        })
    };
    content.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_follows_another() {
        assert_eq!(following("2026-10-25").as_deref(), Some("2026-10-26"));
        assert_eq!(following("2028-02-28").as_deref(), Some("2028-02-29"));
        assert_eq!(following(""), None);
    }
}
