//! Most screens are fetched after the first one. What if they do not come?

use domain::role::USER_ADMINISTRATOR;
use fantoccini::key::Key;

use crate::harness::{Browser, button, journey, link, role};

/// The program without its first part.
const LATER: &str = "*/screens-*.wasm";
const APOLOGY: &str = "This could not be fetched.";

#[test]
fn a_screen_that_does_not_come_is_asked_for_again() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.cannot_reach(&[LATER]).await;
        admin.open("/users").await;
        admin.reads(APOLOGY).await;
        admin.shows(role("heading", "Users")).await;
        admin.click(button("Try again")).await;
        admin.reads(APOLOGY).await;
        admin.cannot_reach(&[]).await;
        admin.click(button("Try again")).await;
        admin.shows(link("New user")).await;
        assert_eq!(admin.place().await, "/users");
    });
}

#[test]
fn a_panel_that_does_not_come_can_be_closed_and_opened_again() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.cannot_reach(&[LATER]).await;
        demo.open("/my-roles?search=user").await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(role("dialog", "Activate")).await;
        demo.reads(APOLOGY).await;
        demo.click(role("dialog", "Activate").inside(button("Close"))).await;
        demo.shows_no(role("dialog", "Activate")).await;
        assert_eq!(demo.place().await, "/my-roles?search=user");
        demo.cannot_reach(&[]).await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(role("dialog", "Activate - User Administrator")).await;
    });
}

#[test]
fn help_whose_words_do_not_come_can_be_closed_and_trying_again_loses_no_focus() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        demo.cannot_reach(&[LATER]).await;
        demo.open("/my-roles").await;
        demo.click(button("Help")).await;
        demo.shows(role("dialog", "Help")).await;
        demo.reads(APOLOGY).await;
        demo.click(role("dialog", "Help").inside(button("Close"))).await;
        demo.shows_no(role("dialog", "")).await;

        demo.open("/users").await;
        demo.reads(APOLOGY).await;
        demo.cannot_reach(&[]).await;
        demo.tab_to(button("Try again")).await;
        demo.press(Key::Enter).await;
        demo.shows(role("searchbox", "Search by name")).await;
        has_focus_on_the_heading(&demo).await;
    });
}

async fn has_focus_on_the_heading(browser: &Browser) {
    browser
        .until("the focus on the heading", async || {
            let here = browser.script("return document.activeElement.tagName", Vec::new()).await;
            (here == "H1").then_some(())
        })
        .await;
}

#[test]
fn a_step_of_signing_in_that_does_not_come_is_asked_for_again_and_has_the_focus() {
    journey(async |j| {
        let made = j.server.client_with_factor("admin").await.create_user("Ada New").await.ok().body;
        let once = made["passwordProfile"]["password"].as_str().expect("a one-time password");
        let ada = j.browser().await;
        ada.cannot_reach(&[LATER]).await;
        ada.open("/sign-in").await;
        ada.give_password(made["userPrincipalName"].as_str().expect("a name"), once).await;
        // Not what the first step lacks: whom the lab offers.
        ada.shows(button("Use another account")).await;
        ada.reads(APOLOGY).await;
        ada.cannot_reach(&[]).await;
        ada.click(button("Try again")).await;
        ada.shows(role("heading", "Set a new password")).await;
        has_focus_on_the_heading(&ada).await;
    });
}
