use domain::role::USER_ADMINISTRATOR;

use crate::harness::{button, field, journey, link};

#[test]
fn a_reason_that_is_missing_or_too_long_is_said_beside_the_field() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.fill(field("Duration in hours, typed"), "9").await;
        demo.faults(field("Duration in hours, typed"), "Allowed: at most 8 h").await;
        demo.fill(field("Duration in hours, typed"), "2").await;
        demo.click(button("Activate")).await;
        demo.faults(field("Reason"), "Justification is required").await;

        let long = "x".repeat(501);
        demo.fill(field("Reason"), &long).await;
        demo.click(button("Activate")).await;
        demo.faults(field("Reason"), "Allowed: 1 to 500 characters").await;
        demo.holds(field("Reason"), &long).await;
        demo.holds(field("Duration in hours, typed"), "2").await;
    });
}

#[test]
fn a_name_that_is_taken_is_said_beside_the_field_and_the_form_stays() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let taken = &j.server.person("demouser").user_principal_name;
        admin.open("/users").await;
        admin.click(link("New user")).await;
        admin.fill(field("Display name"), "Another Demo").await;
        admin.fill(field("User principal name"), taken).await;
        admin.click(button("Create")).await;
        admin.faults(field("User principal name"), "already").await;
        admin.holds(field("Display name"), "Another Demo").await;
    });
}
