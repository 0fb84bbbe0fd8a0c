//! Approvals on Graph's wire: who finds them, who reads them, who answers, and what everybody else is told.

use domain::{policy::Approver, role::USER_ADMINISTRATOR};
use serde_json::{Value, json};

use super::world::{NOON, ROLES, World, id};

const BETA: &str = "/beta/roleManagement/directory/roleAssignmentApprovals";

/// John waits for the approval of the helper, and of nobody else.
async fn waiting() -> (World, String) {
    let world = World::new().await;
    world.make_eligible(id("john"), USER_ADMINISTRATOR).await.ok(201);
    world.ask_approval(USER_ADMINISTRATOR, vec![Approver::User { id: id("helper") }]).await;
    let made = world.activate("john", USER_ADMINISTRATOR, None).await.ok(201);
    assert_eq!((&made["status"], &made["approvalId"]), (&json!("PendingApprovalProvisioning"), &made["id"]));
    let request = made["id"].as_str().unwrap().to_owned();
    (world, request)
}

async fn decide(world: &World, who: &str, request: &str, said: &str) -> super::world::Answer {
    let body = json!({"reviewResult": said, "justification": "seen"});
    world.send(who, "PATCH", &format!("{BETA}/{request}/steps/{request}"), Some(body)).await
}

#[tokio::test]
async fn an_approver_finds_his_work_reads_it_and_says_yes() {
    let (world, request) = waiting().await;
    let work = format!(
        "{ROLES}/roleAssignmentScheduleRequests/filterByCurrentUser(on='approver')?$filter=status eq 'PendingApproval'&$expand=roleDefinition,principal"
    );
    let found = world.get("helper", &work).await.ok(200);
    let row = &found["value"][0];
    assert_eq!((row["approvalId"].as_str(), &row["principal"]["id"]), (Some(&*request), &json!(id("john"))));
    let one = format!("{ROLES}/roleAssignmentScheduleRequests/{request}");
    assert_eq!(world.get("helper", &one).await.ok(200)["status"], "PendingApproval");
    world.get("demo", &one).await.refused(404, "Request_ResourceNotFound");
    let read = world.get("helper", &format!("{BETA}/{request}")).await.ok(200);
    assert_eq!(
        read["steps"],
        json!([{
            "id": request, "displayName": null, "status": "InProgress", "assignedToMe": true,
            "reviewResult": "NotReviewed", "reviewedBy": null, "reviewedDateTime": null, "justification": "",
        }])
    );
    assert_eq!(decide(&world, "helper", &request, "Approve").await.status, 204);
    let step = world.get("helper", &format!("{BETA}/{request}/steps/{request}")).await.ok(200);
    assert_eq!(
        (&step["status"], &step["reviewResult"], &step["justification"], &step["assignedToMe"]),
        (&json!("Completed"), &json!("Approve"), &json!("seen"), &json!(false))
    );
    assert_eq!(step["reviewedDateTime"], NOON.to_string());
    assert_eq!(
        step["reviewedBy"],
        json!({
            "@odata.type": "#microsoft.graph.userIdentity", "id": id("helper"), "displayName": "HELPER",
            "userPrincipalName": "helper@contoso.example", "mail": null,
        })
    );
    let made = world.get("john", &format!("{ROLES}/roleAssignmentScheduleRequests/{request}")).await.ok(200);
    assert_eq!((&made["status"], made["approvalId"].as_str()), (&json!("Provisioned"), Some(&*request)));
    let mine = format!("{ROLES}/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')");
    assert_eq!(world.get("john", &mine).await.each("assignmentType"), ["Activated"]);
}

#[tokio::test]
async fn the_first_answer_counts_and_the_second_is_told_whose_it_was() {
    let (world, request) = waiting().await;
    world
        .ask_approval(
            USER_ADMINISTRATOR,
            ["helper", "reader"].map(|name| Approver::User { id: id(name) }).into(),
        )
        .await;
    assert_eq!(decide(&world, "reader", &request, "denied").await.status, 204);
    let late = decide(&world, "helper", &request, "Approve").await;
    late.refused(409, "RoleAssignmentRequestAlreadyDecided");
    assert_eq!(late.body["error"]["message"], "READER has already denied this request");
    let made = world.get("admin", &format!("{ROLES}/roleAssignmentScheduleRequests/{request}")).await.ok(200);
    assert_eq!(made["status"], "Denied");
}

#[tokio::test]
async fn everybody_else_is_kept_out() {
    let (world, request) = waiting().await;
    let path = format!("{BETA}/{request}");
    for (who, status) in
        [("helper", 200), ("john", 200), ("reader", 200), ("admin", 200), ("demo", 403), ("", 401)]
    {
        for tail in ["", "/steps", "/stages", &format!("/steps/{request}")] {
            assert_eq!(world.get(who, &format!("{path}{tail}")).await.status, status, "{who} {tail}");
        }
    }
    for (who, status, code) in [
        ("john", 403, "UnauthorizedAccessException"),
        ("demo", 403, "UnauthorizedAccessException"),
        ("reader", 403, "UnauthorizedAccessException"),
        ("admin", 403, "UnauthorizedAccessException"),
        ("", 401, "InvalidAuthenticationToken"),
    ] {
        decide(&world, who, &request, "Approve").await.refused(status, code);
    }
    let read = world.get("reader", &path).await.ok(200);
    assert_eq!(
        (&read["steps"][0]["assignedToMe"], &read["steps"][0]["status"]),
        (&json!(false), &json!("InProgress"))
    );
}

