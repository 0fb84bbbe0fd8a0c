//! The settings of roles: read by those who read roles, changed by those who manage them, one rule or all.

use domain::role;
use serde_json::{Value, json};

use super::world::{ROLES, World, id};

const POLICIES: &str = "/v1.0/policies/roleManagementPolicies";
const ASSIGNMENTS: &str = "/v1.0/policies/roleManagementPolicyAssignments";
const SCOPE: &str = "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'";

/// The address of a role's policy, found as clients find it.
async fn policy(world: &World) -> String {
    let role = role::TEAMS_ADMINISTRATOR;
    let path = format!("{ASSIGNMENTS}?{SCOPE} and roleDefinitionId eq '{role}'");
    let found = world.get("admin", &path).await.each("policyId");
    assert_eq!(found.len(), 1);
    format!("{POLICIES}/{}", found[0].as_str().unwrap())
}

fn body(kind: &str, members: impl Into<Value>) -> Value {
    let mut body = json!({"@odata.type": format!("#microsoft.graph.unifiedRoleManagementPolicy{kind}Rule")});
    if let (Value::Object(body), Value::Object(members)) = (&mut body, members.into()) {
        body.extend(members);
    }
    body
}

async fn patch(world: &World, who: &str, rule: &str, body: Value) -> super::world::Answer {
    let path = format!("{}/rules/{rule}", policy(world).await);
    world.send(who, "PATCH", &path, Some(body)).await
}

