//! Leading whoever uses a keyboard or a screen reader to an element.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Gives the element the focus. One that has left the page meanwhile is passed over: there is nothing to lead to.
pub fn lead_to(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
