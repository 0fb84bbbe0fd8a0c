//! `$select`: the names of a collection are the same whatever its rows are, and what was written out stays.

use std::collections::BTreeSet;

use domain::{policy::Approver, role};
use serde_json::{Value, json};

use super::world::{ROLES, World, id};

const SCOPE: &str = "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$top=1";

/// Demo holds a role, waits for another one, and belongs to a group with a robot in it, whose id is given.
async fn lived_in() -> (World, String) {
    let world = World::new().await;
    for role in [role::USER_ADMINISTRATOR, role::TEAMS_ADMINISTRATOR] {
        world.make_eligible(id("demo"), role).await.ok(201);
    }
    world.ask_approval(role::TEAMS_ADMINISTRATOR, vec![Approver::User { id: id("helper") }]).await;
    world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    world.activate("demo", role::TEAMS_ADMINISTRATOR, None).await.ok(201);
    let group = json!({"displayName": "Team", "mailEnabled": false, "securityEnabled": true});
    let team = world.post("admin", "/v1.0/groups", group).await.ok(201)["id"].as_str().unwrap().to_owned();
    world.add_robot("robot").await;
    for name in ["demo", "robot"] {
        let body = json!({"@odata.id": format!("https://graph.example/v1.0/directoryObjects/{}", id(name))});
        let path = format!("/v1.0/groups/{team}/members/$ref");
        assert_eq!(world.post("admin", &path, body).await.status, 204);
    }
    (world, team)
}

fn keys<'r>(rows: impl IntoIterator<Item = &'r Value>) -> BTreeSet<String> {
    let all = rows.into_iter().flat_map(|row| row.as_object().unwrap().keys());
    all.filter(|name| !name.starts_with('@')).cloned().collect()
}

#[tokio::test]
async fn every_collection_has_one_set_of_names() {
    let (world, team) = lived_in().await;
    let definitions = format!("{ROLES}/roleDefinitions?$top=1");
    let approvals =
        "roleManagement/directory/roleAssignmentApprovals/filterByCurrentUser(on='target')?$top=1";
    let policies = "/v1.0/policies/roleManagementPolicies";
    let policy = &world.get("reader", &format!("{policies}?{SCOPE}")).await.each("id")[0];
    let mut paths = vec![
        "/v1.0/users?$top=2".to_owned(),
        "/v1.0/groups?$top=2".to_owned(),
        format!("/v1.0/groups/{team}/members?$top=9"),
        "/v1.0/me/memberOf?$top=9".to_owned(),
        "/v1.0/organization?".to_owned(),
        "/v1.0/auditLogs/directoryAudits?$top=2".to_owned(),
        format!("{ROLES}/roleAssignments?$top=1"),
        format!("{definitions}&$skip=1"),
        definitions.replace("v1.0", "beta"),
        format!("/v1.0/{approvals}"),
        format!("/beta/{approvals}"),
        format!("{policies}?{SCOPE}"),
        format!("{policies}/{}/rules?$top=20", policy.as_str().unwrap()),
        format!("/v1.0/policies/roleManagementPolicyAssignments?{SCOPE}"),
    ];
    for kind in ["Assignment", "Eligibility"] {
        for family in ["Schedules", "ScheduleInstances", "ScheduleRequests"] {
            let family = family.strip_prefix("Schedule").unwrap_or(family);
            let mine = "filterByCurrentUser(on='principal')?$top=9";
            paths.push(format!("{ROLES}/role{kind}Schedule{family}/{mine}"));
        }
    }
    for path in paths {
        // Who holds something himself, and may read the rest.
        let who = if path.contains("filterBy") || path.contains("/me/") { "demo" } else { "reader" };
        let whole = world.get(who, &path).await.ok(200)["value"].as_array().unwrap().clone();
        let refused = world.get(who, &format!("{path}&$select=id,colour")).await;
        refused.refused(400, "Request_BadRequest");
        let allowed = refused.body["error"]["innerError"]["allowed"].as_str().unwrap().to_owned();
        let names: BTreeSet<String> = allowed.split(", ").map(str::to_owned).collect();
        assert!(names.is_superset(&keys(&whole)), "{path}: {allowed}");
        // No group can be a member of another yet, but its names are no mistake.
        assert!(path.contains("/members?") || names == keys(&whole), "{path}: {allowed}");
        filters_are_names(&world, who, &path, &names).await;
        let select = allowed.replace(", ", ",").to_uppercase();
        let all = world.get(who, &format!("{path}&$select={select}")).await.ok(200);
        assert_eq!(all["value"], json!(whole), "{path}");
        let ids = world.get(who, &format!("{path}&$select=ID")).await.ok(200);
        assert_eq!(keys(ids["value"].as_array().unwrap()), BTreeSet::from(["id".to_owned()]), "{path}");
    }
}

/// Whatever `$filter` takes in a collection is among its names.
async fn filters_are_names(world: &World, who: &str, path: &str, names: &BTreeSet<String>) {
    let filtered = match path.split_once("$filter=") {
        Some((before, filter)) => format!("{before}$filter=colour eq 'x' and {filter}"),
        None => format!("{path}&$filter=colour eq 'x'"),
    };
    let refused = world.get(who, &filtered).await;
    refused.refused(400, "Request_BadRequest");
    let allowed = refused.body["error"]["innerError"]["allowed"].as_str().unwrap();
    for path in allowed.split(", ").filter(|_| !filtered.contains("/organization")) {
        let name = path.split('/').next().unwrap_or_default();
        assert!(names.contains(name), "{filtered}: {path}");
    }
}

