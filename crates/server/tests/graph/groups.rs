//! Groups and their members.

use domain::{ids::PrincipalId, role};
use serde_json::{Value, json};

use super::world::{ROLES, World, id};

async fn group(world: &World, who: &str, assignable: bool) -> super::world::Answer {
    let body = json!({
        "displayName": "Team", "isAssignableToRole": assignable, "mailEnabled": false, "securityEnabled": true,
        "mailNickname": "team",
    });
    world.post(who, "/v1.0/groups", body).await
}

fn reference(name: &str) -> Value {
    json!({"@odata.id": format!("https://graph.example/v1.0/directoryObjects/{}", id(name))})
}

#[tokio::test]
async fn a_group_that_can_hold_roles_needs_who_manages_roles() {
    let world = World::new().await;
    group(&world, "demo", false).await.refused(403, "Authorization_RequestDenied");
    group(&world, "helper", true).await.refused(403, "Authorization_RequestDenied");
    group(&world, "helper", false).await.ok(201);
    let made = group(&world, "admin", true).await.ok(201);
    let path = format!("/v1.0/groups/{}", made["id"].as_str().unwrap());
    let read = world.get("demo", &path).await.ok(200);
    assert_eq!((&read["isAssignableToRole"], &read["mailNickname"]), (&json!(true), &json!("team")));
    let add = format!("{path}/members/$ref");
    world.post("helper", &add, reference("demo")).await.refused(403, "Authorization_RequestDenied");
    assert_eq!(world.post("admin", &add, reference("demo")).await.status, 204);
    world.post("admin", &add, reference("demo")).await.refused(400, "Request_BadRequest");
    world.post("admin", &add, json!({"@odata.id": "demo"})).await.refused(400, "Request_BadRequest");
    world.post("admin", &add, reference("nobody")).await.refused(404, "Request_ResourceNotFound");
    let members = world.get("demo", &format!("{path}/members")).await.ok(200);
    assert_eq!(members["value"][0]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(world.get("demo", "/v1.0/me/memberOf").await.each("displayName"), ["Team"]);
    assert_eq!(world.get("demo", &format!("{path}/members/$count")).await.ok(200), json!(1));
    world.send("demo", "DELETE", &path, None).await.refused(403, "Authorization_RequestDenied");
    world.send("admin", "PUT", &path, None).await.refused(405, "Request_MethodNotAllowed");
}

#[tokio::test]
async fn a_name_for_mails_must_fit_into_an_address() {
    let world = World::new().await;
    for (nickname, status) in [
        ("a-team.2", 201),
        ("", 400),
        ("the team", 400),
        ("te@m", 400),
        (&"n".repeat(64), 201),
        (&"n".repeat(65), 400),
    ] {
        let body = json!({
            "displayName": "Team", "mailEnabled": false, "securityEnabled": true, "mailNickname": nickname,
        });
        assert_eq!(world.post("admin", "/v1.0/groups", body).await.status, status, "{nickname}");
    }
}

#[tokio::test]
async fn a_group_is_found_by_its_name_for_mails_and_gets_another_one() {
    let world = World::new().await;
    let made = group(&world, "admin", false).await.ok(201);
    let path = format!("/v1.0/groups/{}", made["id"].as_str().unwrap());
    let named = |name: &str| format!("/v1.0/groups?$filter=mailNickname eq '{name}'");
    assert_eq!(world.get("demo", &named("TEAM")).await.each("id"), [made["id"].clone()]);
    let change = |name: Value| world.send("admin", "PATCH", &path, Some(json!({"mailNickname": name})));
    change(json!("the crew")).await.refused(400, "Request_BadRequest");
    change(json!("crew")).await.ok(204);
    assert!(world.get("demo", &named("team")).await.each("id").is_empty());
    assert_eq!(world.get("demo", &named("crew")).await.each("mailNickname"), ["crew"]);
    change(Value::Null).await.ok(204);
    assert_eq!(world.get("demo", &path).await.ok(200)["mailNickname"], Value::Null);
    let audit = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update group'";
    assert_eq!(world.get("reader", audit).await.each("result"), ["success", "success"]);
}

#[tokio::test]
async fn a_type_of_group_that_there_is_not_makes_no_group() {
    let world = World::new().await;
    for (types, status) in [
        (json!("Unified"), 400),
        (json!(["Unified"]), 400),
        (json!({"x": 1}), 400),
        (json!(false), 400),
        (json!([]), 201),
        (Value::Null, 201),
    ] {
        let body = json!({"displayName": "Team", "groupTypes": types});
        assert_eq!(world.post("admin", "/v1.0/groups", body).await.status, status, "{types}");
    }
}

#[tokio::test]
async fn who_is_refused_again_and_again_waits_instead_of_filling_the_history() {
    let world = World::new().await;
    let denied = || async { group(&world, "demo", false).await };
    let mut refused = 0;
    let waits = loop {
        let answer = denied().await;
        if answer.status == 429 {
            break answer;
        }
        answer.refused(403, "Authorization_RequestDenied");
        refused += 1;
        assert!(refused < 1_000, "it never ends");
    };
    waits.refused(429, "TooManyRequests");
    let rows =
        "/v1.0/auditLogs/directoryAudits/?$filter=activityDisplayName eq 'Add group'&$count=true&$top=1";
    assert_eq!(world.get("reader", rows).await.ok(200)["@odata.count"], refused);
    // He may read on, others may act on, and he as well after a while.
    world.get("demo", "/v1.0/groups").await.ok(200);
    group(&world, "helper", false).await.ok(201);
    world.clock().advance_wall(domain::time::Span::seconds(5));
    denied().await.refused(403, "Authorization_RequestDenied");
    denied().await.refused(429, "TooManyRequests");
}

#[tokio::test]
async fn leaving_a_group_ends_what_came_through_it() {
    let world = World::new().await;
    let made = group(&world, "admin", true).await.ok(201);
    let team: PrincipalId = made["id"].as_str().unwrap().parse().unwrap();
    for name in ["demo", "john"] {
        let add = format!("/v1.0/groups/{team}/members/$ref");
        assert_eq!(world.post("admin", &add, reference(name)).await.status, 204);
    }
    world.make_eligible(team, role::USER_ADMINISTRATOR).await.ok(201);
    let own = format!("{ROLES}/roleEligibilityScheduleInstances/filterByCurrentUser(on=%27principal%27)");
    let rows = world.get("demo", &own).await.ok(200);
    assert_eq!(rows["value"][0]["memberType"], "Group");
    assert_eq!(rows["value"][0]["principalId"], json!(team));
    for name in ["demo", "john"] {
        world.activate(name, role::USER_ADMINISTRATOR, None).await.ok(201);
    }
    let active = format!("{ROLES}/roleAssignmentSchedules/filterByCurrentUser(on='principal')");
    assert_eq!(world.get("demo", &active).await.each("assignmentType"), ["Activated"]);
    let leave = format!("/v1.0/groups/{team}/members/{}/$ref", id("demo"));
    assert_eq!(world.send("admin", "DELETE", &leave, None).await.status, 204);
    assert!(world.get("demo", &active).await.each("id").is_empty());
    assert_eq!(world.get("john", &active).await.each("assignmentType"), ["Activated"]);
    world.send("admin", "DELETE", &leave, None).await.refused(404, "Request_ResourceNotFound");
    assert_eq!(world.send("admin", "DELETE", &format!("/v1.0/groups/{team}"), None).await.status, 204);
    assert!(world.get("john", &active).await.each("id").is_empty());
}

#[tokio::test]
async fn a_group_comes_with_its_members_or_not_at_all() {
    let world = World::new().await;
    world.add_robot("robot").await;
    let address = |name: &str| reference(name)["@odata.id"].clone();
    let create = |who: &'static str, assignable: bool, members: Value| {
        let body = json!({
            "displayName": "Team", "isAssignableToRole": assignable, "mailEnabled": false, "securityEnabled": true,
            "mailNickname": "team", "members@odata.bind": members,
        });
        world.post(who, "/v1.0/groups", body)
    };
    let other = group(&world, "admin", false).await.ok(201)["id"].clone();
    let other = json!(format!("https://graph.example/v1.0/groups/{}", other.as_str().unwrap()));
    for (members, status) in [
        (json!("demo"), 400),
        (json!([address("demo"), "demo"]), 400),
        (json!([address("demo"), 5]), 400),
        (json!([address("demo"), address("demo")]), 400),
        (json!([address("demo"), other]), 400),
        (json!(vec![address("demo"); 21]), 400),
        (json!([address("demo"), address("nobody")]), 404),
    ] {
        assert_eq!(create("admin", false, members.clone()).await.status, status, "{members}");
    }
    create("helper", true, json!([address("demo")])).await.refused(403, "Authorization_RequestDenied");
    create("demo", false, json!([address("demo")])).await.refused(403, "Authorization_RequestDenied");
    assert_eq!(world.get("demo", "/v1.0/groups/$count").await.ok(200), json!(1));
    assert!(world.get("demo", "/v1.0/me/memberOf").await.each("id").is_empty());

    let made = create("helper", false, json!([address("demo"), address("robot")])).await.ok(201);
    let team = made["id"].as_str().unwrap();
    let members = world.get("john", &format!("/v1.0/groups/{team}/members")).await.each("displayName");
    assert_eq!(members, ["DEMO", "ROBOT"]);
    let told = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Add member to group'";
    let rows = world.get("reader", told).await.ok(200);
    let rows = rows["value"].as_array().unwrap();
    let whom: Vec<&str> = rows.iter().filter_map(|row| row["targetResources"][0]["id"].as_str()).collect();
    assert_eq!(rows.len(), 2);
    for name in ["demo", "robot"] {
        assert!(whom.contains(&id(name).to_string().as_str()), "{whom:?}");
    }
    assert!(rows.iter().all(|row| row["targetResources"][1]["id"] == team && row["result"] == "success"));
    for nothing in [json!([]), Value::Null] {
        create("helper", false, nothing).await.ok(201);
    }
}
