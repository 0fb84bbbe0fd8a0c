//! What people belong to, who manages them, and what stands behind rights and requests.

use domain::role;
use serde_json::{Value, json};

use super::world::{NOON, ROLES, World, id};

fn reference(name: &str) -> Value {
    json!({"@odata.id": format!("https://graph.example/v1.0/users/{}", id(name))})
}

async fn team(world: &World, who: &str) -> String {
    let body = json!({
        "displayName": "Team", "mailEnabled": false, "securityEnabled": true, "mailNickname": "team",
    });
    let made = world.post(who, "/v1.0/groups", body).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_belongs_to_groups_and_to_active_roles() {
    let world = World::new().await;
    let group = team(&world, "admin").await;
    world.post("admin", &format!("/v1.0/groups/{group}/members/$ref"), reference("helper")).await.ok(204);
    let path = format!("/v1.0/users/{}/memberOf", id("helper"));
    let all = world.get("admin", &path).await.ok(200);
    let kinds: Vec<&Value> = all["value"].as_array().unwrap().iter().map(|row| &row["@odata.type"]).collect();
    assert_eq!(kinds, ["#microsoft.graph.group", "#microsoft.graph.directoryRole"]);
    assert_eq!(all["value"][1]["roleTemplateId"], json!(role::USER_ADMINISTRATOR));
    assert_eq!(
        world.get("helper", "/v1.0/me/memberOf").await.each("displayName"),
        ["Team", "User Administrator"]
    );
    // Who may not read role management learns of groups alone.
    assert_eq!(world.get("demo", &path).await.each("displayName"), ["Team"]);
    for (tail, names) in [
        ("/microsoft.graph.group", &["Team"][..]),
        ("/graph.directoryRole", &["User Administrator"]),
        ("?$filter=startswith(displayName,'user')", &["User Administrator"]),
        ("?$top=1", &["Team"]),
        ("?$search=\"displayName:eam\"", &["Team"]),
        ("?$orderby=displayName desc", &["User Administrator", "Team"]),
    ] {
        assert_eq!(world.get("admin", &format!("{path}{tail}")).await.each("displayName"), names, "{tail}");
    }
    assert_eq!(world.get("admin", &format!("{path}/$count")).await.ok(200), json!(2));
    let page = world.get("admin", &format!("{path}?$top=1&$count=true")).await.ok(200);
    assert_eq!(page["@odata.count"], 2);
    let next = page["@odata.nextLink"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
    assert_eq!(world.get("admin", next).await.each("displayName"), ["User Administrator"]);
    let transitive =
        format!("/v1.0/users/{}/transitiveMemberOf/microsoft.graph.directoryRole/$count", id("helper"));
    assert_eq!(world.get("admin", &transitive).await.ok(200), json!(1));
    world.get("admin", &format!("{path}/nothing")).await.refused(400, "BadRequest");
}

#[tokio::test]
async fn a_manager_is_given_and_taken_by_who_may_change_people() {
    let world = World::new().await;
    let path = format!("/v1.0/users/{}/manager/$ref", id("john"));
    let put = |who: &'static str, body: Value| world.send(who, "PUT", &path, Some(body));
    put("demo", reference("demo")).await.refused(403, "Authorization_RequestDenied");
    put("helper", reference("john")).await.refused(400, "Request_BadRequest");
    put("helper", reference("nobody")).await.refused(400, "Request_BadRequest");
    put("helper", json!({"@odata.id": "demo"})).await.refused(400, "Request_BadRequest");
    put("helper", reference("demo")).await.ok(204);
    let manager = world.get("john", "/v1.0/me/manager").await.ok(200);
    assert_eq!(
        (&manager["id"], &manager["@odata.type"]),
        (&json!(id("demo")), &json!("#microsoft.graph.user"))
    );
    let audit = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update user' and result eq 'success'";
    let told = world.get("reader", audit).await.ok(200);
    let changes = &told["value"][0]["targetResources"][0]["modifiedProperties"];
    assert_eq!(changes[0]["displayName"], "manager");
    assert!(changes[0]["newValue"].as_str().unwrap().contains(&id("demo").to_string()));
    world.send("helper", "DELETE", &path, None).await.ok(204);
    world.get("john", "/v1.0/me/manager").await.refused(404, "Request_ResourceNotFound");
    world
        .send("helper", "POST", &path, Some(reference("demo")))
        .await
        .refused(405, "Request_MethodNotAllowed");
}

#[tokio::test]
async fn a_group_gets_another_name_by_who_may_change_it() {
    let world = World::new().await;
    let path = format!("/v1.0/groups/{}", team(&world, "helper").await);
    let change = |who: &'static str, body: Value| world.send(who, "PATCH", &path, Some(body));
    change("demo", json!({"displayName": "Mine"})).await.refused(403, "Authorization_RequestDenied");
    change("helper", json!({"isAssignableToRole": true})).await.refused(400, "Request_BadRequest");
    change("helper", json!({"displayName": ""})).await.refused(400, "Request_BadRequest");
    change("helper", json!({"displayName": "Crew", "description": "those who sail"})).await.ok(204);
    let read = world.get("demo", &path).await.ok(200);
    assert_eq!((&read["displayName"], &read["description"]), (&json!("Crew"), &json!("those who sail")));
    change("helper", json!({"description": null})).await.ok(204);
    assert_eq!(world.get("demo", &path).await.ok(200)["description"], Value::Null);
    let audit = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update group'";
    let mut results = world.get("reader", audit).await.each("result");
    results.sort_by_key(Value::to_string);
    assert_eq!(results, ["failure", "success", "success"]);
}

#[tokio::test]
async fn a_new_sign_in_name_ends_with_the_organisations_domain() {
    let world = World::new().await;
    let body =
        json!({"displayName": "Ada", "userPrincipalName": "ada@elsewhere.example", "accountEnabled": true});
    let refused = world.post("helper", "/v1.0/users", body.clone()).await;
    refused.refused(400, "Request_BadRequest");
    let inner = &refused.body["error"]["innerError"];
    assert_eq!(inner["field"], "userPrincipalName");
    assert!(inner["allowed"].as_str().unwrap().contains("`@contoso.example`"));
    // Who may create nobody is not told which names would do.
    world.post("demo", "/v1.0/users", body).await.refused(403, "Authorization_RequestDenied");
    let body =
        json!({"displayName": "Ada", "userPrincipalName": "ada@CONTOSO.example", "accountEnabled": true});
    world.post("helper", "/v1.0/users", body).await.ok(201);
}

#[tokio::test]
async fn role_assignments_are_read_and_never_written() {
    let world = World::new().await;
    let path = format!("{ROLES}/roleAssignments");
    world.get("demo", &path).await.refused(403, "Authorization_RequestDenied");
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let of_demo = format!("{path}?$filter=principalId eq '{}'&$expand=principal,roleDefinition", id("demo"));
    assert!(world.get("reader", &of_demo).await.each("id").is_empty(), "eligible is not active");
    world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    let rows = world.get("reader", &of_demo).await.ok(200);
    let row = &rows["value"][0];
    assert_eq!(row["roleDefinition"]["displayName"], "User Administrator");
    assert_eq!((&row["principal"]["displayName"], &row["directoryScopeId"]), (&json!("DEMO"), &json!("/")));
    assert_eq!(
        row["id"],
        json!(format!("{}-1", role::assignment_key(role::USER_ADMINISTRATOR, id("demo").0)))
    );
    let item = format!("{path}/{}", row["id"].as_str().unwrap());
    assert_eq!(world.get("demo", &item).await.ok(200)["principalId"], json!(id("demo")));
    world.get("john", &item).await.refused(404, "Request_ResourceNotFound");
    assert_eq!(world.get("reader", &format!("{path}/$count")).await.ok(200), json!(5));
    let filter = format!("$filter=roleDefinitionId eq '{}'", role::USER_ADMINISTRATOR);
    assert_eq!(world.get("reader", &format!("{path}?{filter}&$top=1")).await.each("id").len(), 1);
    for (verb, path) in [("POST", &path), ("DELETE", &item)] {
        world.send("admin", verb, path, Some(json!({}))).await.refused(405, "Request_MethodNotAllowed");
    }
}

#[tokio::test]
async fn a_role_held_twice_has_two_instances_and_each_its_own_id() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    let assign = json!({
        "action": "adminAssign", "principalId": id("demo"), "roleDefinitionId": role::USER_ADMINISTRATOR,
        "directoryScopeId": "/", "justification": "needed",
        "scheduleInfo": {"expiration": {"type": "AfterDuration", "duration": "P1D"}},
    });
    world.post("admin", &format!("{ROLES}/roleAssignmentScheduleRequests"), assign).await.ok(201);
    let path = format!("{ROLES}/roleAssignmentScheduleInstances");
    let rows = world.get("reader", &format!("{path}?$filter=principalId eq '{}'", id("demo"))).await.ok(200);
    let rows = rows["value"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0]["id"], rows[1]["id"]);
    for row in rows {
        let read = world.get("reader", &format!("{path}/{}", row["id"].as_str().unwrap())).await.ok(200);
        assert_eq!(read["assignmentType"], row["assignmentType"]);
        assert_eq!(read["roleAssignmentScheduleId"], row["roleAssignmentScheduleId"]);
    }
    let origin = rows[0]["roleAssignmentOriginId"].as_str().unwrap();
    let of = async |filter: &str| world.get("reader", &format!("{path}?$filter={filter}")).await;
    let all = world.get("reader", &path).await.each("id").len();
    for (filter, found) in [
        (format!("roleAssignmentOriginId eq '{origin}'"), 2),
        (format!("roleAssignmentOriginId in ('{origin}','x')"), 2),
        (format!("roleAssignmentOriginId ne '{origin}'"), all - 2),
        (format!("roleAssignmentOriginId eq '{}'", origin.to_lowercase()), 0),
        ("roleAssignmentOriginId ne 'x'".to_owned(), all),
    ] {
        assert_eq!(of(&filter).await.each("id").len(), found, "{filter}");
    }
    for bad in ["roleAssignmentOriginId gt 'x'", "startswith(roleAssignmentOriginId,'x')"] {
        of(bad).await.refused(400, "Request_BadRequest");
    }
    world
        .get("reader", &format!("{path}?$orderby=roleAssignmentOriginId"))
        .await
        .refused(400, "Request_BadRequest");
}

