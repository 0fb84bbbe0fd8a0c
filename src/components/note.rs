//! A sentence that must not be missed.

use leptos::prelude::*;

/// What went wrong, above the form that it concerns; nothing while nothing is wrong.
pub fn note(wrong: Signal<Option<String>>) -> AnyView {
    let content = move || wrong.get().map(|words| view! { <p class="note danger" role="alert">{words}</p> });
    content.into_any()
}
