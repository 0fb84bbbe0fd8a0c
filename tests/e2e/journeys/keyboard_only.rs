use domain::role::USER_ADMINISTRATOR;
use fantoccini::key::Key;

use crate::harness::{button, field, journey, link, role};

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
