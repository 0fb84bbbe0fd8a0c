//! People: read by everybody who is signed in, changed by those who may.

use domain::{policy::Approver, role};
use serde_json::json;

use super::world::{World, id};

fn ada() -> serde_json::Value {
    json!({"displayName": "Ada", "userPrincipalName": "Ada@Contoso.example", "accountEnabled": true})
}

#[tokio::test]
async fn nobody_reads_nothing_and_everybody_reads_who_is_there() {
    let world = World::new().await;
    for path in ["/v1.0/me", "/v1.0/users", "/beta/users", "/v1.0/nothing"] {
        world.get("", path).await.refused(401, "InvalidAuthenticationToken");
    }
    let me = world.get("demo", "/V1.0/me".replace('V', "v").as_str()).await.ok(200);
    assert_eq!(me["userPrincipalName"], "demo@contoso.example");
    assert_eq!(me["@odata.context"], "http://127.0.0.1:8080/v1.0/$metadata#users/$entity");
    assert!(me.get("givenName").is_some_and(serde_json::Value::is_null));
    for path in ["/beta/USERS/demo@contoso.example", &format!("/v1.0/users/{}", id("demo"))] {
        assert_eq!(world.get("john", path).await.ok(200)["id"], json!(id("demo")));
    }
    let manager = world.get("demo", "/v1.0/me/manager").await.ok(200);
    assert_eq!(manager["@odata.type"], "#microsoft.graph.user");
    world.get("demo", "/v1.0/users/nobody@contoso.example").await.refused(404, "Request_ResourceNotFound");
    world.get("john", "/v1.0/me/manager").await.refused(404, "Request_ResourceNotFound");
    assert_eq!(world.get("demo", "/v1.0/users/$count").await.ok(200), json!(5));
}

