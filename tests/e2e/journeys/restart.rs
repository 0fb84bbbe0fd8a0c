use domain::{role::USER_ADMINISTRATOR, time::Span};

use crate::harness::{button, journey, link};

#[test]
fn a_running_activation_survives_a_restart_and_ends_on_time() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.activate(&j.server, "demouser", "User Administrator").await;

        j.server.restart().await;

        // The session is kept, the role too.
        demo.open("/users").await;
        demo.shows(link("New user")).await;
        j.server.advance_engine(Span::minutes(8 * 60 - 1));
        demo.reload().await;
        demo.shows(link("New user")).await;
        j.server.advance_engine(Span::minutes(1));
        demo.reload().await;
        demo.refuses(button("New user")).await;
        let story = j.server.story_of("demouser", "User Administrator", 5).await;
        assert_eq!(story, testkit::requests::ACTIVATION_STORY);
    });
}

#[test]
fn an_activation_that_ended_while_the_server_was_down_is_over_when_it_answers_again() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        caller.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        let demo = j.browser_of("demouser").await;
        demo.open("/users").await;
        demo.shows(link("New user")).await;

        j.server.stop().await;
        j.server.advance_engine(Span::hours(1));
        j.server.restart().await;

        demo.reload().await;
        demo.refuses(button("New user")).await;
        let story = j.server.story_of("demouser", "User Administrator", 5).await;
        assert_eq!(story, testkit::requests::ACTIVATION_STORY);
    });
}