#[tokio::test]
async fn every_assignable_role_has_one_policy_with_seventeen_rules() {
    let world = World::new().await;
    let assignable = role::builtin().iter().filter(|role| role.assignable).count();
    let found = world.get("reader", &format!("{POLICIES}?{SCOPE}&$count=true&$top=999")).await.ok(200);
    assert_eq!(found["@odata.count"], json!(assignable));
    let first = &found["value"][0];
    assert_eq!((&first["scopeId"], &first["scopeType"]), (&json!("/"), &json!("DirectoryRole")));
    assert_eq!(first["lastModifiedDateTime"], Value::Null);
    assert_eq!(first["lastModifiedBy"], json!({"displayName": "", "id": null}));
    assert!(first.get("rules").is_none());
    let path = policy(&world).await;
    let rules = world.get("reader", &format!("{path}/rules")).await.ok(200);
    let rules = rules["value"].as_array().unwrap().clone();
    assert_eq!(rules.len(), 17);
    assert_eq!(rules[10]["id"], "Expiration_EndUser_Assignment");
    assert_eq!(rules[10]["maximumDuration"], "PT8H");
    assert_eq!(rules[10]["target"]["caller"], "EndUser");
    assert_eq!(rules[10]["target"]["level"], "Assignment");
    assert_eq!(rules[0]["maximumDuration"], "P365D");
    assert_eq!(rules[11]["enabledRules"], json!(["MultiFactorAuthentication", "Justification"]));
    let whole = world.get("reader", &format!("{path}?$expand=rules,effectiveRules")).await.ok(200);
    assert_eq!((whole["rules"].clone(), whole["effectiveRules"].clone()), (json!(rules), json!(rules)));
    let one = world.get("reader", &format!("{path}/rules/approval_enduser_assignment")).await.ok(200);
    assert_eq!(one["setting"]["approvalStages"][0]["primaryApprovers"], json!([]));
    let nested = format!("{ASSIGNMENTS}?{SCOPE}&$expand=policy($expand=rules)&$top=1");
    let nested = world.get("reader", &nested).await.ok(200);
    assert_eq!(nested["value"][0]["policy"]["rules"].as_array().unwrap().len(), 17);
    let key = nested["value"][0]["id"].as_str().unwrap();
    assert_eq!(world.get("reader", &format!("{ASSIGNMENTS}/{key}")).await.ok(200)["id"], key);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused() {
    let world = World::new().await;
    for list in [POLICIES, ASSIGNMENTS] {
        let answer = world.get("admin", list).await;
        answer.refused(400, "UnknownError");
        let inner: Value = serde_json::from_str(answer.body["error"]["message"].as_str().unwrap()).unwrap();
        assert_eq!(inner["errorCode"], "MissingProvider");
        let group = format!("{list}?$filter=scopeId eq '{}' and scopeType eq 'Group'", id("team"));
        assert_eq!(world.get("admin", &group).await.each("id").len(), 0);
        let list = format!("{list}?{SCOPE}");
        world.get("demo", &list).await.refused(403, "Authorization_RequestDenied");
        world.get("", &list).await.refused(401, "InvalidAuthenticationToken");
        world.get("admin", &format!("{list}&$expand=other")).await.refused(400, "Request_BadRequest");
    }
    let path = policy(&world).await;
    world.get("admin", &format!("{POLICIES}/nothing")).await.refused(404, "Request_ResourceNotFound");
    world.get("admin", &format!("{path}/rules/Nothing")).await.refused(404, "Request_ResourceNotFound");
    world.send("admin", "DELETE", &path, None).await.refused(405, "Request_MethodNotAllowed");
    world.post("admin", POLICIES, json!({})).await.refused(405, "Request_MethodNotAllowed");
}

#[tokio::test]
async fn a_changed_rule_binds_the_next_request_and_is_told_with_both_values() {
    let world = World::new().await;
    let members = json!({
        "id": "Expiration_EndUser_Assignment", "isExpirationRequired": true, "maximumDuration": "PT1H45M",
        "target": {"@odata.type": "microsoft.graph.unifiedRoleManagementPolicyRuleTarget", "caller": "EndUser"},
    });
    let long = body("Expiration", members);
    for who in ["demo", "reader", "helper"] {
        let refused = patch(&world, who, "Expiration_EndUser_Assignment", long.clone()).await;
        refused.refused(403, "UnauthorizedAccessException");
    }
    let done = patch(&world, "admin", "Expiration_EndUser_Assignment", long.clone()).await;
    assert_eq!(done.status, 204, "{}", done.body);
    let kept = world.get("reader", &policy(&world).await).await.ok(200);
    assert_eq!(kept["lastModifiedBy"], json!({"displayName": "ADMIN", "id": id("admin")}));
    world.make_eligible(id("demo"), role::TEAMS_ADMINISTRATOR).await.ok(201);
    let ask = |duration: &str| {
        json!({
            "action": "selfActivate", "principalId": id("demo"), "roleDefinitionId": role::TEAMS_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "work",
            "scheduleInfo": {"expiration": {"type": "AfterDuration", "duration": duration}},
        })
    };
    let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
    let refused = world.post("demo", &requests, ask("PT2H")).await;
    refused.refused(400, "RoleAssignmentRequestPolicyValidationFailed");
    assert!(refused.body["error"]["innerError"]["allowed"].as_str().unwrap().contains("1 h 45 min"));
    world.post("demo", &requests, ask("PT1H45M")).await.ok(201);
    let audits =
        "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update role setting in PIM'";
    let rows = world.get("admin", audits).await.ok(200)["value"].as_array().unwrap().clone();
    let results: Vec<_> = rows.iter().map(|row| row["result"].as_str().unwrap()).collect();
    assert_eq!(results.iter().filter(|result| **result == "failure").count(), 3);
    let row = rows.iter().find(|row| row["result"] == "success").unwrap();
    let change = &row["targetResources"][0]["modifiedProperties"][0];
    assert_eq!(change["displayName"], "Expiration_EndUser_Assignment.maximumDuration");
    assert!(change["oldValue"].as_str().unwrap().contains("PT8H"));
    assert!(change["newValue"].as_str().unwrap().contains("PT1H45M"));
    // The same again changes nothing and tells nothing.
    patch(&world, "admin", "Expiration_EndUser_Assignment", long).await;
    assert_eq!(world.get("admin", audits).await.each("id").len(), rows.len());
}

#[tokio::test]
async fn whoever_may_not_change_settings_learns_nothing_of_the_approvers_he_names() {
    let world = World::new().await;
    let nobody = "11111111-2222-3333-4444-555555555555".to_owned();
    for named in [id("john").to_string(), nobody] {
        let approver = json!({"@odata.type": "#microsoft.graph.singleUser", "userId": named});
        let stage = json!({"primaryApprovers": [approver]});
        let setting = json!({"isApprovalRequired": true, "approvalStages": [stage]});
        let asked = body("Approval", json!({ "setting": setting }));
        let refused = patch(&world, "helper", "Approval_EndUser_Assignment", asked).await;
        refused.refused(403, "UnauthorizedAccessException");
        let message = refused.body["error"]["message"].as_str().unwrap();
        assert_eq!(message, "Attempted to perform an unauthorized operation.", "about {named}");
    }
}

#[tokio::test]
async fn rules_that_say_what_they_may_not_are_refused_by_name() {
    let world = World::new().await;
    let stage = |approver: Value| {
        let stage = json!({"primaryApprovers": [approver]});
        body("Approval", json!({"setting": {"isApprovalRequired": true, "approvalStages": [stage]}}))
    };
    let length =
        |text: &str| body("Expiration", json!({"isExpirationRequired": true, "maximumDuration": text}));
    let mails = |list: Value| body("Notification", json!({"notificationRecipients": list}));
    let user = |id: &str| json!({"@odata.type": "#microsoft.graph.singleUser", "userId": id});
    let nobody = "11111111-2222-3333-4444-555555555555";
    for (rule, body, code) in [
        ("Expiration_EndUser_Assignment", length("PT25H"), "InvalidPolicyRule"),
        ("Expiration_EndUser_Assignment", length("PT29M"), "InvalidPolicyRule"),
        ("Expiration_Admin_Eligibility", length("P366D"), "InvalidPolicyRule"),
        (
            "Expiration_EndUser_Assignment",
            body("Enablement", json!({"enabledRules": []})),
            "InvalidPolicyRule",
        ),
        (
            "Enablement_EndUser_Assignment",
            body("Enablement", json!({"enabledRules": ["Hope"]})),
            "InvalidPolicyRule",
        ),
        ("Approval_EndUser_Assignment", stage(user(nobody)), "InvalidPolicyRule"),
        (
            "Approval_EndUser_Assignment",
            stage(json!({"@odata.type": "#microsoft.graph.requestorManager"})),
            "InvalidPolicyRule",
        ),
        ("Notification_Admin_EndUser_Assignment", mails(json!(["no address"])), "InvalidPolicyRule"),
        ("Notification_Approver_EndUser_Assignment", mails(json!(["a@b.example"])), "InvalidPolicyRule"),
        (
            "AuthenticationContext_EndUser_Assignment",
            body("AuthenticationContext", json!({"isEnabled": true, "claimValue": "c1"})),
            "NotSupported",
        ),
    ] {
        let refused = patch(&world, "admin", rule, body).await;
        refused.refused(400, code);
        let field = refused.body["error"]["innerError"]["field"].as_str().unwrap();
        assert!(field.starts_with(rule), "{field}");
    }
}

#[tokio::test]
async fn several_rules_change_at_once_or_not_at_all() {
    let world = World::new().await;
    let path = policy(&world).await;
    let expiration = |text: &str| {
        let members = json!({"id": "Expiration_EndUser_Assignment", "maximumDuration": text});
        body("Expiration", members)
    };
    let approver = json!({"@odata.type": "#microsoft.graph.singleUser", "id": id("john"), "isBackup": false});
    let stage = json!({"primaryApprovers": [approver]});
    let setting =
        json!({"isApprovalRequired": true, "approvalMode": "SingleStage", "approvalStages": [stage]});
    let approval = body("Approval", json!({"id": "Approval_EndUser_Assignment", "setting": setting}));
    let send = |rules: Vec<Value>| world.send("admin", "PATCH", &path, Some(json!({"rules": rules})));
    send(vec![approval.clone(), expiration("PT99H")]).await.refused(400, "InvalidPolicyRule");
    let rule = format!("{path}/rules/Approval_EndUser_Assignment");
    let kept = world.get("admin", &rule).await.ok(200);
    assert_eq!(kept["setting"]["isApprovalRequired"], false);
    let whole = send(vec![approval, expiration("8:00:00")]).await.ok(200);
    assert!(whole.get("rules").is_none());
    let kept = world.get("admin", &rule).await.ok(200);
    assert_eq!(kept["setting"]["approvalStages"][0]["primaryApprovers"][0]["userId"], json!(id("john")));
    send(vec![json!({"id": "Other"})]).await.refused(400, "InvalidPolicyRule");
}

#[tokio::test]
async fn the_editor_saves_whole_and_says_when_another_was_faster() {
    let world = World::new().await;
    let path = format!("/api/role-settings/{}", role::TEAMS_ADMINISTRATOR);
    world.get("demo", &path).await.refused(403, "Authorization_RequestDenied");
    let loaded = world.get("admin", &path).await.ok(200);
    assert_eq!((&loaded["version"], &loaded["role"]["modified"]), (&json!(0), &json!(false)));
    let mut save = json!({"version": 0, "policy": loaded["policy"]});
    save["policy"]["approvalEndUserAssignment"]["isApprovalRequired"] = json!(true);
    let check = world.post("admin", &format!("{path}/check"), save.clone()).await.ok(200);
    let warnings = check["warnings"].as_array().unwrap();
    assert!(warnings[0].as_str().unwrap().contains("nobody could approve his own request"), "{warnings:?}");
    assert!(warnings[1].as_str().unwrap().starts_with("No approver is chosen"));
    world.send("reader", "PUT", &path, Some(save.clone())).await.refused(403, "UnauthorizedAccessException");
    let saved = world.send("admin", "PUT", &path, Some(save.clone())).await.ok(200);
    assert_eq!((&saved["version"], &saved["role"]["lastModifiedBy"]), (&json!(1), &json!("ADMIN")));
    let late = world.send("admin", "PUT", &path, Some(save.clone())).await;
    late.refused(412, "Request_PreconditionFailed");
    save["version"] = json!(1);
    save["policy"]["approvalEndUserAssignment"]["approvers"] =
        json!([{"kind": "user", "id": id("demo")}, {"kind": "user", "id": id("john")}]);
    let saved = world.send("admin", "PUT", &path, Some(save.clone())).await.ok(200);
    assert_eq!(saved["approvers"][0]["displayName"], "DEMO");
    let check = world.post("admin", &format!("{path}/check"), save).await.ok(200);
    assert_eq!(check, json!({"warnings": [], "openRequests": 0, "runningActivations": 0}));
    let list = "/api/role-settings?modified=true&sort=modified&desc=true";
    let list = world.get("reader", list).await.ok(200);
    assert_eq!((&list["total"], &list["rows"][0]["displayName"]), (&json!(1), &json!("Teams Administrator")));
    world.get("admin", "/api/role-settings/x").await.refused(404, "Request_ResourceNotFound");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_save_the_same_version_one_does() {
    let world = World::new().await;
    let path = format!("/api/role-settings/{}", role::TEAMS_ADMINISTRATOR);
    let loaded = world.get("admin", &path).await.ok(200);
    let saves = (1..=32).map(|n| {
        let mut save = json!({"version": 0, "policy": loaded["policy"]});
        save["policy"]["expirationEndUserAssignment"]["maximumDuration"] = json!(format!("PT{}M", 30 + n));
        let (world, path) = (&world, &path);
        async move { world.send("admin", "PUT", path, Some(save)).await.status }
    });
    let mut statuses = futures::future::join_all(saves).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses.len()), (200, 412, 32));
    let audits =
        "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update role setting in PIM'&$top=50";
    assert_eq!(world.get("admin", audits).await.each("id").len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_changes_at_once_all_hold_and_none_is_told_as_failed() {
    let world = World::new().await;
    let before = world.get("reader", "/v1.0/auditLogs/directoryAudits?$count=true").await.ok(200);
    let one = async |n: u32| {
        if n.is_multiple_of(2) {
            let body = body("Expiration", json!({"maximumDuration": format!("PT{}H", n / 2 + 1)}));
            patch(&world, "admin", "Expiration_EndUser_Assignment", body).await.status
        } else {
            let address = format!("soc{n}@example.org");
            let body = body("Notification", json!({"notificationRecipients": [address]}));
            patch(&world, "admin", "Notification_Admin_EndUser_Assignment", body).await.status
        }
    };
    assert_eq!(futures::future::join_all((0..16).map(one)).await, [204; 16]);
    let failed = "/v1.0/auditLogs/directoryAudits?$filter=result eq 'failure'";
    assert_eq!(world.get("reader", failed).await.each("id").len(), 0);
    let after = world.get("reader", "/v1.0/auditLogs/directoryAudits?$count=true").await.ok(200);
    let written = after["@odata.count"].as_u64().unwrap() - before["@odata.count"].as_u64().unwrap();
    assert!((2..=16).contains(&written), "{written}");
}

#[tokio::test]
async fn what_a_rule_is_for_cannot_be_changed() {
    let world = World::new().await;
    let rule = "Expiration_EndUser_Assignment";
    let own = world.get("reader", &format!("{}/rules/{rule}", policy(&world).await)).await.ok(200);
    let mut same = own.clone();
    same.as_object_mut().unwrap().remove("@odata.context");
    assert_eq!(patch(&world, "admin", rule, same.clone()).await.status, 204);
    for (name, value) in
        [("caller", json!("Admin")), ("level", json!("Eligibility")), ("operations", json!([]))]
    {
        let mut other = same.clone();
        other["target"][name] = value;
        patch(&world, "admin", rule, other).await.refused(400, "InvalidPolicyRule");
    }
}
