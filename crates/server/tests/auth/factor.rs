//! One-time codes and recovery codes.

use domain::{audit::Outcome, time::Span};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn no_code_counts_twice_and_none_that_is_older_than_the_last() {
    let world = World::lab().await;
    let (now, before) = (world.code("admin", 0), world.code("admin", -1));
    let mut first = world.with_password("admin").await;
    first.second_factor(&now).await.ok();
    let mut second = world.with_password("admin").await;
    second.second_factor(&now).await.refused(401, "InvalidSecondFactor");
    second.second_factor(&before).await.refused(401, "InvalidSecondFactor");
    assert_eq!(second.state().await, "secondFactor");
    world.clock.advance_wall(Span::seconds(30));
    second.second_factor(&world.code("admin", 0)).await.ok();
}

#[tokio::test]
async fn a_code_counts_half_a_minute_before_and_after_but_not_longer() {
    let world = World::lab().await;
    for (name, steps, counts) in
        [("admin", -1, true), ("emergency1", 1, true), ("emergency2", -2, false), ("emergency2", 2, false)]
    {
        let mut browser = world.with_password(name).await;
        let heard = browser.second_factor(&world.code(name, steps)).await;
        assert_eq!(heard.status.is_success(), counts, "{name} {steps}");
    }
}

#[tokio::test]
async fn the_same_code_at_the_same_instant_lets_one_in() {
    let world = World::lab().await;
    let code = world.code("admin", 0);
    let mut tries = Vec::new();
    for _ in 0..4 {
        let (mut browser, code) = (world.with_password("admin").await, code.clone());
        tries.push(async move { browser.second_factor(&code).await.status.is_success() });
    }
    let let_in = futures::future::join_all(tries).await;
    assert_eq!(let_in.iter().filter(|yes| **yes).count(), 1, "{let_in:?}");
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_a_right_password_does_not_forget_it() {
    let world = World::lab().await;
    for _ in 0..5 {
        let mut browser = world.with_password("admin").await;
        browser.second_factor("000000x").await.refused(401, "InvalidSecondFactor");
    }
    let mut browser = world.with_password("admin").await;
    let heard = browser.second_factor(&world.code("admin", 0)).await.refused(429, "TooManyRequests");
    assert_eq!(heard.header("retry-after"), "1");
    world.clock.advance_wall(Span::seconds(1));
    browser.second_factor(&world.code("admin", 0)).await.ok();
}

#[tokio::test]
async fn guessing_codes_from_many_networks_is_slowed_down_as_from_one() {
    let mut settings = crate::world::settings();
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let world = World::lab_behind(settings).await;
    let mut browser = world.with_password("admin").await;
    for network in 0..6 {
        browser.headers = vec![("x-forwarded-for", format!("2001:db8:{network}::1"))];
        let heard = browser.second_factor("000000x").await;
        assert_eq!(heard.status == 401, network < 5, "{network} {}", heard.status);
    }
}

#[tokio::test]
async fn a_recovery_code_works_once_and_typing_it_sloppily_is_fine() {
    let world = World::lab().await;
    let mut browser = world.with_factor("admin").await;
    let heard = browser.post("/api/account/recovery-codes", json!({})).await.ok();
    let codes: Vec<String> = serde_json::from_value(heard.body["codes"].clone()).unwrap();
    assert_eq!(codes.len(), 10);
    let sloppy = codes[0].to_lowercase().replace('-', " ");
    let mut lost = world.with_password("admin").await;
    lost.second_factor(&sloppy).await.ok();
    assert_eq!(lost.get("/api/account").await.ok().body["recoveryCodesLeft"], 9);
    let mut again = world.with_password("admin").await;
    again.second_factor(&codes[0]).await.refused(401, "InvalidSecondFactor");
    // New ones put the old ones out of force.
    lost.post("/api/account/recovery-codes", json!({})).await.ok();
    again.second_factor(&codes[1]).await.refused(401, "InvalidSecondFactor");
}

#[tokio::test]
async fn stepping_up_later_gives_the_session_a_new_secret() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    browser.post("/api/account/recovery-codes", json!({})).await.refused(403, "SecondFactorRequired");
    let row = ("Renew recovery codes".to_owned(), Outcome::Failure);
    assert_eq!(world.newest_rows(1).await, [row]);
    let mut before = browser.clone();
    let heard = browser.second_factor(&world.code("demouser", 0)).await.ok();
    assert_eq!(heard.body["secondFactorGiven"], true);
    assert_ne!(browser.cookie, before.cookie);
    assert_eq!(before.state().await, "anonymous");
    browser.post("/api/account/recovery-codes", json!({})).await.ok();
}

#[tokio::test]
async fn a_second_factor_needs_a_first() {
    let world = World::lab().await;
    world.browser().second_factor("123456").await.refused(401, "InvalidAuthenticationToken");
}
