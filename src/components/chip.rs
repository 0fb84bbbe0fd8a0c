//! States and marks as words; the colour only repeats them.

use leptos::prelude::*;

use super::{Icon, icon};

/// A state; `class` is `chip` with the word of its tone.
pub fn chip(class: &'static str, words: impl IntoRender<Output = impl IntoAny>) -> AnyView {
    view! { <span class=class>{words.into_render().into_any()}</span> }.into_any()
}

/// The mark of a privileged role.
pub fn privileged() -> AnyView {
    view! { <span class="privileged">{icon(Icon::Shield)}"Privileged"</span> }.into_any()
}
