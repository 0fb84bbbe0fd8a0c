//! Check boxes and radio buttons, native ones.

use leptos::prelude::*;

/// A box with its words and a line under them.
pub fn check(
    words: &'static str,
    hint: &'static str,
    on: Signal<bool>,
    disabled: Signal<bool>,
    change: impl Fn(bool) + 'static,
) -> AnyView {
    let below = (!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> });
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=on
                disabled=disabled
                on:change=move |event| change(event_target_checked(&event))
            />
            <span>{words}{below}</span>
        </label>
    }
    .into_any()
}

/// One of several.
#[derive(Clone, Copy)]
pub struct Choice<T: 'static> {
    /// What it stands for.
    pub value: T,
    /// Its words.
    pub words: &'static str,
}

/// One of several choices; `name` holds them together on the page.
pub fn radios<T: Copy + PartialEq + Send + Sync>(
    legend: &'static str,
    name: &'static str,
    choices: &'static [Choice<T>],
    chosen: Signal<T>,
    change: impl Fn(T) + Copy + 'static,
) -> AnyView {
    let boxes = choices.iter().map(|choice| {
        let value = choice.value;
        view! {
            <label class="check">
                <input
                    type="radio"
                    name=name
                    prop:checked=move || chosen.get() == value
                    on:change=move |_| change(value)
                />
                <span>{choice.words}</span>
            </label>
        }
    });
    view! {
        <fieldset class="radios">
            <legend class="label">{legend}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}
