//! Requests: asked, looked at, withdrawn.

use domain::{policy::Approver, role, time::Span};
use serde_json::json;

use super::world::{NOON, ROLES, World, id};

#[tokio::test]
async fn an_activation_is_echoed_whole() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let made = world.activate("demo", role::USER_ADMINISTRATOR, None).await.ok(201);
    assert_eq!(made["status"], "Provisioned");
    assert_eq!(made["targetScheduleId"], made["id"]);
    assert_eq!(
        made["scheduleInfo"]["expiration"],
        json!({"type": "afterDuration", "duration": "PT1H", "endDateTime": null})
    );
    assert_eq!(made["scheduleInfo"]["startDateTime"], NOON.to_string());
    assert_eq!(made["ticketInfo"], json!({"ticketNumber": null, "ticketSystem": null}));
    assert_eq!(made["createdBy"]["user"], json!({"id": id("demo"), "displayName": null}));
    let path = format!("{ROLES}/roleAssignmentScheduleRequests/{}", made["id"].as_str().unwrap());
    let read =
        world.get("demo", &format!("{path}?$expand=principal($select=id),roleDefinition")).await.ok(200);
    assert_eq!(read["roleDefinition"]["displayName"], "User Administrator");
    assert_eq!(read["principal"], json!({"@odata.type": "#microsoft.graph.user", "id": id("demo")}));
    world.get("john", &path).await.refused(404, "Request_ResourceNotFound");
    assert_eq!(world.get("reader", &path).await.status, 200);
    let again = world.activate("demo", role::USER_ADMINISTRATOR, None).await;
    again.refused(400, "RoleAssignmentExists");
    let cancel = world.send("demo", "POST", &format!("{path}/cancel"), None).await;
    cancel.refused(400, "RoleAssignmentRequestNotCancellable");
    world.activate("john", role::USER_ADMINISTRATOR, None).await;
}

#[tokio::test]
async fn a_scheduled_activation_is_withdrawn() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let later = NOON + Span::hours(2);
    let made = world.activate("demo", role::USER_ADMINISTRATOR, Some(later)).await.ok(201);
    assert_eq!(made["status"], "Granted");
    let twin = world.activate("demo", role::USER_ADMINISTRATOR, None).await;
    twin.refused(400, "PendingRoleAssignmentRequest");
    let path = format!("{ROLES}/roleAssignmentScheduleRequests/{}/cancel", made["id"].as_str().unwrap());
    world.send("john", "POST", &path, None).await.refused(404, "Request_ResourceNotFound");
    let other = path.replace("Assignment", "Eligibility");
    world.send("demo", "POST", &other, None).await.refused(404, "Request_ResourceNotFound");
    let nothing = format!("{ROLES}/roleAssignmentScheduleRequests/{}/cancel", id("nothing"));
    world.send("demo", "POST", &nothing, None).await.refused(404, "Request_ResourceNotFound");
    let told = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Cancel request'";
    assert_eq!(world.get("reader", told).await.each("result"), ["failure"]);
    assert_eq!(world.send("demo", "POST", &path, None).await.status, 204);
    let mine = format!(
        "{ROLES}/roleAssignmentScheduleRequests/filterByCurrentUser(on='principal')?$filter=status eq 'canceled'"
    );
    assert_eq!(world.get("demo", &mine).await.each("status"), ["Canceled"]);
}

#[tokio::test]
async fn a_validation_says_what_would_be_and_leaves_no_trace() {
    let world = World::new().await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let rows = "/v1.0/auditLogs/directoryAudits?$count=true&$top=1";
    let before = world.get("admin", rows).await.ok(200)["@odata.count"].clone();
    let path = format!("{ROLES}/roleAssignmentScheduleRequests");
    let ask = |hours: u32| {
        json!({
            "action": "selfActivate", "principalId": id("demo"), "roleDefinitionId": role::USER_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "work", "isValidationOnly": true,
            "scheduleInfo": {"expiration": {"type": "AfterDuration", "duration": format!("PT{hours}H")}},
        })
    };
    let dry = world.post("demo", &path, ask(1)).await.ok(201);
    assert_eq!((&dry["status"], &dry["isValidationOnly"]), (&json!("Granted"), &json!(true)));
    let too_long = world.post("demo", &path, ask(9)).await;
    too_long.refused(400, "RoleAssignmentRequestPolicyValidationFailed");
    world.ask_approval(role::USER_ADMINISTRATOR, Vec::new()).await;
    assert_eq!(world.post("demo", &path, ask(1)).await.ok(201)["status"], "PendingApprovalProvisioning");
    let mine = format!("{path}/filterByCurrentUser(on='principal')");
    assert_eq!(world.get("demo", &mine).await.each("id").len(), 0);
    assert_eq!(world.get("admin", rows).await.ok(200)["@odata.count"], before);
}

