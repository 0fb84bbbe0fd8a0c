//! My account: the person's own password, second factor, sessions, time zone and theme.

mod factor;
mod password;
mod sessions;
mod zone;

use domain::wire::api::Account;
use factor::second_factor;
use leptos::prelude::*;
use password::password;
use sessions::sessions;
use zone::zone;

use crate::{
    api,
    components::{Choice, facts, radios},
    data::{Key, Load, Query},
    parts::page_head,
    session::use_who,
};
use domain::wire::api::Theme;

const THEMES: &[Choice<Theme>] = &[
    Choice { value: Theme::System, words: "As the system" },
    Choice { value: Theme::Light, words: "Light" },
    Choice { value: Theme::Dark, words: "Dark" },
];

/// The screen.
pub(super) fn my_account() -> AnyView {
    let query = Query::new(|| (Key::Account, Box::pin(api::account())));
    let who = use_who();
    // What is typed or shown once must not vanish when the account is read again, however that goes.
    let known = Memo::new(move |before: Option<&Option<Result<(), String>>>| match query.get() {
        _ if before == Some(&Some(Ok(()))) => Some(Ok(())),
        Load::Loading => None,
        Load::Failed(error) => Some(Err(error.sentence())),
        Load::Ready(_) => Some(Ok(())),
    });
    let content = move || match known.get() {
        None => view! { <p role="status"><span class="skeleton">"Loading"</span></p> }.into_any(),
        Some(Err(why)) => view! {
            <p class="note danger" role="alert">{why}</p>
            <button type="button" class="button" on:click=move |_| query.refetch()>"Try again"</button>
        }
        .into_any(),
        Some(Ok(())) => view! {
            {section("Password", password())}
            {section("Second factor", second_factor(query))}
            {section("Where you are signed in", sessions(query))}
        }
        .into_any(),
    };
    let person = move || {
        let user = who.with(|session| session.user.clone()).flatten();
        user.map(|user| {
            facts(vec![
                ("Display name", user.display_name.into_any()),
                ("User principal name", user.user_principal_name.into_any()),
            ])
        })
    };
    view! {
        {page_head(Signal::stored("My account".to_owned()), "How you sign in, where you are signed in, and how times and colours are shown to you.")}
        <div class="section">{person}</div>
        {content}
        {section("Time zone", zone())}
        {section("Theme", theme())}
    }
    .into_any()
}

fn section(title: &'static str, content: AnyView) -> AnyView {
    view! { <section class="section" aria-label=title><h2>{title}</h2>{content}</section> }.into_any()
}

fn theme() -> AnyView {
    let who = use_who();
    let chosen = Signal::derive(move || who.with(|session| session.preferences.theme).unwrap_or_default());
    radios("Colours", "theme-choice", THEMES, chosen, move |theme| {
        who.choose(move |kept| kept.theme = theme);
    })
}

/// Something of the account, followed.
fn of<T: Default + PartialEq + Clone + Send + Sync + 'static>(
    query: Query<Account>,
    read: fn(&Account) -> T,
) -> Memo<T> {
    Memo::new(move |_| query.ready().map(|account| read(&account)).unwrap_or_default())
}
