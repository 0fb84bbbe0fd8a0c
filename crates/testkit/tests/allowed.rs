//! The history tells by which right each act was allowed, on both databases.

use domain::{
    audit::Entry,
    role::{GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
    wire::audit::AuditPage,
};
use serde_json::Value;
use testkit::{Client, TestServer, database, requests::ELIGIBILITY};

/// Runs the test on a server with each database.
async fn on_both(test: impl AsyncFn(TestServer)) {
    test(TestServer::start().await).await;
    if let Some(database) = database::postgres().await {
        test(TestServer::start_on(Some(database)).await).await;
    }
}

/// The newest row of this name.
async fn row(reader: &Client, activity: &str) -> Entry {
    let page: AuditPage = reader.get("/api/audit?top=200").await.ok().parse();
    let found = page.rows.into_iter().find(|row| row.activity == activity);
    found.unwrap_or_else(|| panic!("no row `{activity}`"))
}

/// By what it was allowed, and by which assignments.
fn allowed(row: &Entry) -> (Vec<&str>, Vec<&str>) {
    let of = |name: &str| {
        let all = row.details.iter().filter(|(known, _)| known == name);
        all.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    (of("AllowedBy"), of("AllowedByAssignment"))
}

#[tokio::test]
async fn a_row_tells_by_which_right_its_act_was_allowed() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_with_factor("demouser").await;
        let made = admin.make_eligible(demo.id().await, USER_ADMINISTRATOR).await.ok();
        let eligibility = made.body["targetScheduleId"].as_str().unwrap().to_owned();
        let assigned = row(&admin, "Add eligible member to role in PIM completed (permanent)").await;
        // He holds two roles, and either would have done.
        let guardian = ["Global Administrator (assigned)", "Privileged Role Administrator (assigned)"];
        let (by, which) = allowed(&assigned);
        assert_eq!((by, which.len()), (guardian.to_vec(), 2));

        let activated = demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        let activation = activated.body["targetScheduleId"].as_str().unwrap().to_owned();
        for moment in ["requested", "completed"] {
            let row = row(&admin, &format!("Add member to role {moment} (PIM activation)")).await;
            assert_eq!(allowed(&row), (vec!["Eligible assignment"], vec![eligibility.as_str()]), "{moment}");
        }

        demo.create_user("Pat Doe").await.ok();
        let created = row(&admin, "Add user").await;
        let by = vec!["User Administrator (activated)"];
        assert_eq!(allowed(&created), (by, vec![activation.as_str()]));
        // Programs read the same.
        let found = admin.get(&format!("/v1.0/auditLogs/directoryAudits/{}", created.id)).await.ok();
        let told = |key: &str, value: &str| {
            let is = |one: &Value| one["key"] == key && one["value"] == value;
            found.body["additionalDetails"].as_array().unwrap().iter().any(is)
        };
        assert!(told("AllowedBy", "User Administrator (activated)"), "{found}");
        assert!(told("AllowedByAssignment", &activation), "{found}");

        // What was refused was allowed by nothing, and so says nothing.
        server.advance_engine(Span::hours(1));
        demo.create_user("Late Doe").await.refused(403, "Authorization_RequestDenied");
        assert_eq!(allowed(&row(&admin, "Add user").await), (Vec::new(), Vec::new()));

        // With approval: the wait by the eligibility, the answer as an approver.
        server.ask_approval(USER_ADMINISTRATOR, &["admin"]).await;
        let settings = row(&admin, "Update role setting in PIM").await;
        assert_eq!(allowed(&settings).0, guardian);
        let asked = demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        let waits = row(&admin, "Add member to role approval requested (PIM activation)").await;
        assert_eq!(allowed(&waits), (vec!["Eligible assignment"], vec![eligibility.as_str()]));
        admin.decide(asked.body["id"].as_str().unwrap(), "Approve", "fine").await.ok();
        let answered = row(&admin, "Add member to role request approved (PIM activation)").await;
        assert_eq!(allowed(&answered).0, ["Approver of the role"]);
    })
    .await;
}

#[tokio::test]
async fn a_global_administrator_for_one_day_is_none_the_next() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_with_factor("demouser").await;
        let body = serde_json::json!({
            "action": "adminAssign", "principalId": demo.id().await,
            "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/",
            "justification": "moves the tenant this Monday",
            "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "P1D" } },
        });
        admin.post(ELIGIBILITY, &body).await.ok();
        demo.create_user("Too Early").await.refused(403, "Authorization_RequestDenied");
        demo.activate(GLOBAL_ADMINISTRATOR, 2, None).await.ok();
        demo.create_user("Pat Doe").await.ok();
        let john = server.client_of("john.doe").await.id().await;
        demo.make_eligible(john, USER_ADMINISTRATOR).await.ok();
        server.advance_engine(Span::hours(2));
        demo.create_user("Two Hours Later").await.refused(403, "Authorization_RequestDenied");

        // The last activation of the day ends with the day, although eight hours were asked.
        server.advance_engine(Span::hours(21));
        let last = demo.activate(GLOBAL_ADMINISTRATOR, 8, None).await.ok();
        assert_eq!(last.body["status"], "Provisioned");
        demo.create_user("Ann Doe").await.ok();
        server.advance_engine(Span::hours(1));
        demo.create_user("Next Day").await.refused(403, "Authorization_RequestDenied");
        let refused = demo.activate(GLOBAL_ADMINISTRATOR, 1, None).await;
        let refused = refused.refused(400, "RoleAssignmentRequestPolicyValidationFailed");
        assert!(refused.message().contains("EligibilityRule"), "{refused}");
        // What he gave to others that day stays theirs.
        let john = server.client_with_factor("john.doe").await;
        john.activate(USER_ADMINISTRATOR, 1, None).await.ok();
    })
    .await;
}
