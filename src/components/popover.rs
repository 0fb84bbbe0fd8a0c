//! What hangs from a button of the top bar: a native popover, closed by Escape, by a click elsewhere, and by going
//! somewhere from inside it.

use leptos::{html::Div, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The button and what hangs from it; `id` is that of the popover.
pub fn popover(
    id: &'static str,
    label: impl Fn() -> String + Send + 'static,
    class: &'static str,
    face: AnyView,
    content: AnyView,
) -> AnyView {
    let hanging = NodeRef::<Div>::new();
    let leave = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let goes =
            target.and_then(|target| target.closest("a[href], [data-leaves]").ok().flatten()).is_some();
        if goes && let Some(hanging) = hanging.get_untracked() {
            // Fails only where it is closed already.
            let _ = hanging.hide_popover();
        }
    };
    view! {
        <button type="button" class=class aria-label=label popovertarget=id>{face}</button>
        <div node_ref=hanging id=id class="menu" popover="auto" on:click=leave>{content}</div>
    }
    .into_any()
}
