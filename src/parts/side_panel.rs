//! A side panel whose closing is a step back in the address bar, and which asks before typed input is lost.

use std::sync::Arc;

use leptos::{html::Dialog, prelude::*};

use crate::{history::use_history, routes::Route};

/// A panel from the right over the screen.
pub struct SidePanel {
    /// Its title.
    pub title: Signal<String>,
    /// Where it belongs, under the title.
    pub place: &'static str,
    /// 720 px instead of 560.
    pub wide: bool,
    /// Whether something typed would be lost.
    pub dirty: Signal<bool>,
}

impl SidePanel {
    /// Draws it.
    pub fn view(self, content: AnyView, footer: AnyView) -> AnyView {
        let history = use_history();
        let dialog = NodeRef::<Dialog>::new();
        Effect::new(move |_| {
            if let Some(dialog) = dialog.get()
                && !dialog.open()
            {
                // Fails only where the element has left the page already.
                let _ = dialog.show_modal();
            }
        });
        let dirty = self.dirty;
        history.set_guard(Some(Arc::new(move |to: &Route| {
            let stays = history.route().with_untracked(|shown| shown.clone().with_list_of(to) == *to);
            stays
                || !dirty.try_get_untracked().unwrap_or_default()
                || window().confirm_with_message("Leave without saving what you typed?").unwrap_or(true)
        })));
        on_cleanup(move || history.set_guard(None));
        let title = self.title;
        let class = if self.wide { "panel wide" } else { "panel" };
        view! {
            <dialog
                node_ref=dialog
                class=class
                aria-labelledby="panel-title"
                on:cancel=move |event: web_sys::Event| {
                    event.prevent_default();
                    history.close_panel();
                }
            >
                <header class="panel-head">
                    <div>
                        <h2 id="panel-title">{title}</h2>
                        <p class="panel-place">{self.place}</p>
                    </div>
                    <button type="button" class="icon-button" aria-label="Close" on:click=move |_| history.close_panel()>
                        "\u{2715}"
                    </button>
                </header>
                <div class="panel-body">{content}</div>
                <footer class="panel-foot">{footer}</footer>
            </dialog>
        }
        .into_any()
    }
}
