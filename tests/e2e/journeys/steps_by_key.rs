//! The focus goes along: from step to step of signing in, from person to person, in and out of the drawer.

use fantoccini::key::Key;
use serde_json::json;

use crate::harness::{Browser, button, field, journey, link, role};

/// Waits until the focus is on what this selector finds first.
async fn is_at(browser: &Browser, selector: &str) {
    let script = "return document.activeElement === document.querySelector(arguments[0])";
    browser
        .until(format!("the focus on {selector}"), async || {
            (browser.script(script, vec![json!(selector)]).await == json!(true)).then_some(())
        })
        .await;
}

#[test]
fn each_step_of_signing_in_has_the_focus() {
    journey(async |j| {
        let person = j.server.person("admin");
        let admin = j.browser().await;
        admin.open("/sign-in").await;
        admin.tab_to(field("User name")).await;
        admin.type_text(&person.user_principal_name).await;
        admin.tab_to(field("Password")).await;
        admin.type_text(&person.password).await;
        admin.press(Key::Enter).await;
        admin.shows(field("Code")).await;
        is_at(&admin, "#code").await;
        admin.type_text(&j.server.code("admin")).await;
        admin.press(Key::Enter).await;
        admin.shows(button("Account of")).await;
        is_at(&admin, "main h1").await;
        admin.sign_out().await;
        is_at(&admin, "#userName").await;
    });
}

#[test]
fn members_are_added_one_after_the_other_without_waiting() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        let group = caller.create_group("Night shift", false).await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/groups/{group}/add-members")).await;
        admin.shows(button("Add demouser")).await;
        admin.waits_for_answers(700).await;
        admin.click(button("Add demouser")).await;
        admin.click(button("Add John Doe")).await;
        admin.waits_for_answers(0).await;
        admin.shows(button("Member demouser")).await;
        admin.shows(button("Member John Doe")).await;
        // By keyboard the focus stays at the row.
        admin.tab_to(button("Add Anna Approver")).await;
        admin.press(Key::Enter).await;
        admin.shows(button("Member Anna Approver")).await;
        admin.keeps_the_focus().await;
        admin.tab_to(button("Done")).await;
        admin.press(Key::Enter).await;
        for name in ["demouser", "John Doe", "Anna Approver"] {
            admin.has_row(&[("Name", name)]).await;
        }
    });
}

#[test]
fn the_drawer_goes_again_and_cards_are_sorted() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.is_wide(390).await;
        admin.open("/assignments?tab=active").await;
        admin.has_settled().await;
        let (toggle, entry) = (|| button("Navigation"), || link("Assignments"));
        admin.click(toggle()).await;
        admin.shows(entry()).await;
        admin.press(Key::Escape).await;
        admin.shows_no(entry()).await;
        is_at(&admin, ".nav-toggle").await;
        // It takes the focus, and goes when that leads out of it to what it covers.
        admin.press(Key::Enter).await;
        is_at(&admin, "#side-nav [aria-current]").await;
        admin.tab_to(link("Home")).await;
        admin.shows_no(entry()).await;
        // Escape from inside it.
        admin.click(toggle()).await;
        admin.tab_to(entry()).await;
        admin.press(Key::Escape).await;
        admin.shows_no(entry()).await;
        is_at(&admin, ".nav-toggle").await;
        // A press on the entry of this very screen, and one outside.
        admin.click(toggle()).await;
        admin.click(entry()).await;
        admin.shows_no(entry()).await;
        admin.keeps_the_focus().await;
        admin.click(toggle()).await;
        admin.shows(entry()).await;
        admin.click(button("Account of")).await;
        admin.shows_no(entry()).await;

        admin.open("/assignments?tab=active").await;
        admin.set(role("combobox", "Sort"), "-role").await;
        admin.has_settled().await;
        assert_eq!(admin.place().await, "/assignments?tab=active&sort=role&desc=true");
        let names =
            "return Array.from(document.querySelectorAll('tbody .role-name a'), one => one.innerText)";
        admin
            .until("cards from Z to A", async || {
                let names: Vec<String> =
                    serde_json::from_value(admin.script(names, Vec::new()).await).ok()?;
                (names.len() > 1 && names.iter().rev().is_sorted()).then_some(())
            })
            .await;
        admin.open("/my-roles").await;
        admin.shows(role("combobox", "Sort")).await;
        admin.is_accessible().await;
    });
}
