//! What administrators do for others, and what people choose for themselves.

use domain::audit::Outcome;
use serde_json::json;

use crate::{
    enrolment::{NEW, enrol},
    world::World,
};

#[tokio::test]
async fn a_reset_ends_the_persons_sessions_and_is_written_down() {
    let world = World::lab().await;
    let mut person = world.with_password("demouser").await;
    let id = person.id().await;
    let mut admin = world.with_factor("admin").await;
    world.tick();
    admin.post(&format!("/api/users/{id}/reset-password"), json!({})).await.ok();
    assert_eq!(person.state().await, "anonymous");
    assert_eq!(world.newest_rows(1).await, [("Reset user password".to_owned(), Outcome::Success)]);
    world.tick();
    admin.post(&format!("/api/users/{id}/reset-second-factor"), json!({})).await.ok();
    assert_eq!(world.newest_rows(1).await, [("Admin deleted security info".to_owned(), Outcome::Success)]);
}

#[tokio::test]
async fn what_was_guessed_before_a_reset_keeps_nobody_waiting_after_it() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let mut person = world.with_password("demouser").await;
    let (name, id) = (world.person("demouser").user_principal_name.clone(), person.id().await);
    for _ in 0..6 {
        person.second_factor("000000").await;
    }
    person.second_factor(&world.code("demouser", 0)).await.refused(429, "TooManyRequests");
    let again = format!("/api/users/{id}/reset-second-factor");
    admin.post(&again, json!({})).await.ok();
    let mut person = world.with_password("demouser").await;
    for _ in 0..6 {
        person.post("/api/account/totp", json!({ "enrolmentCode": "AAAA-AAAA-AAAA" })).await;
    }
    let wrong = person.post("/api/account/totp", json!({ "enrolmentCode": "AAAA-AAAA-AAAA" })).await;
    wrong.refused(429, "TooManyRequests");
    let code = admin.post(&again, json!({})).await.ok().body["code"].as_str().unwrap().to_owned();
    let mut person = world.with_password("demouser").await;
    let codes = enrol(&world, &mut person, json!({ "enrolmentCode": code })).await;
    person.second_factor(&codes[0]).await.ok();

    let change = |present: &str| json!({ "current": present, "new": NEW });
    for _ in 0..6 {
        person.post("/api/account/password", change("wrong, and wrong again")).await;
    }
    for _ in 0..6 {
        person.second_factor("000000").await;
    }
    let present = &world.person("demouser").password;
    let refused = person.post("/api/account/password", change(present)).await;
    refused.refused(429, "TooManyRequests");
    let mut browser = world.browser();
    for _ in 0..6 {
        browser.sign_in(&name, "wrong, and wrong again").await;
    }
    browser.sign_in(&name, &world.person("demouser").password).await.refused(429, "TooManyRequests");
    let reset = admin.post(&format!("/api/users/{id}/reset-password"), json!({})).await.ok();
    let once = reset.body["password"].as_str().unwrap();
    assert_eq!(browser.sign_in(&name, once).await.ok().body["state"], "passwordChange");
    let other = "plenty of other letters";
    browser.post("/api/session/password", json!({ "new": other })).await.ok();
    browser.second_factor(&codes[1]).await.ok();
    browser.post("/api/account/password", change(other)).await.ok();
}

#[tokio::test]
async fn who_may_not_reset_is_refused_and_that_is_written_down() {
    let world = World::lab().await;
    let id = world.with_password("john.doe").await.id().await;
    let mut person = world.with_factor("demouser").await;
    for act in ["reset-password", "reset-second-factor"] {
        world.tick();
        let heard = person.post(&format!("/api/users/{id}/{act}"), json!({})).await;
        heard.refused(403, "Authorization_RequestDenied");
        assert_eq!(world.newest_rows(1).await[0].1, Outcome::Failure);
    }
    world
        .browser()
        .post(&format!("/api/users/{id}/reset-password"), json!({}))
        .await
        .refused(401, "InvalidAuthenticationToken");
}

#[tokio::test]
async fn who_is_deleted_leaves_no_secret_behind() {
    let world = World::lab().await;
    let id = world.with_password("demouser").await.id().await;
    let mut admin = world.with_factor("admin").await;
    admin.post(&format!("/api/users/{id}/reset-second-factor"), json!({})).await.ok();
    let mut person = world.with_factor("john.doe").await;
    let john = person.id().await;
    person.post("/api/account/recovery-codes", json!({})).await.ok();
    let secrets =
        ["credentials", "factors", "recovery_codes", "enrolment_codes", "sessions", "known_addresses"];
    for (who, kept) in [(&id, [1, 0, 0, 1, 0, 1]), (&john, [1, 1, 10, 0, 1, 1])] {
        for (table, rows) in secrets.iter().zip(kept) {
            assert_eq!(world.rows_of(table, who).await, rows, "{table}");
        }
        admin.delete(&format!("/v1.0/users/{who}")).await.ok();
        for table in secrets {
            assert_eq!(world.rows_of(table, who).await, 0, "{table}");
        }
    }
}

#[tokio::test]
async fn nobody_resets_himself_and_nobody_who_is_not_there() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let own = admin.id().await;
    for act in ["reset-password", "reset-second-factor"] {
        admin.post(&format!("/api/users/{own}/{act}"), json!({})).await.refused(400, "Request_BadRequest");
        for nobody in ["00000000-0000-4000-8000-00000000dead", "nonsense"] {
            let heard = admin.post(&format!("/api/users/{nobody}/{act}"), json!({})).await;
            heard.refused(404, "Request_ResourceNotFound");
        }
    }
}

