//! How the product and its screens are found, and what helps somebody who begins.

use fantoccini::key::Key;
use serde_json::{Value, json};
use testkit::Client;

use crate::harness::{Browser, button, journey, link, role};

const OPEN_TIPS: &str = "return document.querySelectorAll('.tip:popover-open').length;";

async fn look_for(browser: &Browser, typed: &str, name: &str) {
    browser.fill(role("combobox", "Search roles, people and blades"), typed).await;
    browser.shows(role("option", name)).await;
}

/// Waits until the server keeps what was chosen.
async fn keeps(browser: &Browser, client: &Client, name: &str, value: Value) {
    browser
        .until(format!("{name} that is kept"), async || {
            let session = client.get("/api/session").await.ok();
            (session.body["preferences"][name] == value).then_some(())
        })
        .await;
}

#[test]
fn the_product_and_its_screens_are_found_by_their_names_and_older_ones() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        for (typed, name, place) in [
            ("role settings", "Settings", "/settings"),
            ("my requests", "My requests", "/my-requests"),
            ("approvals", "Approve requests", "/approve-requests"),
            ("pending", "Pending requests", "/pending-requests"),
            ("set-up", "Set-up check", "/setup-check"),
            ("audit history", "Resource audit", "/audit"),
            ("my audit", "My audit", "/my-audit"),
            ("teams admin", "Teams admin centre", "/lab/teams"),
        ] {
            look_for(&admin, typed, name).await;
            admin.press(Key::Enter).await;
            admin.shows(role("heading", name)).await;
            assert_eq!(admin.place().await, place);
        }
        for typed in ["PIM", "Azure AD PIM", "Entra Privileged Identity Management", "identity governance"] {
            look_for(&admin, typed, "Privileged Identity Management").await;
            admin.reads("Services").await;
        }
        admin.is_accessible().await;
        admin.press(Key::Enter).await;
        admin.shows(role("heading", "Quick start")).await;

        admin.click(button("Help")).await;
        admin.reads("Privileged Identity Management (PIM)").await;
        admin.is_accessible().await;
        admin.press(Key::Escape).await;

        // Who does not manage roles is not led to where he may do nothing.
        let demo = j.browser_of("demouser").await;
        look_for(&demo, "set-up", "No results").await;
    });
}

#[test]
fn quick_start_leads_through_the_first_steps_and_to_my_roles() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        demo.open("/quick-start").await;
        demo.click(button("Get started")).await;
        demo.until("the focus at the steps", async || {
            (demo.script("return document.activeElement.id;", Vec::new()).await == json!("get-started"))
                .then_some(())
        })
        .await;
        for name in ["Assign eligibility", "Activate your role", "Approve requests", "View your history"] {
            demo.shows(role("main", "").inside(link(name))).await;
        }
        demo.is_accessible().await;
        demo.click(role("main", "").inside(link("My roles"))).await;
        demo.shows(role("heading", "My roles")).await;
    });
}

#[test]
fn the_hint_about_groups_is_put_away_for_good() {
    journey(async |j| {
        let client = j.server.client_with_factor("admin").await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments/add").await;
        admin.reads("Roles can be assigned to groups too").await;
        admin.shows(link("Learn more about groups")).await;
        admin.is_accessible().await;
        admin.click(button("Dismiss the hint about groups")).await;
        admin.shows_no(link("Learn more about groups")).await;
        keeps(&admin, &client, "hidesGroupHint", json!(true)).await;

        // In another browser, too.
        let later = j.browser_of("admin").await;
        later.open("/assignments/add").await;
        later.shows(role("searchbox", "Select role")).await;
        later.shows_no(link("Learn more about groups")).await;
        // Another choice does not bring it back.
        later.open("/account").await;
        later.click(role("radio", "Dark")).await;
        keeps(&later, &client, "theme", json!("dark")).await;
        later.open("/assignments/add").await;
        later.shows(role("searchbox", "Select role")).await;
        later.shows_no(link("Learn more about groups")).await;
    });
}

#[test]
fn each_field_of_the_wizard_explains_itself_to_keyboard_and_ear() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/assignments/add").await;
        for (about, words) in [
            ("resource", "The directory in which the role applies"),
            ("resource type", "What kind of thing the role is for"),
            ("role", "What the members may do"),
            ("scope type", "How far the role reaches"),
            ("members", "Who gets the role"),
        ] {
            admin.tab_to(button(format!("About {about}"))).await;
            admin.press(Key::Enter).await;
            admin.reads(words).await;
            let described = admin
                .script("return document.getElementById(document.activeElement.getAttribute('aria-describedby')).innerText;", Vec::new())
                .await;
            assert!(described.as_str().is_some_and(|described| described.starts_with(words)), "{described}");
            admin.is_accessible().await;
            admin.press(Key::Escape).await;
            assert_eq!(admin.script(OPEN_TIPS, Vec::new()).await, json!(0));
        }
        // Escape closed what hung over the panel, and not the panel.
        admin.shows(role("dialog", "Add assignments")).await;
        admin.shows(button("No member selected")).await;
    });
}
