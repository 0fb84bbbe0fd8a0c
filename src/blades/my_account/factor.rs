//! The second factor and its recovery codes.

use domain::wire::api::{Account, RecoveryCodes};
use leptos::prelude::*;

use super::of;
use crate::{
    api,
    components::{act_button, note},
    data::{Family, Mutation, Query, use_cache},
    parts::{enrolment, recovery_codes, time},
    session::use_who,
};

/// What the section shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    State,
    Enrolment,
    Codes,
}

pub(super) fn second_factor(query: Query<Account>) -> AnyView {
    let (cache, who) = (use_cache(), use_who());
    let shown = RwSignal::new(Shown::State);
    let made = RwSignal::new(None::<RecoveryCodes>);
    let mutation = Mutation::default();
    let done = move || {
        shown.set(Shown::State);
        made.set(None);
        cache.invalidate(Family::Account);
        who.refresh();
    };
    let new_codes = move || {
        mutation.run(api::new_recovery_codes(), move |answer| {
            made.set(Some(answer));
            shown.set(Shown::Codes);
        });
    };
    let content = move || match shown.get() {
        Shown::Enrolment => enrolment(|| {}, done),
        Shown::Codes => made.with(|made| made.as_ref().map(|answer| recovery_codes(answer, done))).into_any(),
        Shown::State => state(query, shown, mutation, new_codes),
    };
    content.into_any()
}

fn state(
    query: Query<Account>,
    shown: RwSignal<Shown>,
    mutation: Mutation,
    new_codes: impl Fn() + Copy + Send + 'static,
) -> AnyView {
    let since = of(query, |account| account.second_factor_since);
    let left = of(query, |account| account.recovery_codes_left);
    let busy = Signal::derive(move || mutation.is_busy());
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    let begin = move |words| {
        view! { <button type="button" class="button" on:click=move |_| shown.set(Shown::Enrolment)>{words}</button> }
    };
    let content = move || {
        match since.get() {
        None => view! {
            <p>"You have none. A role may ask for one before it can be activated."</p>
            {begin("Set up")}
        }
        .into_any(),
        Some(at) => view! {
            <p>"Authenticator app, since " {time(Some(at))} ". " {move || format!("{} of 10 recovery codes left.", left.get())}</p>
            {note(wrong)}
            <p class="actions">
                {begin("Set up another app")}
                {act_button(
                    "button",
                    move || if busy.get() { "Making codes" } else { "New recovery codes" },
                    busy,
                    Signal::stored(None),
                    new_codes,
                )}
            </p>
        }
        .into_any(),
    }
    };
    content.into_any()
}
