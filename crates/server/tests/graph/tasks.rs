//! The grids of requests: to decide, open, one's own, and one request alone.

use domain::{
    policy::Approver,
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::{Instant, Span},
};
use futures::FutureExt;
use serde_json::{Value, json};
use server::storage::{Outcome, StorageError, args, mails};

use super::world::{NOON, ROLES, World, id};

/// Demo waits for the helper's approval of one role, and has another one scheduled.
async fn waiting() -> (World, String, String) {
    let world = World::new().await;
    for role in [USER_ADMINISTRATOR, TEAMS_ADMINISTRATOR] {
        world.make_eligible(id("demo"), role).await.ok(201);
    }
    world.ask_approval(USER_ADMINISTRATOR, vec![Approver::User { id: id("helper") }]).await;
    let waits = world.activate("demo", USER_ADMINISTRATOR, None).await.ok(201);
    let later = NOON + Span::hours(2);
    let starts = world.activate("demo", TEAMS_ADMINISTRATOR, Some(later)).await.ok(201);
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    (world, id(&waits), id(&starts))
}

async fn ids(world: &World, who: &str, path: &str) -> Vec<String> {
    let body = world.get(who, path).await.ok(200);
    let ids: Vec<String> =
        body["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(body["total"], ids.len());
    ids
}

#[tokio::test]
async fn a_window_beyond_the_year_9999_is_refused_and_hides_nobody_from_anybody() {
    let world = World::new().await;
    world.make_eligible(id("demo"), USER_ADMINISTRATOR).await.ok(201);
    for start in ["9999-12-31T23:59:59-12:00", "9999-12-31T23:30:00Z", "+10000-01-01T00:00:00Z"] {
        let body = json!({
            "action": "selfActivate", "principalId": id("demo"), "roleDefinitionId": USER_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "work",
            "scheduleInfo": {"startDateTime": start, "expiration": {"type": "AfterDuration", "duration": "PT1H"}},
        });
        let answer = world.post("demo", &format!("{ROLES}/roleAssignmentScheduleRequests"), body).await;
        assert_eq!(answer.status, 400, "{start}: {}", answer.body);
    }
    for end in ["9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59Z"] {
        let body = json!({
            "action": "adminAssign", "principalId": id("john"), "roleDefinitionId": USER_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "needed",
            "scheduleInfo": {"expiration": {"type": "AfterDateTime", "endDateTime": end}},
        });
        let answer = world.post("admin", &format!("{ROLES}/roleEligibilityScheduleRequests"), body).await;
        assert_eq!(answer.status, if end.ends_with('Z') { 201 } else { 400 }, "{end}: {}", answer.body);
    }
    // Whatever was taken is read back, and its holder can be shut out.
    world.get("reader", "/api/assignments?tab=eligible").await.ok(200);
    let gone = json!({"accountEnabled": false});
    world.send("admin", "PATCH", &format!("/v1.0/users/{}", id("john")), Some(gone)).await.ok(204);
}

#[tokio::test]
async fn the_largest_instant_of_the_clients_is_taken_and_asked_for() {
    let world = World::new().await;
    let largest = "9999-12-31T23:59:59.9999999+00:00";
    let body = json!({
        "action": "adminAssign", "principalId": id("john"), "roleDefinitionId": USER_ADMINISTRATOR,
        "directoryScopeId": "/", "justification": "needed",
        "scheduleInfo": {"expiration": {"type": "AfterDateTime", "endDateTime": largest}},
    });
    let made = world.post("admin", &format!("{ROLES}/roleEligibilityScheduleRequests"), body).await.ok(201);
    assert_eq!(made["scheduleInfo"]["expiration"]["endDateTime"], "9999-12-31T23:59:59.999Z");
    let filter = format!("$filter=createdDateTime le {}", largest.replace("+00:00", "Z"));
    let all = world.get("reader", &format!("{ROLES}/roleEligibilityScheduleRequests?{filter}")).await;
    assert_eq!(all.each("id"), [made["id"].clone()]);
}

#[tokio::test]
async fn what_a_former_version_stored_is_listed_and_sent() {
    let world = World::new().await;
    let (written, largest) = ("2031-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z");
    let path = format!("{ROLES}/roleAssignmentScheduleRequests");
    let mut made = Vec::new();
    for (role, start, before) in [
        (USER_ADMINISTRATOR, NOON + Span::days(1), largest),
        (TEAMS_ADMINISTRATOR, NOON, "+10000-01-01T11:59:59.999Z"),
    ] {
        let body = json!({
            "action": "adminAssign", "principalId": id("john"), "roleDefinitionId": role,
            "directoryScopeId": "/", "justification": "needed",
            "scheduleInfo": {
                "startDateTime": start, "expiration": {"type": "afterDateTime", "endDateTime": written},
            },
        });
        made.push(world.post("admin", &path, body).await.ok(201)["id"].as_str().unwrap().to_owned());
        let as_before = world.storage().write(move |unit| {
            async move {
                for (table, text) in [("requests", "ask"), ("mails", "content")] {
                    let sql = format!("UPDATE {table} SET {text} = REPLACE({text}, $1, $2)");
                    assert!(unit.db().execute(sql, args![written, before]).await? > 0, "{table}");
                }
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        });
        as_before.await.unwrap();
    }
    for (who, path) in [
        ("reader", path.clone()),
        ("admin", format!("{path}/filterByCurrentUser(on='createdBy')")),
        ("john", format!("{path}/filterByCurrentUser(on='principal')")),
    ] {
        let rows = world.get(who, &path).await.each("scheduleInfo");
        assert_eq!(rows.len(), made.len(), "{path}");
        for row in rows {
            assert_eq!(row["expiration"]["endDateTime"], largest, "{row}");
        }
    }
    let mut db = world.storage().read().await.unwrap();
    let mails = mails::newest(&mut db, 9).await.unwrap();
    assert!(!mails.is_empty() && mails.iter().all(|mail| mail.content.end == Some(Instant::LATEST)));
    drop(db);
    assert_eq!(ids(&world, "reader", "/api/pending-requests").await, made[..1]);
    // What was asked can be withdrawn, and what was given be taken away with its holder.
    world.send("admin", "POST", &format!("{path}/{}/cancel", made[0]), None).await.ok(204);
    world.send("admin", "DELETE", &format!("/v1.0/users/{}", id("john")), None).await.ok(204);
}

#[tokio::test]
async fn each_grid_has_what_is_the_callers() {
    let (world, waits, starts) = waiting().await;
    assert_eq!(ids(&world, "helper", "/api/approvals").await, std::slice::from_ref(&waits));
    for who in ["demo", "admin", "john"] {
        assert!(ids(&world, who, "/api/approvals").await.is_empty(), "{who}");
    }
    let both = vec![waits.clone(), starts.clone()];
    for (who, path, wanted) in [
        ("demo", "/api/my-requests?sort=status&desc=true", &both),
        ("demo", "/api/pending-requests?sort=role&desc=true", &both),
        ("reader", "/api/pending-requests?sort=status&desc=true", &both),
        ("demo", "/api/my-requests?search=user adm", &vec![waits.clone()]),
        ("admin", "/api/pending-requests?search=DEMO&sort=role", &vec![starts.clone(), waits.clone()]),
        ("admin", "/api/pending-requests?search=john", &Vec::new()),
        ("admin", "/api/my-requests", &Vec::new()),
        ("helper", "/api/pending-requests", &Vec::new()),
        ("helper", "/api/approvals?search=demo@contoso&sort=name", &vec![waits.clone()]),
    ] {
        assert_eq!(&ids(&world, who, path).await, wanted, "{who} {path}");
    }
    let page = world.get("demo", "/api/my-requests?sort=role&skip=1&top=1").await.ok(200);
    assert_eq!((page["rows"].as_array().unwrap().len(), &page["total"]), (1, &json!(2)));
    for (who, wanted) in
        [("demo", [0, 2, 2]), ("helper", [1, 0, 0]), ("admin", [0, 2, 0]), ("john", [0, 0, 0])]
    {
        let [approvals, pending, mine] = wanted;
        let tasks = world.get(who, "/api/tasks").await.ok(200);
        assert_eq!(tasks, json!({"approvals": approvals, "pending": pending, "mine": mine}), "{who}");
    }
    for path in ["/api/approvals", "/api/pending-requests", "/api/my-requests", "/api/tasks"] {
        world.get("", path).await.refused(401, "InvalidAuthenticationToken");
    }
    world.get("demo", "/api/my-requests?sort=colour").await.refused(400, "Request_BadRequest");
    world.get("demo", "/api/my-requests?top=0").await.refused(400, "Request_BadRequest");
}

#[tokio::test]
async fn a_row_tells_the_window_until_when_and_who_may_cancel() {
    let (world, waits, starts) = waiting().await;
    let row = |who: &'static str, id: String| {
        let world = &world;
        async move { world.get(who, &format!("/api/requests/{id}")).await.ok(200) }
    };
    let waiting = row("helper", waits.clone()).await;
    assert_eq!((&waiting["status"], &waiting["duration"]), (&json!("PendingApproval"), &json!("PT1H")));
    assert_eq!((&waiting["startDateTime"], &waiting["endDateTime"]), (&Value::Null, &Value::Null));
    assert_eq!(waiting["dueDateTime"], (NOON + Span::hours(24)).to_string());
    assert_eq!(
        (&waiting["canReview"], &waiting["canCancel"], &waiting["isOwn"]),
        (&json!(true), &json!(false), &json!(false))
    );
    assert_eq!(waiting["userPrincipalName"], "demo@contoso.example");
    let gains: Vec<&str> =
        waiting["gains"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(gains.contains(&"microsoft.directory/users/create"), "{gains:?}");
    let scheduled = row("demo", starts.clone()).await;
    assert_eq!((&scheduled["status"], &scheduled["canCancel"]), (&json!("Granted"), &json!(true)));
    assert_eq!(scheduled["endDateTime"], (NOON + Span::hours(3)).to_string());
    assert_eq!(row("admin", waits.clone()).await["canCancel"], true);
    assert_eq!(row("reader", waits.clone()).await["canCancel"], false);
    let own = row("demo", waits.clone()).await;
    assert_eq!((&own["isOwn"], &own["canReview"]), (&json!(true), &json!(false)));
    world.get("john", &format!("/api/requests/{waits}")).await.refused(404, "Request_ResourceNotFound");
    world.get("john", "/api/requests/x").await.refused(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn what_is_answered_cancelled_or_late_leaves_the_open_ones_and_says_how() {
    let (world, waits, starts) = waiting().await;
    let step = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{waits}/steps/{waits}");
    let body = json!({"reviewResult": "Deny", "justification": "not today"});
    assert_eq!(world.send("helper", "PATCH", &step, Some(body)).await.status, 204);
    let cancel = format!("{ROLES}/roleAssignmentScheduleRequests/{starts}/cancel");
    assert_eq!(world.send("admin", "POST", &cancel, None).await.status, 204);
    assert!(ids(&world, "demo", "/api/pending-requests").await.is_empty());
    assert!(ids(&world, "helper", "/api/approvals").await.is_empty());
    let denied = world.get("demo", &format!("/api/requests/{waits}")).await.ok(200);
    assert_eq!(
        (&denied["status"], &denied["review"]),
        (
            &json!("Denied"),
            &json!({"answer": "Deny", "by": "HELPER", "at": NOON.to_string(), "justification": "not today"})
        )
    );
    let cancelled = world.get("demo", &format!("/api/requests/{starts}")).await.ok(200);
    assert_eq!((&cancelled["status"], &cancelled["canCancel"]), (&json!("Canceled"), &json!(false)));
    assert_eq!(ids(&world, "demo", "/api/my-requests?sort=role").await.len(), 2);
    let again = world.activate("demo", USER_ADMINISTRATOR, None).await.ok(201);
    world.clock().advance_engine(Span::hours(24));
    let late = format!("/api/requests/{}", again["id"].as_str().unwrap());
    assert_eq!(world.get("demo", &late).await.ok(200)["status"], "TimedOut");
    assert!(ids(&world, "helper", "/api/approvals").await.is_empty());
}

#[tokio::test]
async fn an_approver_reads_what_waits_or_waited_for_an_approval_and_nothing_else() {
    let (world, waits, starts) = waiting().await;
    // Asked for before the helper approved this role, and so never his to answer.
    world.ask_approval(TEAMS_ADMINISTRATOR, vec![Approver::User { id: id("helper") }]).await;
    let paths = |id: &str| {
        let graph = format!("{ROLES}/roleAssignmentScheduleRequests/{id}");
        [graph, format!("/api/requests/{id}"), format!("/api/requests/{id}/timeline")]
    };
    for (path, other) in paths(&waits).into_iter().zip(paths(&starts)) {
        assert_eq!(world.get("helper", &path).await.status, 200, "{path}");
        world.get("helper", &other).await.refused(404, "Request_ResourceNotFound");
        assert_eq!(world.get("demo", &other).await.status, 200, "{other}");
    }
    let step = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{waits}/steps/{waits}");
    let body = json!({"reviewResult": "Deny", "justification": "not today"});
    assert_eq!(world.send("helper", "PATCH", &step, Some(body)).await.status, 204);
    for path in paths(&waits) {
        assert_eq!(world.get("helper", &path).await.status, 200, "{path}");
    }
}
