//! The six collections, the role definitions and the audit history.

use domain::role;
use serde_json::json;

use super::world::{ROLES, World, id};

const COLLECTIONS: [&str; 6] = [
    "roleAssignmentScheduleRequests",
    "roleAssignmentSchedules",
    "roleAssignmentScheduleInstances",
    "roleEligibilityScheduleRequests",
    "roleEligibilitySchedules",
    "roleEligibilityScheduleInstances",
];

#[tokio::test]
async fn everybody_reads_his_own_and_readers_read_all() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    for name in COLLECTIONS {
        let path = format!("{ROLES}/{name}");
        world.get("", &path).await.refused(401, "InvalidAuthenticationToken");
        for who in ["demo", "john"] {
            world.get(who, &path).await.refused(403, "Authorization_RequestDenied");
            world.get(who, &format!("{path}/$count")).await.refused(403, "Authorization_RequestDenied");
        }
        let filter = format!("$filter=principalId eq '{}'", id("demo"));
        let all = world.get("reader", &format!("{path}?{filter}&$count=true&$expand=*")).await.ok(200);
        assert_eq!(all["@odata.count"], 1, "{name}");
        assert_eq!(all["value"][0]["principal"]["displayName"], "DEMO");
        assert_eq!(world.get("reader", &format!("{path}/$count?{filter}")).await.ok(200), json!(1));
        let own = world.get("demo", &format!("{path}/filterByCurrentUser(on='principal')")).await.ok(200);
        let kind = own["value"][0]["@odata.type"].as_str().unwrap();
        assert!(kind.starts_with("#microsoft.graph.unifiedRole"), "{kind}");
        let item = format!("{path}/{}", own["value"][0]["id"].as_str().unwrap());
        assert_eq!(world.get("demo", &item).await.status, 200, "{item}");
        assert_eq!(world.get("admin", &item).await.status, 200);
        world.get("john", &item).await.refused(404, "Request_ResourceNotFound");
        assert!(
            world
                .get("john", &format!("{path}/filterByCurrentUser(on='principal')"))
                .await
                .each("id")
                .is_empty()
        );
        let odd = world.get("demo", &format!("{path}/filterByCurrentUser(on='reviewer')")).await;
        odd.refused(400, "Request_BadRequest");
        world.send("admin", "PATCH", &item, None).await.refused(405, "Request_MethodNotAllowed");
        world.get("admin", &format!("{path}/unknown")).await.refused(404, "Request_ResourceNotFound");
        world.get("admin", &format!("{path}/a/b/c")).await.refused(400, "BadRequest");
    }
    for (on, rows) in [("createdBy", 1), ("approver", 0)] {
        let path = format!("{ROLES}/roleEligibilityScheduleRequests/filterByCurrentUser(on='{on}')");
        assert_eq!(world.get("admin", &path).await.each("id").len(), rows);
    }
    let filter = "assignmentType eq 'Activated' and status eq 'Provisioned' and memberType ne 'Group'";
    let path = format!("{ROLES}/roleAssignmentSchedules?$filter={filter}");
    assert_eq!(world.get("reader", &path).await.each("principalId"), [json!(id("demo"))]);
}

#[tokio::test]
async fn role_definitions_are_no_secret() {
    let world = World::new().await;
    let path = format!("{ROLES}/roleDefinitions");
    let names = world
        .get("demo", &format!("{path}?$filter=displayName in ('Global Reader','Security Reader')"))
        .await;
    assert_eq!(names.each("displayName"), ["Global Reader", "Security Reader"]);
    let page = world.get("demo", &format!("{path}?$top=3&$count=true")).await.ok(200);
    assert_eq!(page["@odata.count"], 145);
    assert!(page["@odata.nextLink"].as_str().unwrap().contains("$top=3"));
    let number =
        world.get("demo", &format!("{path}/$count?$filter=startswith(displayName,'Global')")).await.ok(200);
    assert_eq!(number, 4);
    let user = format!("{path}/{}", role::USER_ADMINISTRATOR);
    let inherits = world.get("demo", &format!("{user}/inheritsPermissionsFrom")).await;
    assert_eq!(inherits.each("displayName"), ["Directory Readers"]);
    let with = format!("{user}?$select=displayName&$expand=inheritsPermissionsFrom($select=displayName)");
    let with = world.get("demo", &with).await.ok(200);
    assert_eq!(with["inheritsPermissionsFrom"][0]["displayName"], "Directory Readers");
    let list = format!("{path}?$top=1&$expand=inheritsPermissionsFrom");
    assert!(world.get("demo", &list).await.ok(200)["value"][0]["inheritsPermissionsFrom"].is_array());
    world.get("demo", &format!("{path}?$expand=principal")).await.refused(400, "Request_BadRequest");
    let one = format!("{path}/{}", role::GLOBAL_ADMINISTRATOR);
    assert!(world.get("demo", &one).await.ok(200).get("isPrivileged").is_none());
    assert_eq!(world.get("demo", &one.replace("v1.0", "beta")).await.ok(200)["isPrivileged"], true);
    world.get("demo", &format!("{path}/x")).await.refused(404, "Request_ResourceNotFound");
    world.send("admin", "DELETE", &one, None).await.refused(405, "Request_MethodNotAllowed");
}

#[tokio::test]
async fn the_history_is_filtered_by_its_readers() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let path = "/v1.0/auditLogs/directoryAudits";
    world.get("reader", &format!("{path}?$top=1000")).await.ok(200);
    world.get("reader", &format!("{path}?$top=1001")).await.refused(400, "Request_BadRequest");
    world.get("demo", path).await.refused(403, "Authorization_RequestDenied");
    world.send("admin", "POST", path, Some(json!({}))).await.refused(405, "Request_MethodNotAllowed");
    let all = world.get("reader", path).await.ok(200);
    let row = &all["value"][0];
    assert_eq!(row["initiatedBy"]["user"]["userPrincipalName"], "admin@contoso.example");
    assert_eq!((&row["loggedByService"], &row["result"]), (&json!("PIM"), &json!("success")));
    let one = format!("{path}/{}", row["id"].as_str().unwrap());
    assert_eq!(world.get("reader", &one).await.ok(200)["id"], row["id"]);
    for (filter, rows) in [
        ("category eq 'RoleManagement' and loggedByService eq 'PIM'".to_owned(), 2),
        (format!("initiatedBy/user/id eq '{}'", id("admin")), 2),
        ("startswith(initiatedBy/user/displayName,'adm')".to_owned(), 2),
        (format!("targetResources/any(t: t/id eq '{}')", id("demo")), 2),
        ("targetResources/any(t: startswith(t/displayName,'user adm'))".to_owned(), 2),
        ("startswith(activityDisplayName,'Add eligible member')".to_owned(), 2),
        ("activityDateTime lt 2026-01-01T00:00:00Z".to_owned(), 0),
        ("result eq 'failure'".to_owned(), 0),
        ("initiatedBy/app/appId eq 'x'".to_owned(), 0),
        ("initiatedBy/app/appId eq null".to_owned(), 2),
    ] {
        let found =
            world.get("reader", &format!("{path}?$filter={filter}&$orderby=activityDateTime desc")).await;
        assert_eq!(found.each("id").len(), rows, "{filter}");
    }
}
