//! Slow networks and failing servers: what comes late or not at all spoils nothing.

use domain::{
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
};
use fantoccini::key::Key;
use serde_json::json;

use crate::harness::{Browser, button, field, journey, link, role};

/// As when the reader comes back to the window.
async fn looks_again(browser: &Browser) {
    browser
        .script("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));", Vec::new())
        .await;
}

#[test]
fn rows_of_another_tab_never_stand_under_this_one() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        admin.has_row(&[("Name", "demouser"), ("Role", "User Administrator")]).await;
        admin.keeps_back("tab=active").await;
        admin.click(link("Active assignments")).await;
        admin.has_kept_back(1).await;
        admin.click(link("Eligible assignments")).await;
        admin.has_row(&[("Name", "demouser"), ("Role", "User Administrator")]).await;
        admin.lets_through().await;
        admin.has_row(&[("Name", "demouser"), ("Role", "User Administrator")]).await;
        admin.has_no_row(&[("Role", "Global Administrator")]).await;
    });
}

#[test]
fn the_answer_to_a_closed_panel_leads_nobody_away() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.make_eligible("demouser", TEAMS_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/roles").await;
        admin.click(link("Assignments")).await;
        admin.click(link("Update demouser, User Administrator")).await;
        admin.click(role("checkbox", "Permanently eligible")).await;
        admin.set(field("Assignment ends"), "2030-02-01T18:00").await;
        admin.keeps_back("POST").await;
        admin.click(button("Save")).await;
        admin.has_kept_back(1).await;
        admin.click(button("Cancel")).await;
        admin.click(role("dialog", "Leave this panel?").inside(button("Leave"))).await;
        admin.shows_no(role("dialog", "Update assignment")).await;
        admin.lets_through().await;
        admin.reads("The assignment was updated.").await;
        assert_eq!(admin.place().await, "/assignments");

        admin.click(link("Remove demouser, Teams Administrator")).await;
        admin.click(role("dialog", "Remove demouser").inside(button("Remove"))).await;
        admin.has_kept_back(1).await;
        admin.press(Key::Escape).await;
        admin.shows_no(role("dialog", "Remove demouser")).await;
        admin.lets_through().await;
        admin.reads("demouser was removed from Teams Administrator.").await;
        admin.has_no_row(&[("Name", "demouser"), ("Role", "Teams Administrator")]).await;
        assert_eq!(admin.place().await, "/assignments");
    });
}

#[test]
fn what_is_shown_once_stays_although_the_server_or_the_session_fails() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/account").await;
        admin.fill(field("Present password"), "half a password").await;
        admin.click(button("New recovery codes")).await;
        let codes = role("group", "Recovery codes");
        admin.shows(codes.clone()).await;
        let shown = admin.all(&codes).await[0].text().await.expect("it has words");
        admin.refuses_calls("/api/account", 503).await;
        looks_again(&admin).await;
        admin.reads("What is shown could not be brought up to date.").await;
        admin.is_accessible().await;
        admin.holds(field("Present password"), "half a password").await;
        admin.refuses_calls("", 0).await;
        admin.click(button("Try again")).await;
        admin
            .until("no notice", async || {
                (!admin.text().await.contains("could not be brought up to date")).then_some(())
            })
            .await;
        admin.keeps_the_focus().await;

        admin.forgets_the_session().await;
        looks_again(&admin).await;
        admin.reads("Your session has ended.").await;
        admin.holds(field("Present password"), "half a password").await;
        assert_eq!(admin.all(&codes).await[0].text().await.expect("it has words"), shown);
    });
}

#[test]
fn a_session_that_ends_under_a_panel_is_said_in_the_panel() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.fill(field("Reason"), "the night shift").await;
        demo.forgets_the_session().await;
        looks_again(&demo).await;
        let panel = role("dialog", "Activate - User Administrator");
        demo.shows(panel.clone().inside(link("Sign in again in a new tab"))).await;
        demo.reads("What you typed is still here.").await;
        demo.is_accessible().await;
        demo.tab_to(link("Sign in again in a new tab")).await;
        demo.holds(panel.inside(field("Reason")), "the night shift").await;
    });
}

