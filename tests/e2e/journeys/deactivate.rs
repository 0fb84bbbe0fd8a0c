use domain::{role::USER_ADMINISTRATOR, time::Span};

use crate::harness::{button, journey, link};

#[test]
fn an_activation_cannot_be_given_back_at_once_but_five_minutes_later() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        caller.activate(USER_ADMINISTRATOR, 8, None).await.ok();

        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles?tab=active").await;
        demo.click(link("Deactivate User Administrator")).await;
        let why = demo.refuses(button("Deactivate")).await;
        assert!(why.contains("first 5 minutes"), "{why}");
        caller.deactivate(USER_ADMINISTRATOR).await.refused(400, "ActiveDurationTooShort");

        j.server.advance_engine(Span::minutes(5));
        demo.reload().await;
        demo.allows(button("Deactivate")).await;
        demo.click(button("Deactivate")).await;
        demo.reads("None of your roles is active now.").await;
        demo.open("/users").await;
        demo.refuses(button("New user")).await;
        demo.open("/my-roles").await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Eligible")]).await;
    });
}
