//! What a list is narrowed down by, as pills that can be taken away one by one.

use domain::schedule::Kind;
use domain::wire::api::Tab;
use leptos::prelude::*;

use super::focus_on;
use crate::{
    components::{Icon, icon},
    history::{History, use_history, use_route},
    routes::{AuditFilter, List, Privileged, Route, TimeSpan, outcome_word},
};

/// One thing that is applied.
struct Pill {
    words: String,
    lift: fn(&mut List),
}

/// The pills of the shown list.
pub(super) fn pills() -> AnyView {
    let (route, history) = (use_route(), use_history());
    let count = Memo::new(move |_| route.with(applied).len());
    let pill = move |pill: Pill| {
        let Pill { words, lift } = pill;
        let label = format!("Remove {words}");
        let press = move |_| {
            let more = count.get_untracked() > 1;
            change(history, lift);
            focus_on(if more { ".filters .applied" } else { ".filters .search" });
        };
        view! {
            <button type="button" class="pill applied" aria-label=label title="Remove" on:click=press>
                {words}{icon(Icon::Close)}
            </button>
        }
    };
    let all = move || {
        (count.get() > 1).then(|| {
            let clear = move |_| {
                change(history, |list| {
                    *list =
                        List { tab: list.tab, sort: list.sort.clone(), desc: list.desc, ..List::default() };
                });
                focus_on(".filters .search");
            };
            view! { <button type="button" class="link" on:click=clear>"Clear all"</button> }
        })
    };
    view! {
        <For each=move || route.with(applied) key=|pill| pill.words.clone() children=pill/>
        {all}
    }
    .into_any()
}

/// The same address without it, from the first page.
fn change(history: History, edit: impl FnOnce(&mut List)) {
    let route = history.route().get_untracked();
    let mut list = route.list().cloned().unwrap_or_default().at_first();
    edit(&mut list);
    history.replace(&route.with_list(list));
}

fn applied(route: &Route) -> Vec<Pill> {
    let Some(list) = route.list() else { return Vec::new() };
    let mut pills = Vec::new();
    let mut add = |words: String, lift| pills.push(Pill { words, lift });
    if !list.search.is_empty() {
        add(format!("Search: {}", list.search), |list| list.search.clear());
    }
    match route.screen() {
        Route::Audit(..) => of_audit(&list.audit, &mut add),
        Route::Roles(_) | Route::Settings(_) => match list.privileged {
            Privileged::All => {}
            Privileged::Only => add("Privileged only".into(), |list| list.privileged = Privileged::All),
            Privileged::Without => add("Not privileged".into(), |list| list.privileged = Privileged::All),
        },
        _ if list.tab == Tab::Expired && list.kind == Some(Kind::Active) => {
            add("Assignment type: Active".into(), |list| list.kind = None);
        }
        _ => {}
    }
    pills
}

fn of_audit(filter: &AuditFilter, add: &mut impl FnMut(String, fn(&mut List))) {
    let unset: fn(&mut List) = |list| {
        let AuditFilter { kind, outcome, .. } = list.audit;
        list.audit = AuditFilter { kind, outcome, ..AuditFilter::default() };
    };
    match (filter.span, filter.from.as_str(), filter.to.as_str()) {
        (TimeSpan::Month, ..) => {}
        (TimeSpan::Custom, "", "") => add("Time span: Custom".into(), unset),
        (TimeSpan::Custom, from, "") => add(format!("From {from}"), unset),
        (TimeSpan::Custom, "", to) => add(format!("To {to}"), unset),
        (TimeSpan::Custom, from, to) => add(format!("From {from} to {to}"), unset),
        (span, ..) => add(format!("Time span: {}", span.label()), unset),
    }
    if let Some(kind) = filter.kind {
        add(format!("Audit type: {}", kind.label()), |list| list.audit.kind = None);
    }
    match outcome_word(filter.outcome) {
        "" => {}
        "success" => add("Status: Success".into(), |list| list.audit.outcome = None),
        _ => add("Status: Failed".into(), |list| list.audit.outcome = None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Book;

    fn words(address: &str) -> Vec<String> {
        applied(&Route::parse(address)).into_iter().map(|pill| pill.words).collect()
    }

    #[test]
    fn each_filter_of_an_address_is_a_pill() {
        assert_eq!(words("/users"), Vec::<String>::new());
        assert_eq!(words("/roles?search=teams&privileged=true"), ["Search: teams", "Privileged only"]);
        assert_eq!(words("/assignments?tab=expired&kind=active"), ["Assignment type: Active"]);
        assert_eq!(
            words("/audit?span=custom&from=2026-11-01&result=failure"),
            ["From 2026-11-01", "Status: Failed"]
        );
    }

    #[test]
    fn taking_a_pill_away_leaves_the_others() {
        let route = Route::parse("/audit?span=day&result=success&search=teams");
        for (index, left) in [(0, 2), (1, 2), (2, 2)] {
            let mut list = route.list().unwrap().clone();
            (applied(&route)[index].lift)(&mut list);
            assert_eq!(applied(&Route::Audit(Book::Resource, list)).len(), left, "{index}");
        }
    }
}