#[test]
fn nothing_is_asked_again_and_again_that_cannot_change() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        let start = j.server.engine_now() + Span::hours(48);
        caller.activate(USER_ADMINISTRATOR, 2, Some(start)).await.ok();
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Starts ")]).await;
        demo.refuses_calls("", 0).await;
        demo.has_settled().await;
        // One at most: the lab's clock is learnt.
        assert!(demo.calls_in("/api/my-roles", 3_500).await <= 1);

        // What waits for somebody is asked, but not without a session.
        demo.open("/approve-requests").await;
        demo.reads("No request waits for your answer.").await;
        demo.refuses_calls("", 0).await;
        demo.has_called("/api/approvals").await;
        demo.forgets_the_session().await;
        demo.reads("Your session has ended.").await;
        // One at most: it may have been on its way.
        assert!(demo.calls_in("/api/approvals", 3_500).await <= 1);
        demo.reads("No request waits for your answer.").await;
    });
}

#[test]
fn more_of_a_list_belongs_to_its_search_and_stays_over_a_refresh() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        for number in 10..70 {
            caller.create_user(&format!("Person {number}")).await.ok();
        }
        let admin = j.browser_of("admin").await;
        admin.open("/users").await;
        admin.shows(link("Person 30")).await;
        admin.keeps_back("skiptoken").await;
        admin.click(button("Show more")).await;
        admin.has_kept_back(1).await;
        admin.fill(role("searchbox", "Search by name"), "anna").await;
        admin.has_no_row(&[("Display name", "Person 30")]).await;
        admin.lets_through().await;
        let names: Vec<String> =
            admin.rows().await.iter().filter_map(|row| row.get("Display name").cloned()).collect();
        assert!(names.iter().all(|name| name.to_lowercase().contains("anna")), "{names:?}");

        admin.refuses_calls("", 0).await;
        admin.fill(role("searchbox", "Search by name"), "").await;
        admin.click(button("Show more")).await;
        admin.shows_no(button("Show more")).await;
        let all = admin.rows().await.len();
        admin.keeps_back("skiptoken").await;
        looks_again(&admin).await;
        admin.has_kept_back(1).await;
        assert_eq!(admin.rows().await.len(), all);
        admin.lets_through().await;
        assert_eq!(admin.rows().await.len(), all);
        // What could not be read anew says so, although the button is gone.
        admin.refuses_calls("skiptoken", 503).await;
        looks_again(&admin).await;
        admin.reads("The further rows could not be brought up to date.").await;
        assert_eq!(admin.rows().await.len(), all);
    });
}

#[test]
fn choices_made_one_after_the_other_are_all_kept_and_a_refused_one_is_taken_back() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        let zone = || role("combobox", "Times are shown in");
        let dark = || role("group", "Colours").inside(role("radio", "Dark"));
        demo.open("/account").await;
        demo.shows(zone()).await;
        demo.keeps_back("PATCH").await;
        demo.set(zone(), "Europe/Berlin").await;
        demo.has_kept_back(1).await;
        demo.click(dark()).await;
        demo.lets_through().await;
        demo.has_kept_back(1).await;
        demo.lets_through().await;
        demo.reload().await;
        demo.holds(zone(), "Europe/Berlin").await;
        demo.until("dark colours", async || {
            let scheme = "return getComputedStyle(document.documentElement).colorScheme";
            (demo.script(scheme, Vec::new()).await == json!("dark")).then_some(())
        })
        .await;

        demo.refuses_calls("PATCH", 503).await;
        demo.set(zone(), "Asia/Tokyo").await;
        demo.reads("Your choice was not kept.").await;
        demo.holds(zone(), "Europe/Berlin").await;
    });
}
