//! Fields with label, hint, and in its place the error.

use leptos::{html::Input, prelude::*};

use crate::components::lead_to;

/// What a field needs besides its value.
#[derive(Clone, Copy)]
pub struct Field {
    /// The words above it.
    pub label: &'static str,
    /// Its id on the page.
    pub id: &'static str,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands under it while nothing is wrong.
    pub hint: Signal<String>,
    /// What is wrong with it.
    pub error: Signal<Option<String>>,
    /// The `type` of the native box.
    pub kind: &'static str,
    /// Whether it cannot be changed at present.
    pub disabled: Signal<bool>,
    /// What the browser may fill in, as `autocomplete` names it.
    pub fill: &'static str,
    /// Set when the field is left: from then on it says what is wrong with it.
    pub left: Option<RwSignal<bool>>,
}

impl Field {
    /// A text field.
    pub fn new(label: &'static str, id: &'static str) -> Self {
        Self {
            label,
            id,
            required: false,
            hint: Signal::stored(String::new()),
            error: Signal::stored(None),
            kind: "text",
            disabled: Signal::stored(false),
            fill: "off",
            left: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(self, hint: &str) -> Self {
        Self { hint: Signal::stored(hint.to_owned()), ..self }
    }

    /// The same, but it must be filled in.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same with what is wrong with it.
    #[must_use]
    pub const fn error(self, error: Signal<Option<String>>) -> Self {
        Self { error, ..self }
    }

    /// Label above, the control, hint or error under it.
    pub fn around(self, control: AnyView, beside_hint: AnyView) -> AnyView {
        let mark = self.required.then(|| {
            view! {
                <span class="required" aria-hidden="true">"*"</span>
                <span class="visually-hidden">" (required)"</span>
            }
        });
        let message = move || self.error.get().unwrap_or_else(|| self.hint.get());
        view! {
            <div class="field">
                <label class="label" for=self.id>{self.label}{mark}</label>
                {control}
                <div class="under">
                    <p
                        id=format!("{}-hint", self.id)
                        class=move || if self.error.get().is_some() { "error" } else { "hint" }
                    >
                        {message}
                    </p>
                    {beside_hint}
                </div>
            </div>
        }
        .into_any()
    }
}

/// The native box that shows a value, unless it says the same already: a date that is half typed says nothing, and
/// writing nothing into it would wipe out the half.
pub fn box_showing(value: Signal<String>) -> NodeRef<Input> {
    let control = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let text = value.get();
        if let Some(control) = control.get().filter(|control| control.value() != text) {
            control.set_value(&text);
        }
    });
    control
}

/// A one-line field.
pub fn field(about: Field, value: Signal<String>, change: impl Fn(String) + 'static) -> AnyView {
    let control = view! {
        <input
            node_ref=box_showing(value)
            class="input"
            id=about.id
            type=about.kind
            required=about.required
            disabled=about.disabled
            autocomplete=about.fill
            on:blur=move |_| if let Some(left) = about.left { left.set(true) }
            aria-describedby=format!("{}-hint", about.id)
            aria-invalid=move || about.error.get().is_some().to_string()
            on:input=move |event| change(event_target_value(&event))
        />
    };
    about.around(control.into_any(), ().into_any())
}

/// A field of several lines with a counter.
pub fn text_area(
    about: Field,
    most: usize,
    value: Signal<String>,
    change: impl Fn(String) + 'static,
) -> AnyView {
    let count = move || value.with(|text| text.trim().chars().count());
    let control = view! {
        <textarea
            class="input area"
            id=about.id
            rows="3"
            required=about.required
            aria-describedby=format!("{0}-hint {0}-count", about.id)
            aria-invalid=move || about.error.get().is_some().to_string()
            prop:value=value
            on:input=move |event| change(event_target_value(&event))
        ></textarea>
    };
    let counter = view! {
        <p class="hint" id=format!("{}-count", about.id)>{move || format!("{} / {most}", count())}</p>
    };
    about.around(control.into_any(), counter.into_any())
}

/// Where a step of signing in begins.
pub const FIRST_FIELD: &str = "main.gate .input";

/// Leads to the first field with an error, after the page has drawn the errors.
pub fn focus_first_error() {
    focus_on("[aria-invalid='true']");
}

/// Leads to an element, after the page has drawn it: for a button that goes away when it is pressed.
pub fn focus_on(selector: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().query_selector(selector).ok().flatten() {
            lead_to(&element);
        }
    });
}
