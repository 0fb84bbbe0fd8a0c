//! From a one-time password to a person with both factors, and new factors with an administrator's code.

use domain::{audit::Outcome, time::Span};
use serde_json::{Value, json};
use server::{auth::vault::Vault, storage::meta};

use crate::{
    browser::Browser,
    world::{World, code_of},
};

pub const NEW: &str = "plenty of new letters";

async fn one_time_password(world: &World, name: &str) -> String {
    let id = world.with_password(name).await.id().await;
    let mut admin = world.with_factor("admin").await;
    let heard = admin.post(&format!("/api/users/{id}/reset-password"), json!({})).await.ok();
    heard.body["password"].as_str().unwrap().to_owned()
}

async fn enrolment_code(world: &World, name: &str) -> String {
    let id = world.with_password(name).await.id().await;
    let mut admin = world.with_factor("admin").await;
    let heard = admin.post(&format!("/api/users/{id}/reset-second-factor"), json!({})).await.ok();
    heard.body["code"].as_str().unwrap().to_owned()
}

pub async fn enrol(world: &World, browser: &mut Browser, body: Value) -> Vec<String> {
    let begun = browser.post("/api/account/totp", body).await.ok();
    let secret = begun.body["secret"].as_str().unwrap();
    assert!(begun.body["uri"].as_str().unwrap().starts_with("otpauth://totp/My%20Directory:"));
    let rows = begun.body["qrRows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row.as_str().unwrap().len() == rows.len()));
    let code = code_of(secret, world.clock.wall(), 0);
    let heard = browser.post("/api/account/totp/confirm", json!({ "code": code })).await.ok();
    serde_json::from_value(heard.body["codes"].clone()).unwrap()
}

#[tokio::test]
async fn a_one_time_password_works_once_and_asks_for_a_new_one_before_anything_else() {
    let world = World::lab().await;
    let person = world.person("demouser").clone();
    let one_time = one_time_password(&world, "demouser").await;
    let mut browser = world.browser();
    browser.sign_in(&person.user_principal_name, &person.password).await.refused(401, "InvalidCredentials");
    let heard = browser.sign_in(&person.user_principal_name, &one_time).await.ok();
    assert_eq!(heard.body["state"], "passwordChange");
    browser.get("/api/account").await.refused(401, "InvalidAuthenticationToken");
    let mut second = world.browser();
    second.sign_in(&person.user_principal_name, &one_time).await.refused(401, "InvalidCredentials");

    for bad in ["too short", "aaaaaaaaaaaaaaaa", one_time.as_str()] {
        let heard = browser.post("/api/session/password", json!({ "new": bad })).await;
        let heard = heard.refused(400, "Request_BadRequest");
        assert_eq!(heard.field(), "new");
    }
    let mut before = browser.clone();
    browser.post("/api/session/password", json!({ "new": NEW })).await.ok();
    assert_eq!(before.state().await, "anonymous", "the session has a new secret");
    assert_eq!(browser.state().await, "secondFactor", "a factor that is enrolled is asked for");
    let mut later = world.browser();
    later.sign_in(&person.user_principal_name, NEW).await.ok();
}

#[tokio::test]
async fn a_one_time_password_counts_for_a_week() {
    let world = World::lab().await;
    let person = world.person("demouser").clone();
    for (wait, counts) in [(Span(Span::days(7).0 - 1), true), (Span::days(7), false)] {
        let one_time = one_time_password(&world, "demouser").await;
        // Only the wall clock counts: the lab's own clock is moved by anybody.
        world.clock.advance_engine(Span::days(30));
        world.clock.advance_wall(wait);
        let heard = world.browser().sign_in(&person.user_principal_name, &one_time).await;
        assert_eq!(heard.status.is_success(), counts, "{heard:?}");
        world.restore_password("demouser").await;
    }
}

#[tokio::test]
async fn emergency_accounts_need_longer_passwords() {
    let world = World::lab().await;
    let one_time = one_time_password(&world, "emergency1").await;
    let mut browser = world.browser();
    browser.sign_in(&world.person("emergency1").user_principal_name, &one_time).await.ok();
    let heard = browser.post("/api/session/password", json!({ "new": NEW })).await;
    let heard = heard.refused(400, "Request_BadRequest");
    let allowed = heard.body["error"]["innerError"]["allowed"].as_str().unwrap();
    assert!(allowed.contains("25"), "{allowed}");
    browser.post("/api/session/password", json!({ "new": "letters enough for an emergency" })).await.ok();
}

#[tokio::test]
async fn a_factor_is_enrolled_with_a_code_never_by_a_password_alone() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "demouser").await;
    let mut browser = world.with_password("demouser").await;
    for body in [json!({}), json!({ "enrolmentCode": "ABCD-EFGH-JKLM-NPQR" })] {
        let heard = browser.post("/api/account/totp", body).await;
        assert_eq!(heard.refused(403, "Authorization_RequestDenied").field(), "enrolmentCode");
        let row = ("User registered security info".to_owned(), Outcome::Failure);
        assert_eq!(world.newest_rows(1).await, [row], "that somebody tries is to be seen");
        world.tick();
    }
    let mut before = browser.clone();
    let codes = enrol(&world, &mut browser, json!({ "enrolmentCode": code })).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(before.state().await, "anonymous", "the session has a new secret");
    assert_eq!(browser.get("/api/session").await.ok().body["secondFactorGiven"], true);

    let mut other = world.with_password("demouser").await;
    other
        .post("/api/account/totp", json!({ "enrolmentCode": code }))
        .await
        .refused(403, "Authorization_RequestDenied");
    other.second_factor(&world.code("demouser", 1)).await.refused(401, "InvalidSecondFactor");
    other.second_factor(&codes[9]).await.ok();
}

