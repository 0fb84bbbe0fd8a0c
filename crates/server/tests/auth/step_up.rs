//! A privileged role that begins in the middle of a session does nothing until a second factor is given in it.

use domain::{audit::Outcome, role};
use serde_json::{Value, json};

use crate::{browser::Browser, world::World};

const ROLES: &str = "/v1.0/roleManagement/directory";

fn ada(name: &str) -> Value {
    json!({ "displayName": name, "userPrincipalName": format!("{name}@mydirectory.example"), "accountEnabled": true })
}

async fn assign(admin: &mut Browser, kind: &str, whom: &str, role: domain::ids::RoleId) {
    let body = json!({
        "action": "adminAssign", "principalId": whom, "roleDefinitionId": role, "directoryScopeId": "/",
        "justification": "needed", "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT8H" } },
    });
    admin.post(&format!("{ROLES}/role{kind}ScheduleRequests"), body).await.ok();
}

#[tokio::test]
async fn a_role_that_begins_in_an_open_session_waits_for_a_second_factor() {
    let world = World::lab().await;
    let mut person = world.with_password("demouser").await;
    let id = person.id().await;
    let mut admin = world.with_factor("admin").await;
    person.post("/v1.0/users", ada("early")).await.refused(403, "Authorization_RequestDenied");
    assign(&mut admin, "Assignment", &id, role::USER_ADMINISTRATOR).await;
    assign(&mut admin, "Assignment", &id, role::GLOBAL_READER).await;

    let heard = person.get("/api/session").await.ok();
    assert_eq!((&heard.body["state"], &heard.body["secondFactorWanted"]), (&json!("signedIn"), &json!(true)));
    let names = heard.body["permissions"].to_string();
    assert!(names.contains("users/create"), "the portal's button leads to the second factor: {names}");
    world.tick();
    let heard = person.post("/v1.0/users", ada("ada")).await.refused(403, "SecondFactorRequired");
    assert_eq!(heard.field(), "secondFactor");
    assert_eq!(world.newest_rows(1).await, [("Add user".to_owned(), Outcome::Failure)]);
    let other = world.with_password("john.doe").await.id().await;
    person
        .patch(&format!("/v1.0/users/{other}"), json!({ "jobTitle": "x" }))
        .await
        .refused(403, "SecondFactorRequired");
    person
        .post(&format!("/api/users/{other}/reset-password"), json!({}))
        .await
        .refused(403, "SecondFactorRequired");
    for path in
        [format!("{ROLES}/roleAssignmentSchedules"), "/api/audit".to_owned(), "/api/assignments".to_owned()]
    {
        person.get(&path).await.refused(403, "SecondFactorRequired");
    }
    // What is his own stays open.
    for path in ["/v1.0/me", "/api/my-roles", "/api/account"] {
        person.get(path).await.ok();
    }
    person.second_factor(&world.code("demouser", 0)).await.ok();
    assert_eq!(person.get("/api/session").await.ok().body["secondFactorWanted"], false);
    person.post("/v1.0/users", ada("ada")).await.ok();
    person.get(&format!("{ROLES}/roleAssignmentSchedules")).await.ok();
}

#[tokio::test]
async fn who_gives_roles_gives_none_without_a_second_factor() {
    let world = World::lab().await;
    let mut person = world.with_password("demouser").await;
    let id = person.id().await;
    let mut admin = world.with_factor("admin").await;
    assign(&mut admin, "Assignment", &id, role::PRIVILEGED_ROLE_ADMINISTRATOR).await;
    let body = json!({
        "action": "adminAssign", "principalId": id, "roleDefinitionId": role::GLOBAL_READER, "directoryScopeId": "/",
        "justification": "mine", "scheduleInfo": { "expiration": { "type": "noExpiration" } },
    });
    let path = format!("{ROLES}/roleEligibilityScheduleRequests");
    world.tick();
    person.post(&path, body.clone()).await.refused(403, "SecondFactorRequired");
    assert_eq!(world.newest_rows(1).await[0].1, Outcome::Failure);
    person.second_factor(&world.code("demouser", 0)).await.ok();
    person.post(&path, body).await.ok();
}

#[tokio::test]
async fn one_step_up_for_an_activation_is_enough_for_what_it_allows() {
    let world = World::lab().await;
    let mut person = world.with_password("demouser").await;
    let id = person.id().await;
    let mut admin = world.with_factor("admin").await;
    assign(&mut admin, "Eligibility", &id, role::USER_ADMINISTRATOR).await;
    let body = json!({
        "action": "selfActivate", "principalId": id, "roleDefinitionId": role::USER_ADMINISTRATOR,
        "directoryScopeId": "/", "justification": "work",
        "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT1H" } },
    });
    let path = format!("{ROLES}/roleAssignmentScheduleRequests");
    person.post(&path, body.clone()).await.refused(400, "RoleAssignmentRequestPolicyValidationFailed");
    person.second_factor(&world.code("demouser", 0)).await.ok();
    person.post(&path, body).await.ok();
    person.post("/v1.0/users", ada("ada")).await.ok();
}
