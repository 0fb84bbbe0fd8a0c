//! A native dialog. The browser keeps the focus inside; whoever had it before gets it back.

use core::time::Duration;
use std::cell::{Cell, RefCell};

use leptos::{html::Dialog, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};

use super::{Toasts, lead_to, note, toast::region_at};

thread_local! {
    /// Who had the focus before each open dialog, the outermost first.
    static BEFORE: RefCell<Vec<Option<Element>>> = const { RefCell::new(Vec::new()) };
    /// Chrome may take several dialogs away by one key, the innermost first: that one alone is meant.
    static CLOSING: Cell<bool> = const { Cell::new(false) };
    /// Who had it before the one that closed last.
    static LAST: Cell<Option<Element>> = const { Cell::new(None) };
}

/// Draws what concerns whoever is here, whatever is open: under a modal dialog nobody can read or press it. Lives in the
/// context.
#[derive(Clone, Copy)]
pub struct Standing(pub fn() -> AnyView);

/// A dialog that is open for as long as it is drawn; Escape calls `close`.
pub fn modal(
    class: &'static str,
    titled_by: &'static str,
    close: impl Fn() + 'static,
    content: AnyView,
) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let focused = StoredValue::new_local(None::<Element>);
    remember();
    on_cleanup(give_back);
    let messages = use_context::<Toasts>().map(|toasts| {
        on_cleanup(move || toasts.dialog_closes());
        region_at(toasts, toasts.dialog_opens())
    });
    let standing = use_context::<Standing>().map(|Standing(draw)| draw());
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // Fails only where the element has left the page already.
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class=class
            aria-labelledby=titled_by
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                if !CLOSING.replace(true) {
                    set_timeout(|| CLOSING.set(false), Duration::ZERO);
                    close();
                }
            }
            // Chrome closes by itself what Escape is pressed on again, whoever would prevent it.
            on:close=move |_| if let Some(dialog) = dialog.get_untracked() { reopen(&dialog, focused.get_value()) }
            on:focusin=move |event| focused.set_value(event.target().and_then(|target| target.dyn_into().ok()))
        >
            {standing}
            {content}
            {messages}
        </dialog>
    }
    .into_any()
}

/// What is still drawn is still open, and so is the question in it, which stays on top. The focus stays where it was.
fn reopen(dialog: &HtmlDialogElement, focused: Option<Element>) {
    if !dialog.is_connected() || dialog.open() {
        return;
    }
    // Fails only where the element has left the page already.
    let _ = dialog.show_modal();
    if let Ok(Some(inner)) = dialog.query_selector("dialog[open]")
        && let Ok(inner) = inner.dyn_into::<HtmlDialogElement>()
    {
        inner.close();
        let _ = inner.show_modal();
    }
    if let Some(focused) = focused.filter(|element| element.is_connected()) {
        lead_to(&focused);
    }
}

fn remember() {
    let element = document().active_element();
    let from_panel = element.as_ref().and_then(|element| element.closest("dialog").ok().flatten()).is_some();
    BEFORE.with(|before| {
        let mut before = before.borrow_mut();
        // Opened from a panel that goes away with it: its own place is gone, that of the panel is not.
        let place = if before.is_empty() && from_panel { LAST.take() } else { element };
        before.push(place);
    });
}

/// The row that opened the dialog may be gone with it: then the heading of the screen is next best.
fn give_back() {
    let element = BEFORE.with(|before| before.borrow_mut().pop()).flatten();
    LAST.set(element.clone());
    request_animation_frame(move || {
        // A title has the focus by itself where a dialog was opened anew.
        let lost = document()
            .active_element()
            .is_none_or(|now| now.tag_name() == "BODY" || now.has_attribute("autofocus"));
        let there = element.filter(|element| element.is_connected() && element.tag_name() != "BODY");
        if lost && let Some(target) = there.or_else(title_here) {
            lead_to(&target);
        }
    });
}

/// The title of the dialog that is open on top, or else of the screen.
pub fn title_here() -> Option<Element> {
    let titles = document().query_selector_all("main h1, dialog[open] h2[autofocus]").ok()?;
    titles.get(titles.length().checked_sub(1)?)?.dyn_into().ok()
}

/// The question before something is lost.
pub struct Question {
    /// Names the thing: "Delete demouser?".
    pub title: String,
    /// Names the effect: "Sign-in, sessions and rights end at once."
    pub effect: String,
    /// Repeats the verb.
    pub verb: &'static str,
    /// The same while it happens.
    pub doing: &'static str,
}

/// Asks; `busy` while it happens, `wrong` when it did not.
pub fn confirm(
    question: Question,
    busy: Signal<bool>,
    wrong: Signal<Option<String>>,
    act: impl Fn() + 'static,
    close: impl Fn() + Copy + 'static,
) -> AnyView {
    let Question { title, effect, verb, doing } = question;
    let content = view! {
        <h2 id="confirm-title" tabindex="-1" autofocus>{title}</h2>
        <p>{effect}</p>
        {note(wrong)}
        <div class="dialog-foot">
            <button
                type="button"
                class="button danger"
                aria-busy=move || busy.get().then_some("true")
                on:click=move |_| if !busy.get_untracked() { act() }
            >
                {move || if busy.get() { doing } else { verb }}
            </button>
            <button type="button" class="button" on:click=move |_| close()>"Cancel"</button>
        </div>
    };
    modal("dialog", "confirm-title", close, content.into_any())
}
