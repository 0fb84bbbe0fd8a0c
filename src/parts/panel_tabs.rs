//! The tabs inside a panel. One of them is in the order of the Tab key; the arrow keys go from one to the next.

use leptos::prelude::*;

/// The tab that is open: where the focus goes when the button that opened it is gone.
pub const OPEN_TAB: &str = "dialog [role='tab'][aria-selected='true']";

/// One tab.
#[derive(Clone, Copy)]
pub struct PanelTab {
    /// Its words.
    pub words: &'static str,
    /// Why it cannot be opened yet.
    pub lack: Signal<Option<&'static str>>,
}

impl PanelTab {
    /// A tab that is always open.
    pub fn new(words: &'static str) -> Self {
        Self { words, lack: Signal::stored(None) }
    }
}

/// The row of tabs with what the chosen one shows; `choose` may go elsewhere instead.
pub fn panel_tabs(
    tabs: Vec<PanelTab>,
    chosen: Signal<usize>,
    choose: impl Fn(usize) + Copy + 'static,
    content: AnyView,
) -> AnyView {
    let buttons = tabs.into_iter().enumerate().map(|(index, tab)| {
        let selected = move || chosen.get() == index;
        let press = move |_| {
            if tab.lack.get_untracked().is_none() {
                choose(index);
            }
        };
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                aria-selected=move || selected().to_string()
                aria-disabled=move || tab.lack.get().map(|_| "true")
                tabindex=move || if selected() { "0" } else { "-1" }
                title=tab.lack
                on:click=press
            >
                {tab.words}
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label="Steps">
            {buttons.collect_view()}
        </div>
        <div role="tabpanel" aria-label="Step">{content}</div>
    }
    .into_any()
}
