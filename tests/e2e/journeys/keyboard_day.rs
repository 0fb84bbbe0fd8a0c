use domain::role::TEAMS_ADMINISTRATOR;
use fantoccini::key::Key;
use serde_json::json;

use crate::harness::{Browser, button, field, journey, link, role};

/// After a dialog or a row went away the focus is somewhere on the page, not at its beginning.
async fn has_focus_on_something(browser: &Browser) {
    let script =
        "return !document.querySelector('dialog[open]') && document.activeElement.tagName !== 'BODY'";
    browser
        .until("the focus on something", async || {
            (browser.script(script, Vec::new()).await == json!(true)).then_some(())
        })
        .await;
}

#[test]
fn an_administrator_works_through_the_day_by_keyboard_alone() {
    journey(async |j| {
        j.server.ask_approval(TEAMS_ADMINISTRATOR, &["admin", "anna.approver"]).await;
        j.server.make_eligible("john.doe", TEAMS_ADMINISTRATOR).await;
        let john = j.server.client_with_factor("john.doe").await;
        john.activate(TEAMS_ADMINISTRATOR, 2, None).await.ok();
        let admin = j.browser_of("admin").await;

        admin.tab_to(link("Approve requests")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("Approve the request of John Doe for Teams Administrator")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(field("Justification")).await;
        admin.type_text("on call").await;
        admin.tab_to(button("Confirm")).await;
        admin.press(Key::Enter).await;
        admin.reads("is approved.").await;
        has_focus_on_something(&admin).await;

        admin.tab_to(link("Settings")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("searchbox", "Search by role name")).await;
        admin.type_text("Teams Adm").await;
        admin.has_row(&[("Role", "Teams Administrator"), ("Modified", "Yes")]).await;
        admin.tab_to(button("Remove Search: Teams Adm")).await;
        admin.tab_to(link("Teams Administrator")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("Edit")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("slider", "Activation maximum duration in hours")).await;
        admin.press(Key::Left).await;
        admin.holds(field("Activation maximum duration in hours, typed"), "7.5").await;
        admin.tab_to(button("Update")).await;
        admin.press(Key::Enter).await;
        admin.reads("1 activation(s) are running.").await;
        admin.tab_to(button("Update anyway")).await;
        admin.press(Key::Enter).await;
        admin.reads("The settings of Teams Administrator are saved.").await;
        has_focus_on_something(&admin).await;

        admin.tab_to(link("Users")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("demouser")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("Assigned roles")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("Add assignments")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("searchbox", "Select role")).await;
        admin.type_text("User Adm").await;
        admin.tab_to(button("User Administrator")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(button("Next")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(button("Assign")).await;
        admin.press(Key::Enter).await;
        admin.has_row(&[("Role", "User Administrator"), ("End time", "Permanent")]).await;
        has_focus_on_something(&admin).await;

        admin.tab_to(link("Remove demouser, User Administrator")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("dialog", "Remove demouser").inside(button("Remove"))).await;
        admin.press(Key::Enter).await;
        admin.reads("Not eligible for any role.").await;
        has_focus_on_something(&admin).await;

        admin.tab_to(link("Export")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(button("Account of")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(button("Sign out")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(field("User name")).await;
    });
}