#[tokio::test]
async fn a_wrong_answer_is_refused_with_what_would_be_right() {
    let (world, request) = waiting().await;
    let step = format!("{BETA}/{request}/steps/{request}");
    let wrong = |body: Value| world.send("helper", "PATCH", &step, Some(body));
    for (body, status, code, field) in [
        (json!({"justification": "x"}), 400, "Request_BadRequest", "reviewResult"),
        (json!({"reviewResult": "Maybe", "justification": "x"}), 400, "Request_BadRequest", "reviewResult"),
        (json!({"reviewResult": "Approve"}), 400, "InvalidRoleAssignmentRequest", "justification"),
        (
            json!({"reviewResult": "Deny", "justification": "  "}),
            400,
            "InvalidRoleAssignmentRequest",
            "justification",
        ),
        (
            json!({"reviewResult": "Deny", "justification": "x".repeat(501)}),
            400,
            "InvalidRoleAssignmentRequest",
            "justification",
        ),
        (json!({"reviewResult": "Deny", "colour": "blue"}), 400, "Request_BadRequest", "colour"),
    ] {
        let answer = wrong(body).await;
        answer.refused(status, code);
        assert_eq!(answer.body["error"]["innerError"]["field"], field);
    }
    let nobody = id("nothing");
    for path in
        [format!("{BETA}/{nobody}"), format!("{BETA}/{request}/steps/{nobody}"), format!("{BETA}/x/steps/x")]
    {
        world.get("helper", &path).await.refused(404, "Request_ResourceNotFound");
    }
    let body = json!({"reviewResult": "Approve", "justification": "x"});
    for path in [format!("{BETA}/{nobody}/steps/{nobody}"), format!("{BETA}/{request}/steps/{nobody}")] {
        let answer = world.send("helper", "PATCH", &path, Some(body.clone())).await;
        answer.refused(404, "Request_ResourceNotFound");
    }
    world.get("helper", &format!("{BETA}/{request}/colours")).await.refused(400, "BadRequest");
    world.send("helper", "POST", &step, Some(body)).await.refused(405, "Request_MethodNotAllowed");
    world
        .get("helper", &format!("{BETA}/{request}?$expand=principal"))
        .await
        .refused(400, "Request_BadRequest");
    assert_eq!(decide(&world, "helper", &request, "Approve").await.status, 204);
}

#[tokio::test]
async fn lists_hold_what_is_the_callers() {
    let (world, request) = waiting().await;
    let on = |word: &str| format!("{BETA}/filterByCurrentUser(on='{word}')?$count=true");
    for (who, word, wanted) in [
        ("helper", "approver", 1),
        ("john", "approver", 0),
        ("admin", "approver", 0),
        ("john", "target", 1),
        ("john", "createdBy", 1),
        ("helper", "target", 0),
    ] {
        let found = world.get(who, &on(word)).await.ok(200);
        assert_eq!(found["@odata.count"], wanted, "{who} {word}");
        if wanted == 1 {
            let step = &found["value"][0]["steps"][0];
            assert_eq!(
                (step["id"].as_str(), &step["assignedToMe"]),
                (Some(&*request), &json!(who == "helper"))
            );
        }
    }
    world.get("john", &on("nobody")).await.refused(400, "Request_BadRequest");
    world.get("", &on("approver")).await.refused(401, "InvalidAuthenticationToken");
    let stages = world.get("helper", &on("approver").replace("beta", "v1.0")).await.ok(200);
    assert_eq!(stages["value"][0]["stages"][0]["status"], "InProgress");
    let by_id = format!("{ROLES}/roleAssignmentScheduleRequests?$filter=approvalId eq '{request}'");
    assert_eq!(world.get("admin", &by_id).await.each("id"), [json!(request)]);
    let without = format!("{ROLES}/roleAssignmentScheduleRequests?$filter=approvalId eq null");
    assert_eq!(world.get("admin", &without).await.each("id").len(), 0);
}

#[tokio::test]
async fn where_nobody_is_named_the_guardians_approve_but_never_for_themselves() {
    let world = World::new().await;
    world.ask_approval(USER_ADMINISTRATOR, Vec::new()).await;
    for name in ["admin", "john"] {
        world.make_eligible(id(name), USER_ADMINISTRATOR).await.ok(201);
    }
    let own = world.activate("admin", USER_ADMINISTRATOR, None).await.ok(201);
    let other = world.activate("john", USER_ADMINISTRATOR, None).await.ok(201);
    let work = format!("{ROLES}/roleAssignmentScheduleRequests/filterByCurrentUser(on='approver')");
    assert_eq!(world.get("admin", &work).await.each("id"), [other["id"].clone()]);
    assert_eq!(world.get("helper", &work).await.each("id").len(), 0);
    let own = own["id"].as_str().unwrap();
    decide(&world, "admin", own, "Approve").await.refused(403, "UnauthorizedAccessException");
}