#[tokio::test]
async fn a_new_password_asks_for_the_present_one_and_ends_the_other_sessions() {
    let world = World::lab().await;
    let person = world.person("demouser").clone();
    let mut browser = world.with_password("demouser").await;
    let mut other = world.with_password("demouser").await;
    let path = "/api/account/password";
    let heard = browser.post(path, json!({ "current": "wrong", "new": "plenty of new letters" })).await;
    assert_eq!(heard.refused(400, "Request_BadRequest").field(), "current");
    let heard = browser.post(path, json!({ "current": person.password, "new": "short" })).await;
    assert_eq!(heard.refused(400, "Request_BadRequest").field(), "new");
    browser.post(path, json!({ "current": person.password, "new": "plenty of new letters" })).await.ok();
    assert_eq!(other.state().await, "anonymous");
    assert_eq!(browser.state().await, "signedIn");
    let mut later = world.browser();
    later.sign_in(&person.user_principal_name, &person.password).await.refused(401, "InvalidCredentials");
    later.sign_in(&person.user_principal_name, "plenty of new letters").await.ok();
}

#[tokio::test]
async fn guessing_the_present_password_of_an_open_session_is_slowed_down_too() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    let guess = json!({ "current": "wrong", "new": "plenty of new letters" });
    for _ in 0..5 {
        browser.post("/api/account/password", guess.clone()).await.refused(400, "Request_BadRequest");
    }
    browser.post("/api/account/password", guess).await.refused(429, "TooManyRequests");
}

#[tokio::test]
async fn a_reset_is_not_undone_by_a_change_that_was_under_way() {
    let world = World::lab().await;
    let person = world.person("demouser").clone();
    let mut admin = world.with_factor("admin").await;
    let mut thief = world.with_password("demouser").await;
    let id = thief.id().await;
    // Others sign in before, so that verifying and hashing wait for their turns.
    let busy: Vec<_> = (0..10)
        .map(|number| {
            let mut one = world.browser();
            tokio::spawn(
                async move { one.sign_in(&format!("nobody{number}@x.example"), "wrong").await.status },
            )
        })
        .collect();
    let change = json!({ "current": person.password, "new": "the thief's own letters" });
    let change = tokio::spawn(async move { thief.post("/api/account/password", change).await.status });
    let reset = admin.post(&format!("/api/users/{id}/reset-password"), json!({})).await.ok();
    // Before the reset it would have been done; after it, it is too late.
    let changed = change.await.unwrap();
    assert!(changed == 204 || changed == 401, "{changed}");
    for one in busy {
        assert_eq!(one.await.unwrap(), 401);
    }
    let once = reset.body["password"].as_str().unwrap();
    let mut later = world.browser();
    later
        .sign_in(&person.user_principal_name, "the thief's own letters")
        .await
        .refused(401, "InvalidCredentials");
    later.sign_in(&person.user_principal_name, once).await.ok();
}

#[tokio::test]
async fn choices_are_kept_and_a_zone_must_be_one() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    let path = "/api/account/preferences";
    let chosen = json!({ "timeZone": "Europe/Berlin", "theme": "dark", "hidesGroupHint": true });
    browser.patch(path, chosen.clone()).await.ok();
    let mut later = world.with_password("demouser").await;
    let heard = later.get("/api/session").await.ok();
    assert_eq!(heard.body["preferences"], chosen);
    let heard = browser.patch(path, json!({ "timeZone": "Mars/Crater", "theme": "dark" })).await;
    let heard = heard.refused(400, "Request_BadRequest");
    assert_eq!(heard.field(), "timeZone");
    assert!(heard.body["error"]["message"].as_str().unwrap().contains("`Mars/Crater`"));
}

#[tokio::test]
async fn the_lab_shows_codes_that_work_and_its_clock_only_goes_ahead() {
    let world = World::lab().await;
    let mut browser = world.browser();
    let heard = browser.get("/api/lab").await.ok();
    let accounts = heard.body["accounts"].as_array().unwrap().clone();
    assert_eq!(accounts.len(), 7);
    let admin = accounts.iter().find(|one| one["displayName"] == "Alex Admin").unwrap();
    let text = |key: &str| admin[key].as_str().unwrap().to_owned();
    browser.sign_in(&text("userPrincipalName"), &text("password")).await.ok();
    browser.second_factor(&text("code")).await.ok();

    world.tick();
    let (wall, before) = (world.clock.wall(), heard.body["engineTime"].clone());
    let heard = browser.post("/api/lab/clock", json!({ "advanceMinutes": 480 })).await.ok();
    assert_eq!(heard.body["offsetMillis"], 480 * 60_000 + 1);
    assert_eq!(world.clock.wall(), wall);
    for bad in [json!({ "to": before }), json!({}), json!({ "advanceMinutes": -1 })] {
        browser.post("/api/lab/clock", bad).await.refused(400, "Request_BadRequest");
    }
    assert_eq!(world.newest_rows(1).await[0].0, "Move the lab's clock");
}

#[tokio::test]
async fn moves_of_the_labs_clock_at_one_time_all_count() {
    let world = World::lab().await;
    let moves = (0..8).map(|_| {
        let mut browser = world.browser();
        async move { browser.post("/api/lab/clock", json!({ "advanceMinutes": 60 })).await.ok() }
    });
    futures::future::join_all(moves).await;
    assert_eq!(world.clock.offset(), domain::time::Span::hours(8));
}
