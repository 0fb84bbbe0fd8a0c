//! A few words about a field, behind an i.

use leptos::prelude::*;

use super::{Icon, icon};

/// The button and the words that hang from it: a native popover, so that a key or a press opens it, and Escape or a
/// press elsewhere closes it. Whoever cannot see it hears the words as the button's description.
pub fn tip(id: &'static str, about: &'static str, words: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="tip-button"
            aria-label=format!("About {about}")
            aria-describedby=id
            popovertarget=id
        >
            {icon(Icon::Info)}
        </button>
        <span id=id class="tip" popover="auto">{words}</span>
    }
    .into_any()
}
