//! The panels and steps that no screen shows by itself.

use domain::{
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
};
use serde_json::json;

use crate::harness::{button, field, journey, link, role};

#[test]
fn axe_finds_nothing_in_the_panels_that_change_an_assignment() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        admin.click(link("Update demouser, User Administrator")).await;
        admin.shows(field("Assignment ends")).await;
        admin.is_accessible().await;
        admin.open("/assignments").await;
        admin.click(link("Remove demouser, User Administrator")).await;
        admin.shows(role("dialog", "Remove demouser")).await;
        admin.is_accessible().await;
    });
}

#[test]
fn a_panel_finds_its_row_when_its_grid_shows_others() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        for (name, title) in [("Update", "Update assignment"), ("Remove", "Remove demouser")] {
            admin.open("/assignments").await;
            admin.click(link(format!("{name} demouser, User Administrator"))).await;
            admin.shows(role("dialog", title)).await;
            let panel = admin.place().await;
            // The grid under the panel has another tab and a search that finds nobody.
            admin.open(&format!("{panel}?tab=active&search=nobody")).await;
            admin.shows(role("dialog", title)).await;
            admin.reads("User Administrator").await;
        }
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        let panel = demo.place().await;
        demo.open(&format!("{panel}?search=nothing")).await;
        demo.shows(role("dialog", "Activate - User Administrator")).await;
        demo.shows(field("Reason")).await;
    });
}

#[test]
fn axe_finds_nothing_in_the_steps_of_add_assignments() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/assignments/add").await;
        admin.click(button("Next")).await;
        admin.reads("Select a role.").await;
        admin.reads("Select at least one member.").await;
        admin.is_accessible().await;
        admin.fill(role("searchbox", "Select role"), "User Adm").await;
        admin.click(button("User Administrator")).await;
        admin.click(button("No member selected")).await;
        admin.fill(role("searchbox", "Search people and groups"), "demo").await;
        admin.click(role("checkbox", "demouser")).await;
        admin.is_accessible().await;
        admin.click(button("Select")).await;
        admin.click(button("Next")).await;
        admin.shows(field("Assignment starts")).await;
        admin.is_accessible().await;
        admin.click(role("radio", "Active")).await;
        admin.click(button("Assign")).await;
        admin.reads("Justification is required").await;
        admin.is_accessible().await;
    });
}

#[test]
fn axe_finds_nothing_in_what_is_done_for_a_person() {
    journey(async |j| {
        let id = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/users/{id}")).await;
        admin.click(button("Delete")).await;
        admin.shows(role("dialog", "Delete demouser?")).await;
        admin.is_accessible().await;
        admin.click(button("Cancel")).await;
        for (command, secret) in
            [("Reset password", "One-time password"), ("Reset second factor", "Enrolment code")]
        {
            admin.click(button(command)).await;
            admin.shows(role("dialog", "Reset the")).await;
            admin.is_accessible().await;
            admin.click(role("dialog", "Reset the").inside(button("Reset"))).await;
            admin.shows(role("group", secret)).await;
            admin.is_accessible().await;
            admin.click(button("Close")).await;
        }
    });
}

#[test]
fn a_group_gets_members_and_goes_and_nothing_asks_for_it_afterwards() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        let group = caller.create_group("Night shift", false).await;
        let page = format!("/groups/{group}");
        let admin = j.browser_of("admin").await;
        admin.open(&page).await;
        admin.has_settled().await;
        admin.is_accessible().await;
        admin.click(link("Add members")).await;
        admin.click(button("Add demouser")).await;
        // It is said inside the panel, where it is seen and read out; the page under it is out of reach.
        admin.shows(role("dialog", "Add members").inside(role("status", "Messages"))).await;
        admin.reads("demouser was added").await;
        admin.is_accessible().await;
        // The rows are read anew under the panel; the first one stays and still does what it says.
        admin.click(button("Add John Doe")).await;
        admin.reads("John Doe was added").await;
        admin.click(button("Done")).await;
        admin.has_row(&[("Name", "John Doe")]).await;
        admin.has_row(&[("Name", "demouser")]).await;
        admin.click(button("Remove demouser")).await;
        admin.shows(role("dialog", "Remove demouser from Night shift?")).await;
        admin.is_accessible().await;
        admin.click(button("Cancel")).await;

        admin.click(button("Delete")).await;
        admin.shows(role("dialog", "Delete Night shift?")).await;
        admin.is_accessible().await;
        admin.click(role("dialog", "Delete").inside(button("Delete"))).await;
        admin.shows(role("heading", "Groups")).await;
        admin.has_settled().await;
        let missing = "return performance.getEntriesByType('resource')
            .filter(one => one.responseStatus === 404).map(one => one.name)";
        assert_eq!(admin.script(missing, Vec::new()).await, json!([]));
    });
}

#[test]
fn axe_finds_nothing_in_the_panels_of_an_activation() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.click(role("tab", "Roles")).await;
        demo.is_accessible().await;
        demo.click(role("tab", "Activate")).await;
        demo.fill(field("Reason"), "the night shift").await;
        demo.click(button("Activate")).await;
        demo.shows(role("dialog", "Verify your identity")).await;
        demo.is_accessible().await;
        demo.step_up(&j.server.code("demouser")).await;
        demo.click(button("Activate")).await;
        demo.shows(role("listitem", "Stage 3")).await;
        demo.is_accessible().await;
        j.server.advance_engine(Span::minutes(6));
        demo.open("/my-roles?tab=active").await;
        demo.click(link("Deactivate User Administrator")).await;
        demo.shows(field("Reason")).await;
        demo.is_accessible().await;
    });
}

#[test]
fn axe_finds_nothing_where_a_second_factor_is_asked_at_sign_in() {
    journey(async |j| {
        let person = j.server.person("admin");
        let admin = j.browser().await;
        admin.open("/sign-in").await;
        admin.give_password(&person.user_principal_name, &person.password).await;
        admin.shows(field("Code")).await;
        admin.is_accessible().await;
    });
}

#[test]
fn a_panel_opened_from_a_panel_closes_to_where_the_first_was_opened() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.make_eligible("demouser", TEAMS_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.click(role("tab", "Roles")).await;
        demo.click(role("dialog", "Activate").inside(link("Teams Administrator"))).await;
        demo.shows(role("dialog", "Activate - Teams Administrator")).await;
        demo.click(button("Cancel")).await;
        demo.shows_no(role("dialog", "Activate")).await;
        assert_eq!(demo.place().await, "/my-roles");
        demo.until("the focus on the row that opened it", async || {
            let on =
                demo.script("return document.activeElement.getAttribute('aria-label');", Vec::new()).await;
            (on == json!("Activate User Administrator")).then_some(())
        })
        .await;
    });
}
