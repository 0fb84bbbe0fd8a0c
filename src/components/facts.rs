//! Words beside words.

use leptos::prelude::*;

/// A list of facts: what it is, and what it is here.
pub fn facts(rows: Vec<(&'static str, AnyView)>) -> AnyView {
    let rows = rows.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
    view! { <dl class="facts">{rows.collect_view()}</dl> }.into_any()
}