#[tokio::test]
async fn lists_are_searched_sorted_paged_and_counted() {
    let world = World::new().await;
    let first = world.get("demo", "/v1.0/users?$top=2&$count=true&$orderby=displayName desc").await.ok(200);
    assert_eq!(first["@odata.count"], 5);
    let next = first["@odata.nextLink"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
    assert_eq!(world.get("demo", next).await.each("displayName"), ["HELPER", "DEMO"]);
    let search = "/v1.0/users?$search=\"displayName:OH\" OR \"userPrincipalName:help\"";
    assert_eq!(world.get("demo", search).await.each("displayName"), ["HELPER", "JOHN"]);
    let filter =
        "/v1.0/users?$filter=startswith(displayName,'a') and accountEnabled eq true&$select=displayName";
    let found = world.get("demo", filter).await.ok(200);
    assert_eq!(found["value"], json!([{"displayName": "ADMIN", "id": id("admin")}]));
    for option in ["$filter=passwordHash eq 'x'", "$select=secret", "$apply=x", "$top=0", "$expand=manager"] {
        let answer = world.get("demo", &format!("/v1.0/users?{option}")).await;
        answer.refused(400, "Request_BadRequest");
    }
}

#[tokio::test]
async fn a_person_is_created_once_by_those_who_may() {
    let world = World::new().await;
    for who in ["demo", "reader"] {
        world.post(who, "/v1.0/users", ada()).await.refused(403, "Authorization_RequestDenied");
    }
    let made = world.post("helper", "/v1.0/users", ada()).await;
    let address = made.location.clone().unwrap();
    let made = made.ok(201);
    assert_eq!(address, format!("http://127.0.0.1:8080/v1.0/users/{}", made["id"].as_str().unwrap()));
    assert!(made["passwordProfile"]["password"].as_str().unwrap().len() > 12);
    let read = world.get("demo", "/v1.0/users/ada@contoso.example").await.ok(200);
    assert!(read.get("passwordProfile").is_none());
    world.post("helper", "/v1.0/users", ada()).await.refused(409, "Request_MultipleObjectsWithSameKeyValue");
    for (name, value) in [
        ("displayName", json!("")),
        ("userPrincipalName", json!("ada")),
        ("passwordProfile", json!({"password": "short"})),
        ("favourite", json!("blue")),
        ("accountEnabled", json!("yes")),
        ("userType", json!("Guest")),
        ("mailNickname", json!("somebody")),
        (
            "passwordProfile",
            json!({"password": "a long one-time password", "forceChangePasswordNextSignIn": false}),
        ),
    ] {
        let mut body = ada();
        body[name] = value;
        world.post("helper", "/v1.0/users", body).await.refused(400, "Request_BadRequest");
    }
    let as_clients_send_it = json!({
        "displayName": "Bob", "userPrincipalName": "bob@contoso.example", "accountEnabled": true, "userType": "Member",
        "mailNickname": "Bob", "passwordProfile": {"forceChangePasswordNextSignIn": true},
    });
    world.post("helper", "/v1.0/users", as_clients_send_it).await.ok(201);
    let audit = world.get("reader", "/v1.0/auditLogs/directoryAudits?$filter=result eq 'failure'").await;
    assert!(audit.each("activityDisplayName").contains(&json!("Add user")));
}

#[tokio::test]
async fn who_only_administers_users_touches_no_privileged_person() {
    let world = World::new().await;
    let path = |name: &str| format!("/v1.0/users/{}", id(name));
    let disable = Some(json!({"accountEnabled": false}));
    for name in ["admin", "helper"] {
        let answer = world.send("helper", "PATCH", &path(name), disable.clone()).await;
        answer.refused(403, "Authorization_RequestDenied");
    }
    assert_eq!(
        world.send("helper", "PATCH", &path("demo"), Some(json!({"jobTitle": "x"}))).await.status,
        204
    );
    let nowhere = Some(json!({"mail": "no address, <x>"}));
    world.send("helper", "PATCH", &path("demo"), nowhere).await.refused(400, "Request_BadRequest");
    assert_eq!(world.send("helper", "PATCH", &path("demo"), disable.clone()).await.status, 204);
    world.get("demo", "/v1.0/me").await.refused(401, "InvalidAuthenticationToken");
    let last = world.send("admin", "PATCH", &path("admin"), disable).await;
    last.refused(400, "LastGuardedAssignment");
    world.send("admin", "DELETE", &path("admin"), None).await.refused(400, "LastGuardedAssignment");
    assert_eq!(world.get("admin", "/v1.0/me").await.status, 200);
}

#[tokio::test]
async fn who_is_deleted_loses_session_and_rights_at_once() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    assert_eq!(world.send("admin", "DELETE", &format!("/v1.0/users/{}", id("demo")), None).await.status, 204);
    world.get("demo", "/v1.0/me").await.refused(401, "InvalidAuthenticationToken");
    let held =
        format!("{}/roleAssignmentSchedules?$filter=principalId eq '{}'", super::world::ROLES, id("demo"));
    assert!(world.get("admin", &held).await.each("id").is_empty());
    let told =
        format!("/v1.0/auditLogs/directoryAudits?$filter=targetResources/any(t: t/id eq '{}')", id("demo"));
    let told = world.get("admin", &told).await.each("activityDisplayName");
    assert!(told.contains(&json!("Delete user")));
    assert!(told.iter().filter(|name| name.as_str().unwrap().starts_with("Remove")).count() >= 2, "{told:?}");
    let again = world.send("admin", "DELETE", &format!("/v1.0/users/{}", id("demo")), None).await;
    again.refused(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn who_administers_people_makes_no_approvers_and_touches_none() {
    let world = World::new().await;
    let group = json!({"displayName": "Deciders", "mailEnabled": false, "mailNickname": "deciders", "securityEnabled": true});
    let group = world.post("helper", "/v1.0/groups", group).await.ok(201);
    let (path, member) = (
        format!("/v1.0/groups/{}/members/$ref", group["id"].as_str().unwrap()),
        json!({"@odata.id": format!("http://127.0.0.1:8080/v1.0/directoryObjects/{}", id("john"))}),
    );
    world.post("helper", &path, member.clone()).await.ok(204);
    let approver = Approver::Group { id: group["id"].as_str().unwrap().parse().unwrap() };
    world.ask_approval(role::USER_ADMINISTRATOR, vec![approver]).await;
    // From now on its members decide about roles, and so do those who choose them.
    let demo = json!({"@odata.id": format!("http://127.0.0.1:8080/v1.0/directoryObjects/{}", id("demo"))});
    world.post("helper", &path, demo.clone()).await.refused(403, "Authorization_RequestDenied");
    let john = format!("/v1.0/users/{}", id("john"));
    world.send("helper", "DELETE", &john, None).await.refused(403, "Authorization_RequestDenied");
    let gone = format!("/v1.0/groups/{}", group["id"].as_str().unwrap());
    world.send("helper", "DELETE", &gone, None).await.refused(403, "Authorization_RequestDenied");
    world.post("admin", &path, demo).await.ok(204);
}
