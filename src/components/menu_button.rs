//! A menu at-button a button of the page: a native popover, closed by Escape and by a click elsewhere, which gives the
//! focus back to its button.

use leptos::{
    html::{Button, Div},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The button and its menu, whose id is `id`. A menu of commands closes when one of them is pressed.
pub fn menu_button(
    id: &'static str,
    label: &'static str,
    class: &'static str,
    face: AnyView,
    of_commands: bool,
    content: AnyView,
) -> AnyView {
    let (button, menu) = (NodeRef::<Button>::new(), NodeRef::<Div>::new());
    // The click comes before the menu: it opens where its button is now.
    let place = move |_| {
        let (Some(button), Some(menu)) = (button.get_untracked(), menu.get_untracked()) else { return };
        let Some(root) = document().document_element() else { return };
        let at = button.get_bounding_client_rect();
        let top = at.bottom() + window().scroll_y().unwrap_or_default();
        let end = f64::from(root.client_width()) - at.right();
        let style = web_sys::HtmlElement::style(&menu);
        // Neither can fail for these names.
        let _ = style.set_property("--menuTop", &format!("{top}px"));
        let _ = style.set_property("--menuEnd", &format!("{end}px"));
    };
    let leave = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let pressed =
            target.and_then(|target| target.closest("a, button:not([aria-disabled])").ok().flatten());
        if of_commands
            && pressed.is_some()
            && let Some(menu) = menu.get_untracked()
        {
            // Fails only where it is closed already.
            let _ = menu.hide_popover();
        }
    };
    view! {
        <button node_ref=button type="button" class=class aria-label=label title=label popovertarget=id on:click=place>
            {face}
        </button>
        <div node_ref=menu id=id class="menu at-button" role="group" aria-label=label popover="auto" on:click=leave>
            {content}
        </div>
    }
    .into_any()
}
