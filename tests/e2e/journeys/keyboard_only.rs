use domain::role::USER_ADMINISTRATOR;
use fantoccini::key::Key;

use crate::harness::{button, field, journey, journey_with_mail, link, role};

const SPACE: &str = " ";

#[test]
fn the_keyboard_alone_leads_from_sign_in_to_an_active_role() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let person = j.server.person("demouser");
        let demo = j.browser().await;
        demo.open("/").await;

        demo.tab_to(field("User name")).await;
        demo.type_text(&person.user_principal_name).await;
        demo.tab_to(field("Password")).await;
        demo.type_text(&person.password).await;
        demo.press(Key::Enter).await;

        demo.shows(button("Account of")).await;
        demo.tab_to(link("My roles")).await;
        demo.press(Key::Enter).await;
        demo.tab_to(link("Activate User Administrator")).await;
        demo.press(Key::Enter).await;

        // Two half hours less, by the arrow keys.
        demo.tab_to(role("slider", "Duration in hours")).await;
        demo.press(Key::Left).await;
        demo.press(Key::Left).await;
        demo.holds(field("Duration in hours, typed"), "7").await;
        demo.tab_to(field("Reason")).await;
        demo.type_text("by keyboard").await;
        demo.tab_to(button("Activate")).await;
        demo.press(Key::Enter).await;

        demo.tab_to(field("Code")).await;
        demo.type_text(&j.server.code("demouser")).await;
        demo.press(Key::Enter).await;
        demo.shows_no(role("dialog", "Verify your identity")).await;
        demo.tab_to(button("Activate")).await;
        demo.press(Key::Enter).await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
    });
}

#[test]
fn escape_closes_a_panel_and_leads_back_to_its_list() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(field("Reason")).await;
        demo.press(Key::Escape).await;
        demo.shows_no(field("Reason")).await;
        assert_eq!(demo.place().await, "/my-roles");
    });
}

#[test]
fn the_keyboard_alone_assigns_a_role_with_an_end() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.tab_to(link("Assignments")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("Add assignments")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("searchbox", "Select role")).await;
        admin.type_text("User Adm").await;
        admin.tab_to(button("User Administrator")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(button("No member selected")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("searchbox", "Search people and groups")).await;
        admin.type_text("demo").await;
        admin.tab_to(role("checkbox", "demouser")).await;
        admin.type_text(SPACE).await;
        admin.tab_to(button("Select")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(button("Next")).await;
        admin.press(Key::Enter).await;

        admin.tab_to(role("radio", "Eligible")).await;
        admin.press(Key::Down).await;
        admin.tab_to(role("checkbox", "Permanently assigned")).await;
        admin.type_text(SPACE).await;
        admin.tab_to(field("Assignment ends")).await;
        // Day and month in whatever order; the year has room for more than four digits.
        admin.type_text("01012031").await;
        admin.press(Key::Right).await;
        admin.type_text("1111").await;
        admin.holds(field("Assignment ends"), "2031-01-01T11:11").await;
        admin.tab_to(field("Provide justification")).await;
        admin.type_text("by keyboard").await;
        admin.tab_to(button("Assign")).await;
        admin.press(Key::Enter).await;
        admin.reads("1 assignment was added.").await;
        admin.open("/assignments?tab=active&search=demouser").await;
        admin.has_row(&[("Role", "User Administrator"), ("End time", "1 Jan 2031, 11:11")]).await;
    });
}

#[test]
fn the_keyboard_alone_reads_and_withdraws_a_request() {
    journey(async |j| {
        j.server.ask_approval(USER_ADMINISTRATOR, &["anna.approver"]).await;
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("john.doe").await;
        caller.activate(USER_ADMINISTRATOR, 2, None).await.ok();
        let john = j.browser_of("john.doe").await;
        john.tab_to(link("My requests")).await;
        john.press(Key::Enter).await;
        john.tab_to(link("Timeline of the request")).await;
        john.press(Key::Enter).await;
        john.reads("Waits for an approver until then").await;
        john.press(Key::Escape).await;
        john.tab_to(button("Cancel the request of John Doe for User Administrator")).await;
        john.press(Key::Enter).await;
        john.has_row(&[("Request status", "Cancelled")]).await;
    });
}

#[test]
fn the_keyboard_alone_looks_after_mail_and_history() {
    journey_with_mail(async |j| {
        let admin = j.browser_of("admin").await;
        admin.tab_to(link("Set-up check")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(field("To")).await;
        admin.type_text("somebody@example.org").await;
        admin.press(Key::Enter).await;
        admin.reads("250 2.0.0 taken as number 1").await;
        admin.tab_to(button("Check again")).await;
        admin.press(Key::Enter).await;
        admin.has_row(&[("Check", "Mail"), ("State", "Good")]).await;

        admin.tab_to(link("Resource audit")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("combobox", "Audit type")).await;
        admin.type_text("Server").await;
        admin.shows(role("heading", "Resource audit (2)")).await;
        admin.tab_to(link("7 Jan 2030")).await;
        admin.press(Key::Enter).await;
        admin.shows(role("dialog", "Send test mail")).await;
        admin.press(Key::Escape).await;
        admin.shows_no(role("dialog", "Send test mail")).await;
        admin.tab_to(link("Pending requests")).await;
        admin.press(Key::Enter).await;
        admin.reads("Nothing is waiting.").await;
    });
}