#[tokio::test]
async fn lists_of_several_types_take_the_names_of_each() {
    let (world, team) = lived_in().await;
    let belongs = world.get("demo", "/v1.0/me/memberOf?$select=id,displayName,securityEnabled").await.ok(200);
    let rows = belongs["value"].as_array().unwrap();
    assert_eq!(keys([&rows[0]]).len(), 3, "{belongs}");
    assert_eq!(keys([&rows[1]]).len(), 2, "{belongs}");
    let members = format!("/v1.0/groups/{team}/members?$select=userPrincipalName,appId");
    let rows = world.get("john", &members).await.ok(200);
    let found: Vec<_> = rows["value"].as_array().unwrap().iter().map(|row| keys([row])).collect();
    let with = |name: &str| BTreeSet::from(["id".to_owned(), name.to_owned()]);
    assert_eq!(found, [with("userPrincipalName"), with("appId")]);
    assert!(world.get("john", "/v1.0/me/memberOf?$select=securityEnabled").await.each("id").is_empty());
    world.get("john", "/v1.0/me/memberOf?$select=colour").await.refused(400, "Request_BadRequest");
    let own = format!("{ROLES}/roleAssignmentSchedules/filterByCurrentUser(on='principal')");
    let nested = "$expand=principal($select=DISPLAYNAME,mailNickname)&$select=status";
    let rows = world.get("demo", &format!("{own}?{nested}")).await.ok(200);
    let row = &rows["value"][0];
    let person = json!({"@odata.type": "#microsoft.graph.user", "id": id("demo"), "displayName": "DEMO"});
    assert_eq!((&row["principal"], &row["status"]), (&person, &json!("Provisioned")));
    assert_eq!(keys([row]).len(), 3);
    for (who, nested) in [
        ("demo", "principal($select=colour)"),
        ("john", "principal($select=colour)"),
        ("john", "roleDefinition($select=isPrivileged)"),
        ("john", "activatedUsing($select=assignmentType)"),
        ("john", "*,colour"),
    ] {
        let path = format!("{own}?$expand={nested}");
        world.get(who, &path).await.refused(400, "Request_BadRequest");
    }
}

#[tokio::test]
async fn what_was_written_out_stays_beside_what_was_selected() {
    let (world, _) = lived_in().await;
    let policies = format!("/v1.0/policies/roleManagementPolicies?{SCOPE}");
    let assignments = format!("/v1.0/policies/roleManagementPolicyAssignments?{SCOPE}");
    let first = |body: Value| body["value"][0].clone();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    for (path, expected) in [
        (format!("{policies}&$select=id&$expand=rules"), names(&["id", "rules"])),
        (
            format!("{policies}&$select=id,rules&$expand=effectiveRules,rules"),
            names(&["id", "rules", "effectiveRules"]),
        ),
        (format!("{assignments}&$select=policyId&$expand=policy"), names(&["id", "policyId", "policy"])),
    ] {
        assert_eq!(keys([&first(world.get("reader", &path).await.ok(200))]), expected, "{path}");
    }
    let path = format!("{assignments}&$expand=policy($expand=rules($select=maximumDuration);$select=id)");
    let policy = first(world.get("reader", &path).await.ok(200))["policy"].clone();
    assert_eq!(keys([&policy]), names(&["id", "rules"]));
    let rules = policy["rules"].as_array().unwrap();
    assert_eq!((rules.len(), keys(rules)), (17, names(&["id", "maximumDuration"])));
    assert!(rules.iter().all(|rule| rule["@odata.type"].is_string()));
    for bad in [
        format!("{policies}&$expand=rules($expand=nonsense)"),
        format!("{policies}&$expand=rules($select=colour)"),
        format!("{policies}&$select=rules"),
        format!("{policies}&$expand=nonsense").replace("'/'", "'elsewhere'"),
        format!("{assignments}&$expand=policy($select=colour)"),
        format!("{assignments}&$expand=policy($expand=policy)").replace("'/'", "'elsewhere'"),
    ] {
        world.get("reader", &bad).await.refused(400, "Request_BadRequest");
    }
    for (version, part) in [("v1.0", "stages"), ("beta", "steps")] {
        let root = format!("/{version}/roleManagement/directory/roleAssignmentApprovals");
        let mine = format!("{root}/filterByCurrentUser(on='approver')");
        let path = format!("{mine}?$select=id&$expand={part}($select=status)");
        let row = first(world.get("helper", &path).await.ok(200));
        let waits = row["id"].as_str().unwrap();
        assert_eq!(row[part], json!([{"id": waits, "status": "InProgress"}]));
        let one = world.get("helper", &format!("{root}/{waits}?$select=id")).await.ok(200);
        assert!(one.get(part).is_none());
        let parts = format!("{root}/{waits}/{part}");
        assert!(
            world
                .get("helper", &format!("{parts}?$filter=status eq 'Completed'"))
                .await
                .each("id")
                .is_empty()
        );
        for bad in [
            format!("{mine}?$expand={part}($expand=x)"),
            format!("{root}/{waits}?$expand={part}($select=colour)"),
            format!("{parts}?$filter=colour eq 'x'"),
        ] {
            world.get("helper", &bad).await.refused(400, "Request_BadRequest");
        }
    }
}
