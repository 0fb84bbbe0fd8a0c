//! Time span, audit type and status, beside the search. All of them stand in the address.

use domain::{audit::Outcome, audit_type::AuditType};
use leptos::prelude::*;

use crate::{
    history::{History, use_history},
    parts::{box_showing, current_list},
    routes::{AuditFilter, List, TimeSpan, outcome, outcome_word},
};

/// The id of what is wrong with the last day.
const TO_ERROR: &str = "audit-to-error";

pub(super) fn filters() -> AnyView {
    let (list, history) = (current_list(), use_history());
    let shown = move |read: fn(&AuditFilter) -> &'static str| list.with(|list| read(&list.audit));
    let spans = TimeSpan::ALL.map(|span| (span.as_str(), span.label()));
    let types = AuditType::ALL.iter().map(|kind| (kind.as_str(), kind.label()));
    let types = core::iter::once(("", "All")).chain(types);
    let results = [("", "All"), ("success", "Success"), ("failure", "Failed")];
    let span = select(
        "Time span",
        spans,
        move || shown(|f| f.span.as_str()),
        move |word| {
            change(history, list, |filter| filter.span = TimeSpan::parse(word));
        },
    );
    let kind = select(
        "Audit type",
        types,
        move || shown(|f| f.kind.map_or("", AuditType::as_str)),
        move |word| {
            change(history, list, |filter| filter.kind = AuditType::parse(word));
        },
    );
    let result = select(
        "Status",
        results,
        move || shown(|f| outcome_word(f.outcome)),
        move |word| {
            change(history, list, |filter| filter.outcome = outcome(word) as Option<Outcome>);
        },
    );
    let custom = Memo::new(move |_| list.with(|list| list.audit.span == TimeSpan::Custom));
    let wrong = move || list.with(|list| list.audit.ends_before_it_begins());
    let dates = move || {
        custom.get().then(|| {
            view! {
                {date("From", || false, move || list.with(|list| list.audit.from.clone()), move |day| {
                    change(history, list, |filter| filter.from = day);
                })}
                {date("To", wrong, move || list.with(|list| list.audit.to.clone()), move |day| {
                    change(history, list, |filter| filter.to = day);
                })}
                <p id=TO_ERROR class="error" role="alert">{move || wrong().then_some("To is before From. Allowed: the same day or later")}</p>
            }
        })
    };
    view! { {span} {dates} {kind} {result} }.into_any()
}

/// The same address with another filter, from the first page.
fn change(history: History, list: Memo<List>, edit: impl FnOnce(&mut AuditFilter)) {
    let mut list = list.get_untracked().at_first();
    edit(&mut list.audit);
    history.replace(&history.route().get_untracked().with_list(list));
}

fn select(
    name: &'static str,
    options: impl IntoIterator<Item = (&'static str, &'static str)>,
    shown: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    choose: impl Fn(&str) + 'static,
) -> AnyView {
    let options = options.into_iter().map(|(word, label)| {
        view! { <option value=word selected=move || shown() == word>{label}</option> }
    });
    view! {
        <label class="filter">
            {name} " "
            <select class="select" on:change=move |event| choose(&event_target_value(&event))>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn date(
    name: &'static str,
    wrong: impl Fn() -> bool + Copy + Send + Sync + 'static,
    value: impl Fn() -> String + Send + Sync + 'static,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    view! {
        <label class="filter">
            {name} " "
            <input
                type="date"
                class="input date"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then_some(TO_ERROR)
                node_ref=box_showing(Signal::derive(value))
                on:change=move |event| choose(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}
