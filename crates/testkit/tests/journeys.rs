//! What people do, told by the interfaces alone: on the embedded database, and on PostgreSQL where one is there.

use domain::{
    role::{GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
    wire::api::SessionState,
};
use testkit::{TestServer, database, requests::ACTIVATION_STORY};

/// Runs the journey on a server with each database.
async fn on_both(journey: impl AsyncFn(TestServer)) {
    journey(TestServer::start().await).await;
    if let Some(database) = database::postgres().await {
        journey(TestServer::start_on(Some(database)).await).await;
    }
}

#[tokio::test]
async fn demouser_is_made_eligible_activates_creates_a_user_and_later_cannot_any_more() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_of("demouser").await;
        demo.create_user("Nobody New").await.refused(403, "Authorization_RequestDenied");

        admin.make_eligible(demo.id().await, USER_ADMINISTRATOR).await.ok();
        // Eligible is not active.
        demo.create_user("Nobody New").await.refused(403, "Authorization_RequestDenied");

        let refused = demo.activate(USER_ADMINISTRATOR, 8, None).await;
        assert!(refused.message().contains("MfaRule"), "{refused}");
        refused.refused(400, "RoleAssignmentRequestPolicyValidationFailed");
        demo.second_factor(&server.code("demouser")).await.ok();
        let granted = demo.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        assert_eq!(granted.body["status"], "Provisioned", "{granted}");
        demo.create_user("Ada New").await.ok();

        server.advance_engine(Span::hours(8));
        demo.create_user("Too Late").await.refused(403, "Authorization_RequestDenied");
        let story = server.story_of("demouser", "User Administrator", 5).await;
        assert_eq!(story, ACTIVATION_STORY);
    })
    .await;
}

#[tokio::test]
async fn an_activation_asked_for_later_starts_then_and_not_before() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = server.client_with_factor("demouser").await;
        let start = server.engine_now() + Span::hours(1);
        let granted = demo.activate(USER_ADMINISTRATOR, 2, Some(start)).await.ok();
        assert_eq!(granted.body["status"], "Granted", "{granted}");
        demo.create_user("Too Early").await.refused(403, "Authorization_RequestDenied");
        server.advance_engine(Span::hours(1));
        demo.create_user("Just Right").await.ok();
        server.advance_engine(Span::hours(2));
        demo.create_user("Too Late").await.refused(403, "Authorization_RequestDenied");
    })
    .await;
}

#[tokio::test]
async fn an_activation_cannot_be_given_back_at_once_but_five_minutes_later() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = server.client_with_factor("demouser").await;
        demo.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        demo.deactivate(USER_ADMINISTRATOR).await.refused(400, "ActiveDurationTooShort");
        server.advance_engine(Span::minutes(5));
        demo.deactivate(USER_ADMINISTRATOR).await.ok();
        demo.create_user("Too Late").await.refused(403, "Authorization_RequestDenied");
        // He is still eligible.
        demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        demo.create_user("Ada New").await.ok();
    })
    .await;
}

#[tokio::test]
async fn who_loses_a_role_while_he_uses_it_is_refused_at_the_next_call() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_with_factor("demouser").await;
        demo.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        demo.create_user("Ada New").await.ok();
        admin.remove_active(demo.id().await, USER_ADMINISTRATOR).await.ok();
        demo.create_user("Bea New").await.refused(403, "Authorization_RequestDenied");
    })
    .await;
}

#[tokio::test]
async fn the_last_permanent_global_administrator_cannot_be_removed() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let me = admin.id().await;
        let holders = server.permanent_holders(&admin, GLOBAL_ADMINISTRATOR).await;
        assert!(holders.contains(&me), "the administrator of the lab holds the role");
        for other in holders.into_iter().filter(|holder| *holder != me) {
            admin.remove_active(other, GLOBAL_ADMINISTRATOR).await.ok();
        }
        let refused = admin.remove_active(me, GLOBAL_ADMINISTRATOR).await;
        assert_eq!(refused.status, 400, "{refused}");
        assert_eq!(server.permanent_holders(&admin, GLOBAL_ADMINISTRATOR).await, [me]);
    })
    .await;
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_moment_and_the_wall_clock_opens_again() {
    on_both(async |server| {
        let client = server.client();
        let person = server.person("demouser").clone();
        let name = &person.user_principal_name;
        for _ in 0..5 {
            client.password(name, "not the password").await.refused(401, "InvalidCredentials");
        }
        client.password(name, &person.password).await.refused(429, "TooManyRequests");
        // The engine's clock has no say in this.
        server.advance_engine(Span::hours(1));
        client.password(name, &person.password).await.refused(429, "TooManyRequests");
        server.advance_wall(Span::minutes(16));
        client.password(name, &person.password).await.ok();
        assert_eq!(client.session().await.state, SessionState::SignedIn);
    })
    .await;
}

#[tokio::test]
async fn no_code_counts_twice_and_a_recovery_code_once() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let codes = server.recovery_codes(&admin).await;
        assert_eq!(codes.len(), 10);
        let person = server.person("admin").clone();
        let other = server.client();
        other.password(&person.user_principal_name, &person.password).await.ok();
        other.second_factor(&codes[3]).await.ok();
        assert_eq!(other.session().await.state, SessionState::SignedIn);
        let third = server.client();
        third.password(&person.user_principal_name, &person.password).await.ok();
        third.second_factor(&codes[3]).await.refused(401, "InvalidSecondFactor");
        let code = server.code("admin");
        third.second_factor(&code).await.ok();
        let fourth = server.client();
        fourth.password(&person.user_principal_name, &person.password).await.ok();
        fourth.second_factor(&code).await.refused(401, "InvalidSecondFactor");
    })
    .await;
}

#[tokio::test]
async fn a_running_activation_survives_a_restart_and_ends_on_time() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = server.client_with_factor("demouser").await;
        demo.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        server.restart().await;
        demo.create_user("Ada New").await.ok();
        server.advance_engine(Span::minutes(8 * 60 - 1));
        demo.create_user("Bea New").await.ok();

        // The rest of it passes while nobody is there.
        server.stop().await;
        server.advance_engine(Span::minutes(1));
        server.restart().await;
        demo.create_user("Too Late").await.refused(403, "Authorization_RequestDenied");
        let story = server.story_of("demouser", "User Administrator", 5).await;
        assert_eq!(story.last().map(String::as_str), ACTIVATION_STORY.last().copied());
    })
    .await;
}
