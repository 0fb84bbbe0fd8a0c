//! How long sessions last, and who ends them.

use domain::{
    time::Span,
    wire::{SPEAKS_AS, UNATTENDED},
};
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_session_ends_when_it_rests_for_an_hour() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    world.clock.advance_wall(Span::minutes(59));
    assert_eq!(browser.state().await, "signedIn");
    world.clock.advance_wall(Span::minutes(59));
    assert_eq!(browser.state().await, "signedIn");
    world.clock.advance_wall(Span::minutes(61));
    assert_eq!(browser.state().await, "anonymous");
    browser.get("/api/account").await.refused(401, "InvalidAuthenticationToken");
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    for _ in 0..23 {
        world.clock.advance_wall(Span::minutes(30));
        assert_eq!(browser.state().await, "signedIn");
    }
    world.clock.advance_wall(Span::minutes(31));
    assert_eq!(browser.state().await, "anonymous");
}

#[tokio::test]
async fn the_engines_clock_ends_no_session() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    world.clock.advance_engine(Span::days(30));
    assert_eq!(browser.state().await, "signedIn");
}

#[tokio::test]
async fn signing_in_again_makes_a_new_secret_and_signing_out_ends_it() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    let first = browser.cookie.clone();
    let person = world.person("demouser").clone();
    browser.sign_in(&person.user_principal_name, &person.password).await.ok();
    assert_ne!(browser.cookie, first);
    let mut left_behind = browser.clone();
    left_behind.cookie = first;
    assert_eq!(left_behind.state().await, "anonymous", "the session that this browser had is over");

    let mut copy = browser.clone();
    let heard = browser.delete("/api/session").await;
    assert_eq!(heard.status.as_u16(), 204);
    assert_eq!(browser.cookie, None);
    assert_eq!(copy.state().await, "anonymous");
    assert_eq!(browser.delete("/api/session").await.status.as_u16(), 204);
}

#[tokio::test]
async fn my_account_lists_sessions_and_ends_them() {
    let world = World::lab().await;
    let mut here = world.with_password("demouser").await;
    here.headers = vec![("user-agent", "A browser".to_owned())];
    let mut there = world.with_password("demouser").await;
    let mut elsewhere = world.with_password("demouser").await;
    let mut somebody = world.with_password("john.doe").await;

    let heard = here.get("/api/account").await.ok();
    let rows = heard.body["sessions"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row["current"] == Value::Bool(true)).count(), 1);
    assert!(rows.iter().all(|row| row["address"] == "127.0.0.1"));

    let id = own_session(&there.get("/api/account").await.ok().body);
    let foreign = somebody.delete(&format!("/api/account/sessions/{id}")).await;
    foreign.refused(404, "Request_ResourceNotFound");
    here.delete(&format!("/api/account/sessions/{id}")).await.ok();
    assert_eq!(there.state().await, "anonymous");
    assert_eq!(elsewhere.state().await, "signedIn");

    here.delete("/api/account/sessions").await.ok();
    assert_eq!(elsewhere.state().await, "anonymous");
    assert_eq!(here.state().await, "signedIn");
    assert_eq!(somebody.state().await, "signedIn");
}

#[tokio::test]
async fn two_who_end_the_same_session_at_once_leave_one_row() {
    let world = World::lab().await;
    let mut here = world.with_password("demouser").await;
    let mut there = world.with_password("demouser").await;
    let mut target = world.with_password("demouser").await;
    let path = format!("/api/account/sessions/{}", own_session(&target.get("/api/account").await.ok().body));
    let before = world.count_rows().await;
    let (one, other) = tokio::join!(here.delete(&path), there.delete(&path));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [204, 404]);
    assert_eq!(target.state().await, "anonymous");
    assert_eq!(world.count_rows().await, before + 1);
}

fn own_session(account: &Value) -> String {
    let rows = account["sessions"].as_array().unwrap();
    let own = rows.iter().find(|row| row["current"] == Value::Bool(true)).unwrap();
    own["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_begun_as_one_person_is_not_done_as_another() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    browser.headers = vec![(SPEAKS_AS, browser.id().await)];
    browser.get("/api/account").await.ok();

    // Somebody else signs in in a second window: the cookie is the browser's.
    let person = world.person("john.doe");
    browser.sign_in(&person.user_principal_name, &person.password).await.ok();
    browser.get("/api/account").await.refused(401, "InvalidAuthenticationToken");
    browser
        .patch("/api/account/preferences", json!({ "theme": "dark" }))
        .await
        .refused(401, "InvalidAuthenticationToken");
    browser.delete("/api/session").await.refused(401, "InvalidAuthenticationToken");
    browser.headers = vec![(SPEAKS_AS, "nobody".to_owned())];
    browser.get("/v1.0/me").await.refused(401, "InvalidAuthenticationToken");

    // Who it is now is told to every page.
    assert_eq!(browser.state().await, "signedIn");
    browser.headers.clear();
    assert_eq!(browser.get("/v1.0/me").await.ok().body["displayName"], "John Doe");
}

#[tokio::test]
async fn what_a_page_asks_by_itself_keeps_no_session_alive() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    let used = |account: &Value| account["sessions"][0]["lastUsedDateTime"].as_str().unwrap().to_owned();
    let before = used(&browser.get("/api/account").await.ok().body);
    browser.headers = vec![(UNATTENDED, "1".to_owned())];
    for _ in 0..4 {
        world.clock.advance_wall(Span::minutes(14));
        assert_eq!(used(&browser.get("/api/account").await.ok().body), before);
    }
    world.clock.advance_wall(Span::minutes(5));
    browser.get("/api/account").await.refused(401, "InvalidAuthenticationToken");
}
