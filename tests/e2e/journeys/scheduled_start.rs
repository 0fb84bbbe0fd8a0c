use domain::{role::USER_ADMINISTRATOR, time::Span};

use crate::harness::{button, field, journey, link, role};

#[test]
fn an_activation_asked_for_later_starts_then_and_not_before() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.click(role("checkbox", "Custom activation start time")).await;
        // It proposes the next hour.
        demo.shows(field("Activation start")).await;
        demo.fill(field("Reason"), "the night shift").await;
        demo.click(button("Activate")).await;
        demo.step_up(&j.server.code("demouser")).await;
        demo.click(button("Activate")).await;
        demo.reads("The activation is scheduled").await;

        demo.open("/my-roles").await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Starts ")]).await;
        demo.open("/users").await;
        demo.refuses(button("New user")).await;

        j.server.advance_engine(Span::minutes(59));
        demo.reload().await;
        demo.refuses(button("New user")).await;
        j.server.advance_engine(Span::minutes(2));
        demo.reload().await;
        demo.shows(link("New user")).await;
    });
}

#[test]
fn a_scheduled_activation_can_be_cancelled_before_it_starts() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        let start = j.server.engine_now() + Span::hours(1);
        caller.activate(USER_ADMINISTRATOR, 2, Some(start)).await.ok();

        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Starts ")]).await;
        demo.click(button("Cancel the request for User Administrator")).await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Eligible")]).await;

        j.server.advance_engine(Span::hours(1));
        demo.reload().await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Eligible")]).await;
    });
}
