//! Set-up check: whether everything that Pimlico needs is there, what to do where it is not, and a test mail.

mod test_mail;

use std::sync::Arc;

use domain::wire::mail::{Check, Health};
use leptos::prelude::*;
use test_mail::test_mail;

use crate::{
    api,
    components::{Icon, chip},
    data::{Key, Query},
    parts::{Column, Command, Row, Rows, command_bar, page_head, row_table},
};

/// The screen.
pub(super) fn setup_check() -> AnyView {
    let query = Query::new(|| (Key::Checks, Box::pin(api::checks())));
    let columns =
        vec![Column::new("Check"), Column::new("State"), Column::new("Found"), Column::new("What to do")];
    let rows = move || Rows::of(&query.get(), |found| found.checks.iter().map(row).collect());
    let outlet = Memo::new(move |_| query.ready().map(|found| found.outlet));
    view! {
        {page_head(
            Signal::stored("Set-up check".to_owned()),
            "Whether everything that Pimlico needs is there, and what to do where it is not.",
        )}
        {command_bar(vec![Command::Do(Icon::Refresh, "Check again", Box::new(move || query.refetch()))])}
        {row_table(
            "Set-up check",
            Signal::stored(columns),
            rows,
            || "Nothing was checked.".to_owned(),
            move || query.refetch(),
        )}
        {move || outlet.get().map(|outlet| test_mail(outlet, query))}
    }
    .into_any()
}

fn row(check: &Check) -> Row {
    let key = format!("{check:?}");
    let check = check.clone();
    let cells = move || {
        let state = match check.health {
            Health::Good => chip("chip success", "Good"),
            Health::Off => chip("chip warning", "Off"),
            Health::Warning => chip("chip warning", "Warning"),
            Health::Bad => chip("chip danger", "Failing"),
        };
        vec![
            view! { <strong>{check.name.clone()}</strong> }.into_any(),
            state,
            check.found.clone().into_any(),
            check.advice.clone().unwrap_or_else(|| "Nothing".to_owned()).into_any(),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}
