//! Bodies that say what is not done: refused by name, at every depth, and nothing comes of them.

use domain::role;
use serde_json::{Value, json};

use super::world::{ROLES, World, id};

#[tokio::test]
async fn a_window_that_is_misspelt_or_contradicts_itself_gives_no_right() {
    let world = World::new().await;
    let path = format!("{ROLES}/roleAssignmentScheduleRequests");
    let expiration = |change: Value| {
        let mut info = json!({"expiration": {"type": "noExpiration"}});
        for (name, value) in change.as_object().unwrap() {
            info["expiration"][name] = value.clone();
        }
        json!({"scheduleInfo": info})
    };
    for (change, field) in [
        (
            json!({"scheduleInfo": {"startDatetime": "2027-06-01T00:00:00Z", "expiration": {"type": "noExpiration"}}}),
            "scheduleInfo.startDatetime",
        ),
        (expiration(json!({"duration": "PT8H"})), "duration"),
        (expiration(json!({"endDateTime": "2027-06-01T00:00:00Z"})), "end"),
        (
            expiration(json!({"type": "afterDuration", "duration": "PT8H", "end": "x"})),
            "scheduleInfo.expiration.end",
        ),
        (
            expiration(
                json!({"type": "afterDuration", "duration": "PT8H", "endDateTime": "2027-06-01T00:00:00Z"}),
            ),
            "end",
        ),
        (json!({"ticketInfo": {"number": "T-1"}}), "ticketInfo.number"),
        (json!({"targetScheduleId": id("other")}), "targetScheduleId"),
    ] {
        let mut body = json!({
            "action": "adminAssign", "principalId": id("demo"), "roleDefinitionId": role::USER_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "needed",
            "scheduleInfo": {"expiration": {"type": "noExpiration"}},
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = world.post("admin", &path, body).await;
        answer.refused(400, "InvalidRoleAssignmentRequest");
        assert_eq!(answer.body["error"]["innerError"]["field"], field);
    }
    let own = format!("{path}/filterByCurrentUser(on='principal')");
    assert!(world.get("demo", &own).await.each("id").is_empty());
}

#[tokio::test]
async fn a_first_password_promises_nothing_that_is_not_kept() {
    let world = World::new().await;
    let create = |name: &str, profile: Value| {
        let body = json!({
            "displayName": name, "userPrincipalName": format!("{name}@contoso.example"), "passwordProfile": profile,
        });
        world.post("admin", "/v1.0/users", body)
    };
    let field = |name: &str, value: Value| {
        let mut profile = json!({"password": "correct horse battery"});
        profile[name] = value;
        profile
    };
    let with_mfa = "forceChangePasswordNextSignInWithMfa";
    for (profile, named) in [
        (field(with_mfa, json!(true)), with_mfa),
        (field(with_mfa, json!("no")), with_mfa),
        (
            field("forceChangePasswordNextSignin", json!(true)),
            "passwordProfile.forceChangePasswordNextSignin",
        ),
        (json!(["correct horse battery", true]), "passwordProfile"),
    ] {
        let refused = create("ada", profile).await;
        refused.refused(400, "Request_BadRequest");
        assert_eq!(refused.body["error"]["innerError"]["field"], named);
    }
    create("ada", field(with_mfa, json!(false))).await.ok(201);
    create("bob", field(with_mfa, Value::Null)).await.ok(201);
}

#[tokio::test]
async fn a_write_on_a_condition_that_is_not_kept_is_not_done() {
    let world = World::new().await;
    let path = format!("/v1.0/users/{}", id("demo"));
    let body = json!({"jobTitle": "Clerk"});
    for (name, value) in [("If-Match", "\"nonsense\""), ("If-None-Match", "*"), ("If-Match", "W/\"1\"")] {
        for (method, path) in [("PATCH", &path), ("DELETE", &path)] {
            let refused = world.send_on("admin", method, path, Some(body.clone()), (name, value)).await;
            refused.refused(412, "Request_PreconditionFailed");
        }
    }
    assert_eq!(world.get("demo", "/v1.0/me").await.ok(200)["jobTitle"], Value::Null);
    let done = world.send_on("admin", "PATCH", &path, Some(body), ("If-Match", "*")).await;
    assert_eq!(done.status, 204);
    let read = world.send_on("demo", "GET", "/v1.0/me", None, ("If-None-Match", "\"1\"")).await;
    assert_eq!(read.ok(200)["jobTitle"], "Clerk");
}

#[tokio::test]
async fn a_reference_that_would_not_be_made_is_refused() {
    let world = World::new().await;
    let address = format!("https://graph.example/v1.0/directoryObjects/{}", id("demo"));
    let refused = |answer: super::world::Answer, name: &str| {
        answer.refused(400, "Request_BadRequest");
        assert_eq!(answer.body["error"]["innerError"]["field"], name);
    };
    let group = json!({"displayName": "Team", "mailEnabled": false, "securityEnabled": true});
    let user = json!({"displayName": "Ada", "userPrincipalName": "ada@contoso.example"});
    for (path, body, name) in [
        ("/v1.0/groups", &group, "owners@odata.bind"),
        ("/v1.0/users", &user, "manager@odata.bind"),
        ("/v1.0/users", &user, "@odata.bind"),
    ] {
        let mut body = body.clone();
        body[name] = json!([address]);
        refused(world.post("admin", path, body).await, name);
    }
    let path = format!("/v1.0/users/{}", id("demo"));
    let body = json!({"jobTitle": "Clerk", "manager@odata.bind": address});
    refused(world.send("admin", "PATCH", &path, Some(body)).await, "manager@odata.bind");
    // What was read may be sent back with what it said of itself.
    let body = json!({
        "@odata.context": "x", "@odata.type": "#microsoft.graph.user", "@odata.id": "x", "@odata.etag": "x",
        "jobTitle@odata.type": "#String", "jobTitle": "Clerk",
    });
    assert_eq!(world.send("admin", "PATCH", &path, Some(body)).await.status, 204);
    assert_eq!(world.get("demo", "/v1.0/me?$select=jobTitle").await.ok(200)["jobTitle"], "Clerk");
}
