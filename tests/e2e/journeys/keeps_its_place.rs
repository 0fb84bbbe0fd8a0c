//! A list that comes back is where it was left: as far down, with the focus at the same link.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::harness::{Browser, button, journey, link, role};

/// How far down the page is, and the address of the link that has the focus.
async fn whereabouts(browser: &Browser) -> (f64, Value) {
    let script = "return [window.scrollY, document.activeElement.getAttribute('href')]";
    let found = browser.script(script, Vec::new()).await;
    (found[0].as_f64().expect("a number"), found[1].clone())
}

async fn is_at_the_heading(browser: &Browser) {
    browser
        .until("the focus on the heading", async || {
            let script = "return document.activeElement.tagName";
            (browser.script(script, Vec::new()).await == json!("H1")).then_some(())
        })
        .await;
}

async fn comes_back_to(browser: &Browser, before: &(f64, Value)) {
    browser
        .until(format!("the list at {before:?}"), async || {
            let (top, href) = whereabouts(browser).await;
            (href == before.1 && (top - before.0).abs() < 2.0).then_some(())
        })
        .await;
}

/// Leaves by this link at the end of a long list, and gives where that was.
async fn leaves_by(browser: &Browser, name: &str) -> (f64, Value) {
    browser.tab_to(link(name)).await;
    let before = whereabouts(browser).await;
    assert!(before.0 > 200.0, "the list is too short to tell: {before:?}");
    browser.press(Key::Enter).await;
    browser.shows(role("heading", name)).await;
    is_at_the_heading(browser).await;
    before
}

#[test]
fn a_list_is_where_it_was_left() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        for width in [1440, 390] {
            admin.is_wide(width).await;
            admin.open("/roles").await;
            admin.shows(link("AI Administrator")).await;
            let before = leaves_by(&admin, "Directory Readers").await;
            admin.back().await;
            comes_back_to(&admin, &before).await;
        }
    });
}

#[test]
fn what_was_added_to_a_list_is_there_again() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        for number in 100..160 {
            caller.create_group(&format!("Shift {number}"), false).await;
        }
        let admin = j.browser_of("admin").await;
        admin.open("/groups").await;
        admin.tab_to(button("Show more")).await;
        admin.press(Key::Enter).await;
        // The button is gone; the focus is at the first row that it has brought.
        let here = "return document.activeElement === document.querySelector('tbody tr:nth-child(51) a')";
        admin
            .until("the focus on the first new row", async || {
                (admin.script(here, Vec::new()).await == json!(true)).then_some(())
            })
            .await;
        let before = leaves_by(&admin, "Shift 158").await;
        admin.back().await;
        comes_back_to(&admin, &before).await;
        // Forward again is another screen, seen from its top.
        admin.forward().await;
        admin.shows(role("heading", "Shift 158")).await;
        is_at_the_heading(&admin).await;
        admin.back().await;
        comes_back_to(&admin, &before).await;
        // A link is no way back.
        admin.click(link("Roles")).await;
        admin.click(link("Groups")).await;
        is_at_the_heading(&admin).await;
        assert!(whereabouts(&admin).await.0 < before.0);
    });
}

#[test]
fn the_skip_link_spoils_no_way_back() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/roles").await;
        admin.shows(link("AI Administrator")).await;
        let before = leaves_by(&admin, "Directory Readers").await;
        admin.script("document.querySelector('.skip').focus()", Vec::new()).await;
        admin.press(Key::Enter).await;
        admin
            .until("the focus on the screen", async || {
                let here = admin.script("return document.activeElement.id", Vec::new()).await;
                (here == json!("main")).then_some(())
            })
            .await;
        admin.click(link("Users")).await;
        is_at_the_heading(&admin).await;
        admin.back().await;
        admin.shows(role("heading", "Directory Readers")).await;
        admin.back().await;
        comes_back_to(&admin, &before).await;
    });
}
