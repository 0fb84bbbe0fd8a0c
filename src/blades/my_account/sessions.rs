//! Where the person is signed in.

use std::sync::Arc;

use domain::wire::api::{Account, SessionRow};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, note, row_act, use_toasts},
    data::{Family, Mutation, Query, use_cache},
    parts::{Column, Row, Rows, row_table, time},
};

pub(super) fn sessions(query: Query<Account>) -> AnyView {
    let (cache, toasts) = (use_cache(), use_toasts());
    let mutation = Mutation::default();
    let columns = vec![
        Column::new("Browser"),
        Column::new("Address"),
        Column::new("Signed in").at_end(),
        Column::new("Last used").at_end(),
        Column::new("Action"),
    ];
    let ended = move || {
        toasts.say(Tone::Success, "The session was ended");
        cache.invalidate(Family::Account);
    };
    let rows = move || {
        Rows::of(&query.get(), |account| account.sessions.iter().map(|session| row(session, ended)).collect())
    };
    let others = move || {
        let several = query.ready().is_some_and(|account| account.sessions.len() > 1);
        several.then(|| {
            let act = move |_| mutation.run(api::end_other_sessions(), move |()| ended());
            view! { <button type="button" class="button" on:click=act>"Sign out everywhere else"</button> }
        })
    };
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    view! {
        {note(wrong)}
        {row_table(
            "Where you are signed in",
            Signal::stored(columns),
            rows,
            || "You are signed in nowhere.".to_owned(),
            move || query.refetch(),
        )}
        <p class="pager">{others}</p>
    }
    .into_any()
}

fn row(session: &SessionRow, ended: impl Fn() + Copy + Send + Sync + 'static) -> Row {
    let key = format!("{session:?}");
    let session = session.clone();
    let cells = move || {
        let id = session.id;
        let end = if session.current {
            view! { <span class="quiet">"This session"</span> }.into_any()
        } else {
            // One for each row: several may be ended at once.
            let mutation = Mutation::default();
            let about = format!("the session at {}", session.address);
            let act = row_act("End", &about, Signal::stored(None), move || {
                mutation.run(api::end_session(id), move |()| ended());
            });
            let wrong = move || mutation.error().map(|error| error.sentence());
            view! { {act}<span class="error" role="alert">{wrong}</span> }.into_any()
        };
        vec![
            session.agent.clone().into_any(),
            session.address.clone().into_any(),
            time(Some(session.created_date_time)),
            time(Some(session.last_used_date_time)),
            end,
        ]
    };
    Row { key, cells: Arc::new(cells) }
}
