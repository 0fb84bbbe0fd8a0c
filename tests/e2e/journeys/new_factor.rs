use domain::role::USER_ADMINISTRATOR;

use crate::harness::{Browser, button, field, journey, link, role};

/// The first word of what is shown once: a code or a secret.
async fn shown_once(browser: &Browser, name: &'static str) -> String {
    browser.shows(role("group", name)).await;
    let text = browser.all(&role("group", name)).await[0].text().await.expect("it has words");
    text.split_whitespace().next().expect("a code comes first").to_owned()
}

#[test]
fn a_lost_phone_is_replaced_and_a_recovery_code_opens_the_way_to_a_role() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let id = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/users/{id}")).await;
        admin.click(button("Reset second factor")).await;
        admin.click(role("dialog", "Reset the").inside(button("Reset"))).await;
        let code = shown_once(&admin, "Enrolment code").await;

        let demo = j.browser_of("demouser").await;
        demo.open("/account").await;
        demo.reads("You have none.").await;
        demo.click(button("Set up")).await;
        demo.is_accessible().await;
        demo.fill(field("Enrolment code"), "not the code").await;
        demo.click(button("Set up")).await;
        demo.faults(field("Enrolment code"), "Allowed: ").await;
        demo.is_accessible().await;
        demo.fill(field("Enrolment code"), &code).await;
        demo.click(button("Set up")).await;
        let secret = shown_once(&demo, "Secret").await;
        demo.is_accessible().await;
        demo.fill(field("Code"), &j.server.code_by(&secret)).await;
        demo.click(button("Verify")).await;
        let recovery = shown_once(&demo, "Recovery codes").await;
        demo.is_accessible().await;
        demo.click(button("I have kept them")).await;
        demo.reads("10 of 10 recovery codes left.").await;

        // The phone is gone again: a recovery code does, once.
        demo.sign_out().await;
        let person = j.server.person("demouser");
        demo.give_password(&person.user_principal_name, &person.password).await;
        demo.click(link("My roles")).await;
        demo.click(link("Activate User Administrator")).await;
        demo.fill(field("Reason"), "the night shift").await;
        demo.click(button("Activate")).await;
        demo.shows(role("dialog", "Verify your identity")).await;
        demo.is_accessible().await;
        demo.step_up("123456").await;
        demo.reads("The code is wrong, or was used before.").await;
        demo.is_accessible().await;
        demo.step_up(&recovery).await;
        demo.click(button("Activate")).await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
        demo.open("/account").await;
        demo.reads("9 of 10 recovery codes left.").await;
    });
}