#[tokio::test]
async fn guessing_enrolment_codes_is_slowed_down_and_written_down() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "demouser").await;
    let mut browser = world.with_password("demouser").await;
    world.tick();
    let path = "/api/account/totp";
    for _ in 0..5 {
        let heard = browser.post(path, json!({ "enrolmentCode": "ABCD-EFGH-JKLM-NPQR" })).await;
        heard.refused(403, "Authorization_RequestDenied");
    }
    let rows = world.newest_rows(5).await;
    assert!(
        rows.iter().all(|row| *row == ("User registered security info".to_owned(), Outcome::Failure)),
        "{rows:?}"
    );
    let heard = browser.post(path, json!({ "enrolmentCode": code })).await.refused(429, "TooManyRequests");
    assert_eq!(heard.header("retry-after"), "1");
    world.clock.advance_wall(Span::seconds(1));
    enrol(&world, &mut browser, json!({ "enrolmentCode": code })).await;
}

#[tokio::test]
async fn an_enrolment_code_counts_for_a_day() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "demouser").await;
    world.clock.advance_wall(Span::days(1));
    let mut browser = world.with_password("demouser").await;
    let heard = browser.post("/api/account/totp", json!({ "enrolmentCode": code })).await;
    heard.refused(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn a_privileged_person_without_a_factor_enrols_before_anything_else() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "emergency2").await;
    let mut browser = world.with_password("emergency2").await;
    assert_eq!(browser.state().await, "enrolment");
    browser.get("/api/account").await.refused(401, "InvalidAuthenticationToken");
    browser.second_factor(&world.code("emergency2", 0)).await.refused(400, "Request_BadRequest");
    enrol(&world, &mut browser, json!({ "enrolmentCode": code })).await;
    assert_eq!(browser.state().await, "signedIn");
}

#[tokio::test]
async fn a_wrong_first_code_enrols_nothing() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "demouser").await;
    let mut browser = world.with_password("demouser").await;
    let confirm = "/api/account/totp/confirm";
    browser.post(confirm, json!({ "code": "123456" })).await.refused(400, "Request_BadRequest");
    browser.post("/api/account/totp", json!({ "enrolmentCode": code })).await.ok();
    let heard = browser.post(confirm, json!({ "code": "12345" })).await.refused(400, "Request_BadRequest");
    assert_eq!(heard.field(), "code");
    assert_eq!(browser.get("/api/session").await.ok().body["secondFactorEnrolled"], false);
}

