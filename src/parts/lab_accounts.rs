//! The lab's people, with everything needed to be one of them. Shown under the sign-in and on the lab's own screen.

use std::sync::Arc;

use domain::wire::api::{Lab, LabAccount};
use leptos::prelude::*;

use super::{Column, Row, Rows, frame::principal_name, row_table};
use crate::{
    api,
    data::{Key, Query, use_clock},
};

/// Who was chosen in the lab, for the sign-in to fill in. Lives in the context.
#[derive(Clone, Copy, Default)]
pub struct Chosen(pub RwSignal<Option<LabAccount>>);

/// The lab as the server knows it; asked again when a half minute is over, because the codes change.
pub fn lab_query() -> Query<Lab> {
    let query = Query::new(|| (Key::Lab, Box::pin(api::lab())));
    let clock = use_clock();
    let waited = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let _second = clock.now();
        waited.update_value(|seconds| *seconds += 1);
        let over = query.ready_untracked().is_some_and(|lab| {
            lab.accounts
                .iter()
                .any(|account| account.code.is_some() && account.seconds_left < waited.get_value())
        });
        if over && !query.is_busy_untracked() {
            waited.set_value(0);
            query.refetch();
        }
    });
    query
}

/// The table; `choose` is told who was chosen.
pub fn lab_accounts(
    query: Query<Lab>,
    choose: impl Fn(LabAccount) + Send + Sync + Copy + 'static,
) -> AnyView {
    let columns = vec![
        Column::new("Name"),
        Column::new("User principal name"),
        Column::new("For"),
        Column::new("Password"),
        Column::new("Code now"),
        Column::new("Action"),
    ];
    let rows = move || {
        Rows::of(&query.get(), |lab| lab.accounts.iter().map(|account| row(account, choose)).collect())
    };
    row_table(
        "Lab accounts",
        Signal::stored(columns),
        rows,
        || "The lab has no people.".to_owned(),
        move || query.refetch(),
    )
}

fn row(account: &LabAccount, choose: impl Fn(LabAccount) + Send + Sync + Copy + 'static) -> Row {
    let account = account.clone();
    let key = format!("{} {:?}", account.user_principal_name, account.code);
    let cells = move || {
        let chosen = account.clone();
        let label = format!("Sign in as {}", account.display_name);
        vec![
            account.display_name.clone().into_any(),
            principal_name(&account.user_principal_name),
            account.purpose.clone().into_any(),
            view! { <code>{account.password.clone()}</code> }.into_any(),
            account.code.clone().map_or_else(
                || view! { <span class="quiet">"None"</span> }.into_any(),
                |code| view! { <code>{code}</code> }.into_any(),
            ),
            view! {
                <button type="button" class="link" aria-label=label on:click=move |_| choose(chosen.clone())>
                    "Sign in as"
                </button>
            }
            .into_any(),
        ]
    };
    Row { key, cells: Arc::new(cells) }
}