#[tokio::test]
async fn what_is_not_enforced_is_refused() {
    let world = World::new().await;
    let path = format!("{ROLES}/roleEligibilityScheduleRequests");
    for (name, value, code) in [
        ("appScopeId", json!("/x"), "NotSupported"),
        ("directoryScopeId", json!("/administrativeUnits/x"), "NotSupported"),
        ("scheduleInfo", json!({"recurrence": {"pattern": {}}}), "NotSupported"),
        ("action", json!("adminExtend"), "NotSupported"),
        ("action", json!("grab"), "InvalidRoleAssignmentRequest"),
        ("principalId", json!(id("nobody")), "SubjectNotFound"),
        ("roleDefinitionId", json!(id("norole")), "RoleNotFound"),
        ("colour", json!("blue"), "InvalidRoleAssignmentRequest"),
        ("scheduleInfo", json!({"startDateTime": "2026-01-01T00:00:00"}), "InvalidRoleAssignmentRequest"),
    ] {
        let mut body = json!({
            "@odata.type": "#microsoft.graph.unifiedRoleEligibilityScheduleRequest",
            "action": "adminAssign", "principalId": id("demo"), "roleDefinitionId": role::USER_ADMINISTRATOR,
            "directoryScopeId": "/", "scheduleInfo": {"expiration": {"type": "noExpiration"}},
        });
        body[name] = value;
        world.post("admin", &path, body).await.refused(400, code);
    }
    let body = json!({
        "action": "adminAssign", "principalId": id("demo"), "roleDefinitionId": role::USER_ADMINISTRATOR,
        "directoryScopeId": "/", "scheduleInfo": {"expiration": {"type": "noExpiration"}},
    });
    world.post("helper", &path, body).await.refused(403, "UnauthorizedAccessException");
}

#[tokio::test]
async fn the_rules_of_a_role_are_told_to_those_whom_they_concern() {
    let world = World::new().await;
    world.ask_approval(role::USER_ADMINISTRATOR, vec![Approver::User { id: id("helper") }]).await;
    world.make_eligible(id("demo"), role::USER_ADMINISTRATOR).await.ok(201);
    let path = format!("/api/roles/{}", role::USER_ADMINISTRATOR);

    let whole = world.get("reader", &path).await.ok(200);
    assert_eq!(whole["policy"]["approvalEndUserAssignment"]["approvers"][0]["id"], json!(id("helper")));
    assert_eq!(whole["activation"]["isApprovalRequired"], true);

    // What he must give, not who approves nor who is told.
    let his = world.get("demo", &path).await.ok(200);
    assert_eq!(his["policy"], json!(null));
    assert_eq!(his["activation"]["isApprovalRequired"], true);
    assert_eq!(his["activation"]["expiration"], whole["policy"]["expirationEndUserAssignment"]);
    assert_eq!(his["activation"]["enablement"], whole["policy"]["enablementEndUserAssignment"]);
    assert!(!his.to_string().contains(&id("helper").to_string()), "{his}");

    let nobodys = world.get("john", &path).await.ok(200);
    assert_eq!((&nobodys["policy"], &nobodys["activation"]), (&json!(null), &json!(null)));
    assert_eq!(nobodys["displayName"], "User Administrator");
    let other = world.get("demo", &format!("/api/roles/{}", role::GLOBAL_ADMINISTRATOR)).await.ok(200);
    assert_eq!((&other["policy"], &other["activation"]), (&json!(null), &json!(null)));
}