#[tokio::test]
async fn who_resets_a_password_comes_by_no_second_factor_with_it() {
    let world = World::lab().await;
    let person = world.person("demouser").clone();
    // He has lost his phone, and an administrator gave him a code; then somebody else resets his password.
    let code = enrolment_code(&world, "demouser").await;
    let one_time = one_time_password(&world, "demouser").await;
    let mut thief = world.browser();
    thief.sign_in(&person.user_principal_name, &one_time).await.ok();
    thief.post("/api/session/password", json!({ "new": NEW })).await.ok();
    assert_eq!(thief.state().await, "signedIn", "a password is enough for what asks no factor");
    let heard = thief.post("/api/account/totp", json!({})).await;
    assert_eq!(heard.refused(403, "Authorization_RequestDenied").field(), "enrolmentCode");
    // The person himself goes on with his code.
    enrol(&world, &mut thief, json!({ "enrolmentCode": code })).await;
}

#[tokio::test]
async fn a_privileged_person_without_a_factor_needs_a_code_after_a_reset() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "emergency2").await;
    let one_time = one_time_password(&world, "emergency2").await;
    let mut browser = world.browser();
    browser.sign_in(&world.person("emergency2").user_principal_name, &one_time).await.ok();
    browser.post("/api/session/password", json!({ "new": "letters enough for an emergency" })).await.ok();
    assert_eq!(browser.state().await, "enrolment");
    browser.post("/api/account/totp", json!({})).await.refused(403, "Authorization_RequestDenied");
    enrol(&world, &mut browser, json!({ "enrolmentCode": code })).await;
    assert_eq!(browser.state().await, "signedIn");
}

#[tokio::test]
async fn the_password_that_an_account_began_with_leads_to_a_factor_and_a_reset_one_does_not() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let (_, domain) = world.person("admin").user_principal_name.split_once('@').unwrap();
    for (name, is_reset) in [("newcomer", false), ("latecomer", true)] {
        let upn = format!("{name}@{domain}");
        let body = json!({ "displayName": name, "userPrincipalName": upn, "accountEnabled": true });
        let made = admin.post("/v1.0/users", body).await.ok().body;
        let mut one_time = made["passwordProfile"]["password"].as_str().unwrap().to_owned();
        if is_reset {
            let path = format!("/api/users/{}/reset-password", made["id"].as_str().unwrap());
            let heard = admin.post(&path, json!({})).await.ok();
            heard.body["password"].as_str().unwrap().clone_into(&mut one_time);
        }
        let mut browser = world.browser();
        browser.sign_in(&upn, &one_time).await.ok();
        browser.post("/api/session/password", json!({ "new": NEW })).await.ok();
        let state = if is_reset { "signedIn" } else { "enrolment" };
        assert_eq!(browser.state().await, state, "{name}");
        let heard = browser.post("/api/account/totp", json!({})).await;
        assert_eq!(heard.status.is_success(), !is_reset, "{name}");
    }
}

#[tokio::test]
async fn nothing_is_sealed_under_a_key_that_was_replaced_while_the_server_runs() {
    let world = World::lab().await;
    let code = enrolment_code(&world, "demouser").await;
    let mut browser = world.with_password("demouser").await;
    let path = "/api/account/totp";
    // What the database of a server knows its key by, and what a new one would be known by.
    let folder = tempfile::tempdir().unwrap();
    let other = Vault::open(&folder.path().join("key")).unwrap().mark();
    let own = world.running.state.vault.mark();
    world.set_meta(meta::KEY_CHECK, &other).await;
    browser.post(path, json!({ "enrolmentCode": code })).await.refused(503, "ServiceUnavailable");
    world.set_meta(meta::KEY_CHECK, &own).await;
    let begun = browser.post(path, json!({ "enrolmentCode": code })).await.ok();
    let first = code_of(begun.body["secret"].as_str().unwrap(), world.clock.wall(), 0);
    let confirm = "/api/account/totp/confirm";
    world.set_meta(meta::KEY_CHECK, &other).await;
    browser.post(confirm, json!({ "code": first })).await.refused(503, "ServiceUnavailable");
    assert_eq!(browser.get("/api/session").await.ok().body["secondFactorEnrolled"], false);
    world.set_meta(meta::KEY_CHECK, &own).await;
    browser.post(confirm, json!({ "code": first })).await.ok();
}
