//! What was given to somebody before he was protected leads to no second factor after it.

use domain::{audit::Outcome, role};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    enrolment::{NEW, enrol},
    world::{World, code_of},
};

/// A helpdesk administrator, somebody whom he created, and what that one begins with.
async fn helped(
    world: &World,
    john: &mut Browser,
    roles: &[domain::ids::RoleId],
) -> (String, String, String) {
    let (id, mut admin) = (john.id().await, world.with_factor("admin").await);
    for role in roles {
        assign(&mut admin, &id, *role).await;
    }
    let body = json!({ "displayName": "Carol", "userPrincipalName": "carol@mydirectory.example", "accountEnabled": true });
    let made = john.post("/v1.0/users", body).await.ok().body;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["id"]), text(&made["userPrincipalName"]), text(&made["passwordProfile"]["password"]))
}

async fn assign(admin: &mut Browser, whom: &str, role: domain::ids::RoleId) {
    let body = json!({
        "action": "adminAssign", "principalId": whom, "roleDefinitionId": role, "directoryScopeId": "/",
        "justification": "needed", "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT8H" } },
    });
    admin.post("/v1.0/roleManagement/directory/roleAssignmentScheduleRequests", body).await.ok();
}

#[tokio::test]
async fn who_created_an_account_comes_by_no_factor_of_it_once_it_is_privileged() {
    let world = World::lab().await;
    let mut john = world.with_factor("john.doe").await;
    let (id, name, one_time) = helped(&world, &mut john, &[role::USER_ADMINISTRATOR]).await;
    // Three ways: signed in before, with an enrolment begun or not, and after.
    let mut carol = world.browser();
    carol.sign_in(&name, &one_time).await.ok();
    let own = json!({ "new": NEW });
    carol.post("/api/session/password", own).await.ok();
    assert_eq!(carol.state().await, "enrolment", "nothing protects her yet");
    let secret =
        carol.post("/api/account/totp", json!({})).await.ok().body["secret"].as_str().unwrap().to_owned();
    let mut admin = world.with_factor("admin").await;
    assign(&mut admin, &id, role::GLOBAL_ADMINISTRATOR).await;
    world.tick();
    let code = json!({ "code": code_of(&secret, world.clock.wall(), 0) });
    let heard = carol.post("/api/account/totp/confirm", code).await;
    assert_eq!(heard.refused(403, "Authorization_RequestDenied").field(), "enrolmentCode");
    let row = ("User registered security info".to_owned(), Outcome::Failure);
    assert_eq!(world.newest_rows(1).await, [row]);
    carol.post("/api/account/totp", json!({})).await.refused(403, "Authorization_RequestDenied");
    john.post(&format!("/api/users/{id}/reset-password"), json!({}))
        .await
        .refused(403, "Authorization_RequestDenied");
    // With a code of somebody who may, she enrols.
    let heard = admin.post(&format!("/api/users/{id}/reset-second-factor"), json!({})).await.ok();
    carol.sign_in(&name, NEW).await.ok();
    carol.post("/api/account/totp", json!({})).await.refused(403, "Authorization_RequestDenied");
    enrol(&world, &mut carol, json!({ "enrolmentCode": heard.body["code"] })).await;
    assert_eq!(carol.state().await, "signedIn");
}

#[tokio::test]
async fn a_code_from_before_leads_to_no_factor_of_somebody_who_is_privileged_by_now() {
    let world = World::lab().await;
    let mut john = world.with_factor("john.doe").await;
    let roles = [role::USER_ADMINISTRATOR, role::AUTHENTICATION_ADMINISTRATOR];
    let (id, name, one_time) = helped(&world, &mut john, &roles).await;
    let reset = format!("/api/users/{id}/reset-second-factor");
    let old = john.post(&reset, json!({})).await.ok().body["code"].clone();
    let mut admin = world.with_factor("admin").await;
    assign(&mut admin, &id, role::GLOBAL_ADMINISTRATOR).await;
    let mut carol = world.browser();
    carol.sign_in(&name, &one_time).await.ok();
    carol.post("/api/session/password", json!({ "new": NEW })).await.ok();
    let heard = carol.post("/api/account/totp", json!({ "enrolmentCode": old })).await;
    let heard = heard.refused(403, "Authorization_RequestDenied");
    assert!(heard.body.to_string().contains("a new code from a Privileged Authentication"), "{heard:?}");
    let new = admin.post(&reset, json!({})).await.ok().body["code"].clone();
    carol.sign_in(&name, NEW).await.ok();
    enrol(&world, &mut carol, json!({ "enrolmentCode": new })).await;
}

#[tokio::test]
async fn who_may_do_so_to_whomever_creates_people_that_enrol_by_themselves() {
    let world = World::lab().await;
    let mut admin = world.with_factor("admin").await;
    let (id, name, one_time) = helped(&world, &mut admin, &[]).await;
    assign(&mut admin, &id, role::GLOBAL_ADMINISTRATOR).await;
    let mut carol = world.browser();
    carol.sign_in(&name, &one_time).await.ok();
    carol.post("/api/session/password", json!({ "new": NEW })).await.ok();
    assert_eq!(carol.state().await, "enrolment");
    enrol(&world, &mut carol, json!({})).await;
}
