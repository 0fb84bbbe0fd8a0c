//! What was typed is asked about before it is lost, and only then.

use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use fantoccini::key::Key;

use super::changed_rules::date_and_time;
use crate::harness::{button, field, journey, link, role};

#[test]
fn escape_again_and_again_leaves_neither_the_panel_nor_a_locked_page() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/users").await;
        admin.click(link("New user")).await;
        admin.fill(field("Display name"), "Ada New").await;
        let question = || role("dialog", "Leave this panel?");
        for _ in 0..3 {
            admin.press(Key::Escape).await;
            admin.shows(question()).await;
            admin.press(Key::Escape).await;
            admin.shows_no(question()).await;
            // The focus is where it was: the next key goes on there.
            admin
                .until("the focus on the field", async || {
                    let focused = admin.script("return document.activeElement.tagName", Vec::new()).await;
                    (focused == "INPUT").then_some(())
                })
                .await;
            admin.holds(field("Display name"), "Ada New").await;
        }
        admin.press(Key::Escape).await;
        admin.shows(question()).await;
        admin.click(question().inside(button("Leave"))).await;
        admin.shows_no(role("dialog", "")).await;
        assert_eq!(admin.place().await, "/users");
        admin.click(button("Refresh")).await;
    });
}

#[test]
fn the_wizard_asks_about_what_was_chosen_not_about_whom_it_was_opened_for() {
    journey(async |j| {
        let person = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        let question = || role("dialog", "Leave this panel?");
        admin.open(&format!("/users/{person}/assigned-roles")).await;
        admin.click(link("Add assignments")).await;
        admin.reads("1 Member(s) selected").await;
        admin.click(button("Cancel")).await;
        admin.shows_no(role("dialog", "")).await;

        admin.open("/assignments").await;
        admin.click(link("Add assignments")).await;
        admin.click(button("No member selected")).await;
        admin.click(role("checkbox", "demouser")).await;
        admin.reads("1 selected").await;
        // What is ticked only would be lost as well.
        admin.click(role("dialog", "Add assignments").inside(button("Close"))).await;
        admin.click(question().inside(button("Cancel"))).await;
        // Escape is one step back, not out.
        admin.press(Key::Escape).await;
        admin.shows(button("No member selected")).await;
        admin.fill(role("searchbox", "Select role"), "Teams Adm").await;
        admin.click(button("Teams Administrator")).await;
        admin.shows(button("Change role")).await;
        admin.press(Key::Escape).await;
        admin.shows(question()).await;
    });
}

#[test]
fn escape_in_the_members_pane_loses_no_tick() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let search = || role("searchbox", "Search people and groups");
        admin.open("/assignments/add").await;
        admin.click(button("No member selected")).await;
        for name in ["demouser", "John Doe"] {
            admin.click(role("checkbox", name)).await;
        }
        admin.fill(search(), "Jo").await;
        // First what is searched goes, then the pane, and what was ticked is ticked when it comes again.
        admin.press(Key::Escape).await;
        admin.holds(search(), "").await;
        admin.reads("2 selected").await;
        admin.press(Key::Escape).await;
        admin.click(button("No member selected")).await;
        admin.reads("2 selected").await;
        admin.press(Key::Escape).await;
        admin.shows(button("No member selected")).await;
        admin.press(Key::Escape).await;
        admin.shows(role("dialog", "Leave this panel?")).await;
    });
}

#[test]
fn the_wizard_keeps_a_typed_end_under_another_type() {
    journey(async |j| {
        let person = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/assignments/add?role={TEAMS_ADMINISTRATOR}&member={person}")).await;
        admin.reads("1 Member(s) selected").await;
        admin.click(button("Next")).await;
        admin.click(role("checkbox", "Permanently eligible")).await;
        let end = date_and_time(j.server.engine_now() + domain::time::Span::days(20));
        admin.set(field("Assignment ends"), &end).await;
        admin.click(role("radio", "Active")).await;
        admin.shows(role("checkbox", "Permanently assigned")).await;
        admin.holds(field("Assignment ends"), &end).await;
        admin.click(role("radio", "Eligible")).await;
        admin.shows(role("checkbox", "Permanently eligible")).await;
        admin.holds(field("Assignment ends"), &end).await;
        admin.click(button("Assign")).await;
        admin.has_row(&[("Role", "Teams Administrator"), ("End time", "27 Jan 2030, 09:0")]).await;
    });
}

#[test]
fn activate_asks_about_a_start_and_hours() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        let question = || role("dialog", "Leave this panel?");
        demo.click(link("Activate User Administrator")).await;
        demo.fill(field("Duration in hours, typed"), "2").await;
        demo.press(Key::Escape).await;
        demo.click(question().inside(button("Cancel"))).await;
        demo.holds(field("Duration in hours, typed"), "2").await;
        demo.fill(field("Duration in hours, typed"), "8").await;
        demo.click(role("checkbox", "Custom activation start time")).await;
        demo.press(Key::Escape).await;
        demo.click(question().inside(button("Cancel"))).await;
        demo.click(role("checkbox", "Custom activation start time")).await;
        demo.press(Key::Escape).await;
        demo.shows_no(role("dialog", "")).await;
    });
}
