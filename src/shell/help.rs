//! What this is and its keys, behind `?` and the question mark.

use leptos::{ev, prelude::*};

use super::find;
use crate::components::modal;

/// Whether the dialog is open; lives in the context of the frame.
#[derive(Clone, Copy)]
pub(super) struct Help(pub(super) RwSignal<bool>);

/// The dialog, and the keys that work everywhere.
pub(super) fn help(words: fn() -> AnyView) -> AnyView {
    let open = use_context::<Help>().map_or_else(|| RwSignal::new(false), |help| help.0);
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() && event.key() == "k" {
            event.prevent_default();
            find::focus();
        } else if !is_typing() && !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
            match event.key().as_str() {
                "/" => {
                    event.prevent_default();
                    find::focus();
                }
                "?" => open.set(true),
                _ => {}
            }
        }
    });
    on_cleanup(move || keys.remove());
    let close = move || open.set(false);
    let dialog = move || {
        let content = view! {
            <h2 id="keys-title" tabindex="-1" autofocus>"Help"</h2>
            {words()}
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close()>"Close"</button>
            </div>
        };
        modal("dialog", "keys-title", close, content.into_any())
    };
    (move || open.get().then(dialog)).into_any()
}

/// Whether a key belongs to a field, or an open dialog has the word.
fn is_typing() -> bool {
    let in_field = document()
        .active_element()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    in_field || document().query_selector("dialog[open]").is_ok_and(|open| open.is_some())
}

/// What it says.
pub fn help_words() -> AnyView {
    view! {
        <p>
            "Pimlico is Privileged Identity Management (PIM) on a server of your own: it manages, limits and records who \
             may use privileged roles, as Microsoft Entra ID, formerly Azure AD, does."
        </p>
        <h3>"Keys"</h3>
        <dl class="keys">
            <dt><kbd>"Ctrl"</kbd>" "<kbd>"K"</kbd>" or "<kbd>"/"</kbd></dt><dd>"Search roles, people and blades"</dd>
            <dt><kbd>"?"</kbd></dt><dd>"This help"</dd>
            <dt><kbd>"Tab"</kbd></dt><dd>"To the next link, button or field"</dd>
            <dt><kbd>"\u{2190}"</kbd>" "<kbd>"\u{2191}"</kbd>" "<kbd>"\u{2192}"</kbd>" "<kbd>"\u{2193}"</kbd></dt><dd>"Through a menu, tabs, commands, rows"</dd>
            <dt><kbd>"Enter"</kbd></dt><dd>"Open, press"</dd>
            <dt><kbd>"Esc"</kbd></dt><dd>"Close a panel, a menu, a dialog"</dd>
        </dl>
    }
    .into_any()
}
