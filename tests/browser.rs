//! What only a browser can show about the portal's parts: each test runs inside a page.
#![cfg(target_arch = "wasm32")]

#[path = "browser/late.rs"]
mod late;

use domain::time::Span;
use gloo_timers::future::TimeoutFuture;
use leptos::{mount::mount_to, prelude::*, wasm_bindgen::JsCast};
use portal::data::{Clock, browser_now};
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

#[wasm_bindgen_test]
fn an_answer_that_was_long_under_way_moves_no_clock() {
    let (hour, second) = (Span::hours(1), Span::seconds(1));
    Owner::new().with(|| {
        let clock = Clock::start();
        let moved = || clock.moved().get_untracked();
        let now = browser_now();
        clock.learn(now + hour, now);
        assert_eq!(moved(), 1);
        // Five seconds after the server had looked at its clock, six after the question.
        clock.learn(now + hour + Span(-5 * second.0), now + Span(-6 * second.0));
        assert_eq!(moved(), 1);
        clock.learn(now + hour + Span(-10 * second.0), now);
        assert_eq!(moved(), 2);
    });
}
