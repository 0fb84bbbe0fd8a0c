//! Buttons. One that may not be pressed stays where it is, can be reached, and says what is lacking.

use leptos::prelude::*;

use super::{Icon, icon};

/// A button with words; `lack` is what is lacking to press it.
pub fn act_button(
    class: &'static str,
    words: impl Fn() -> &'static str + Send + 'static,
    busy: Signal<bool>,
    lack: Signal<Option<String>>,
    act: impl Fn() + 'static,
) -> AnyView {
    let press = move |_| {
        if lack.with_untracked(Option::is_none) && !busy.get_untracked() {
            act();
        }
    };
    view! {
        <button
            type="button"
            class=class
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || lack.with(|lack| lack.is_some().then_some("true"))
            title=lack
            on:click=press
        >
            {words}
            {move || lack.get().map(|lack| reason(&lack))}
        </button>
    }
    .into_any()
}

/// An entry of a command bar: a picture and a word.
pub fn command(
    picture: Icon,
    words: &'static str,
    lack: Signal<Option<String>>,
    act: impl Fn() + 'static,
) -> AnyView {
    let press = move |_| {
        if lack.with_untracked(Option::is_none) {
            act();
        }
    };
    view! {
        <button
            type="button"
            class="command"
            aria-disabled=move || lack.with(|lack| lack.is_some().then_some("true"))
            title=lack
            on:click=press
        >
            {icon(picture)}
            {words}
            {move || lack.get().map(|lack| reason(&lack))}
        </button>
    }
    .into_any()
}

/// An act inside a row: reads like a link, and its name says what it is about.
pub fn row_act(
    words: &'static str,
    about: &str,
    lack: Signal<Option<String>>,
    act: impl Fn() + 'static,
) -> AnyView {
    let name = format!("{words} {about}");
    let label = move || match lack.get() {
        Some(lack) => format!("{name} ({lack})"),
        None => name.clone(),
    };
    let press = move |_| {
        if lack.with_untracked(Option::is_none) {
            act();
        }
    };
    view! {
        <button
            type="button"
            class="link"
            aria-label=label
            aria-disabled=move || lack.with(|lack| lack.is_some().then_some("true"))
            title=lack
            on:click=press
        >
            {words}
        </button>
    }
    .into_any()
}

fn reason(lack: &str) -> AnyView {
    view! { <span class="visually-hidden">{format!(" ({lack})")}</span> }.into_any()
}