#[tokio::test]
async fn what_stands_behind_a_right_is_written_out_and_has_an_address() {
    let world = World::new().await;
    let eligible = world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let made = world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    let filter = format!("$filter=principalId eq '{}'", id("demo"));
    let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
    let rows = world
        .get(
            "reader",
            &format!("{requests}?{filter}&$expand=targetSchedule,activatedUsing($select=id,status)"),
        )
        .await;
    let rows = rows.ok(200);
    let row = &rows["value"][0];
    assert_eq!(row["targetSchedule"]["id"], made["targetScheduleId"]);
    assert_eq!(row["targetSchedule"]["assignmentType"], "Activated");
    assert_eq!(row["activatedUsing"], json!({"id": eligible["targetScheduleId"], "status": "Provisioned"}));
    for (collection, key, value) in [
        ("roleAssignmentSchedules", "id", &eligible["targetScheduleId"]),
        ("roleAssignmentScheduleInstances", "roleEligibilityScheduleId", &eligible["targetScheduleId"]),
    ] {
        let path = format!("{ROLES}/{collection}");
        let rows = world.get("reader", &format!("{path}?{filter}&$expand=activatedUsing")).await.ok(200);
        assert_eq!(&rows["value"][0]["activatedUsing"][key], value, "{rows}");
        let item = format!("{path}/{}", rows["value"][0]["id"].as_str().unwrap());
        let used = world.get("demo", &format!("{item}/activatedUsing")).await.ok(200);
        assert_eq!(&used[key], value);
        assert!(used["@odata.context"].as_str().unwrap().contains("roleEligibility"));
    }
    let item = format!("{requests}/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get("demo", &format!("{item}/targetSchedule")).await.ok(200)["id"], made["id"]);
    assert_eq!(
        world.get("demo", &format!("{item}/PRINCIPAL?$select=displayName")).await.ok(200)["displayName"],
        "DEMO"
    );
    let role = world.get("demo", &format!("{item}/roleDefinition")).await.ok(200);
    assert_eq!(role["displayName"], "User Administrator");
    for nothing in ["directoryScope", "appScope"] {
        assert_eq!(world.get("demo", &format!("{item}/{nothing}")).await.status, 204);
    }
    world.get("john", &format!("{item}/principal")).await.refused(404, "Request_ResourceNotFound");
    // An eligibility was activated from nothing.
    let of_eligible = format!("{ROLES}/roleEligibilitySchedules");
    world
        .get("reader", &format!("{of_eligible}?$expand=activatedUsing"))
        .await
        .refused(400, "Request_BadRequest");
    let path = format!("{of_eligible}/{}/activatedUsing", eligible["id"].as_str().unwrap());
    world.get("reader", &path).await.refused(400, "BadRequest");
    // An administrator's own permanent right stands on nothing, and what is over is not written out any more.
    let filter = format!("$filter=principalId eq '{}'&$expand=activatedUsing", id("helper"));
    let rows = world.get("reader", &format!("{ROLES}/roleAssignmentSchedules?{filter}")).await.ok(200);
    assert_eq!(rows["value"][0]["activatedUsing"], Value::Null);
    assert!(made["createdDateTime"] == json!(NOON.to_string()));
}
