//! What changed, before and after side by side.

use domain::audit::{Change, Target};
use leptos::prelude::*;

use crate::parts::{fact_name, fact_value};

/// Nothing where nothing changed.
pub(super) fn changes(targets: &[Target]) -> Option<AnyView> {
    let rows: Vec<AnyView> = targets.iter().flat_map(|target| &target.changes).map(row).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="told"><h3>"Changes"</h3>
            <div class="table-frame">
                <table class="table changes">
                    <caption class="visually-hidden">"Changes"</caption>
                    <thead><tr><th scope="col">"Property"</th><th scope="col">"Before"</th><th scope="col">"After"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div></section>
        }
        .into_any()
    })
}

fn row(change: &Change) -> AnyView {
    view! {
        <tr>
            <td>{fact_name(&change.name)}</td>
            <td class="before" data-label="Before">{value(change.before.as_deref())}</td>
            <td class="after" data-label="After">{value(change.after.as_deref())}</td>
        </tr>
    }
    .into_any()
}

fn value(text: Option<&str>) -> AnyView {
    match text {
        Some(text) => fact_value(text),
        None => view! { <span class="quiet">"None"</span> }.into_any(),
    }
}
