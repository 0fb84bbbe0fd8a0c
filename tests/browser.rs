//! What only a browser can show about the portal's parts: each test runs inside a page.
#![cfg(target_arch = "wasm32")]

#[path = "browser/late.rs"]
mod late;

use gloo_timers::future::TimeoutFuture;
use leptos::{mount::mount_to, prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

/// A fresh corner of the page.
fn corner() -> HtmlElement {
    let element = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&element).unwrap();
    element.unchecked_into()
}

/// Waits until the element shows the words; fails with what it shows instead.
async fn shows(element: &HtmlElement, words: &str) {
    for _ in 0..500 {
        if element.inner_text().contains(words) {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("no `{words}` in `{}`", element.inner_text());
}

#[wasm_bindgen_test]
async fn a_portal_without_its_server_says_so_and_offers_to_try_again() {
    let element = corner();
    let portal = mount_to(element.clone(), portal::app::App);
    shows(&element, "Try again").await;
    assert!(element.query_selector("[role=alert]").unwrap().is_some(), "{}", element.inner_html());
    drop(portal);
    assert_eq!(element.inner_html(), "");
}
