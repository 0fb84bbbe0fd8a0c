//! The audit history: its pages, its files, and the timelines of requests, on both databases.

use domain::{
    audit::Entry,
    ids::{PrincipalId, RoleId},
    role::{GLOBAL_READER, TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
    wire::audit::{AuditPage, Timeline, TimelineKind, TimelineResult},
};
use serde_json::Value;
use testkit::{Client, TestServer, database};

/// Runs the test on a server with each database.
async fn on_both(test: impl AsyncFn(TestServer)) {
    test(TestServer::start().await).await;
    if let Some(database) = database::postgres().await {
        test(TestServer::start_on(Some(database)).await).await;
    }
}

async fn page(client: &Client, path: &str) -> AuditPage {
    client.get(path).await.ok().parse()
}

/// The moments of a timeline without its mails.
fn acts(timeline: &Timeline) -> Vec<(TimelineKind, TimelineResult)> {
    let acts = timeline.entries.iter().filter(|entry| entry.kind != TimelineKind::Mail);
    acts.map(|entry| (entry.kind, entry.result)).collect()
}

fn activities(page: &AuditPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.activity.as_str()).collect()
}

/// Every row, page by page.
async fn walk(client: &Client, path: &str) -> Vec<Entry> {
    let (mut rows, mut place) = (Vec::new(), String::new());
    loop {
        let page = page(client, &format!("{path}&place={place}")).await;
        rows.extend(page.rows);
        match page.on {
            Some(on) => place = on,
            None => return rows,
        }
    }
}

#[tokio::test]
async fn readers_page_through_everything_and_back() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_of("demouser").await;
        demo.get("/api/audit").await.refused(403, "Authorization_RequestDenied");
        server.client().get("/api/audit").await.refused(401, "InvalidAuthenticationToken");
        for role in [USER_ADMINISTRATOR, GLOBAL_READER] {
            admin.make_eligible(demo.id().await, role).await.ok();
            server.advance_engine(Span::minutes(1));
        }
        let all = walk(&admin, "/api/audit?top=200&days=3653").await;
        let first = page(&admin, "/api/audit?top=3&days=3653").await;
        assert_eq!((first.rows.len(), first.total, first.back), (3, all.len() as u64, None));
        assert_eq!(walk(&admin, "/api/audit?top=3&days=3653").await, all, "pages leave nothing out");
        let mut oldest = walk(&admin, "/api/audit?top=2&days=3653&oldest=true").await;
        oldest.reverse();
        assert_eq!(oldest, all, "the other order is the same rows");
        // On, and back again.
        let on = first.on.unwrap();
        let second = page(&admin, &format!("/api/audit?top=3&days=3653&place={on}")).await;
        let back = second.back.unwrap();
        let again = page(&admin, &format!("/api/audit?top=3&days=3653&place={back}")).await;
        assert_eq!((again.rows, again.back), (first.rows, None));

        for (query, rows) in [
            ("type=assignEligible", 4),
            ("type=assignEligible&search=GLOBAL%20reader%20demo", 2),
            ("type=assignEligible&result=failure", 0),
            ("search=needed%20for%20the%20lab", 4),
            ("search=100%25", 0),
            ("type=assignEligible&from=2030-01-07T09:00:30Z", 2),
            ("type=assignEligible&from=2030-01-07T09:00:00Z&to=2030-01-07T09:00:30Z", 2),
            ("type=assignEligible&to=2030-01-07T09:00:00Z", 0),
            ("type=activate", 0),
        ] {
            let found = page(&admin, &format!("/api/audit?{query}")).await;
            assert_eq!((found.rows.len(), found.total), (rows, rows as u64), "{query}");
        }
        for bad in ["days=0", "top=201", "type=x", "result=x", "from=x", "place=x"] {
            admin.get(&format!("/api/audit?{bad}")).await.refused(400, "Request_BadRequest");
        }
    })
    .await;
}

#[tokio::test]
async fn ones_own_history_is_where_one_acted_and_where_one_was_acted_upon() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        server.make_eligible("anna.approver", GLOBAL_READER).await;
        let demo = server.client_with_factor("demouser").await;
        let granted = demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        let mine = page(&demo, "/api/my-audit?top=200").await;
        let me = demo.id().await.to_string();
        assert!(activities(&mine).contains(&"Add eligible member to role in PIM completed (permanent)"));
        assert!(activities(&mine).contains(&"Add member to role completed (PIM activation)"));
        for row in &mine.rows {
            let json = serde_json::to_value(row).unwrap();
            let acted = json["actor"]["id"] == me;
            assert!(acted || row.targets.iter().any(|target| target.id == me), "{json}");
            assert!(acted || json["actor"]["address"].is_null(), "where others act from is not told");
        }
        assert_eq!(walk(&demo, "/api/my-audit?top=2").await, mine.rows, "pages leave nothing out, nor twice");
        assert_eq!(mine.total, mine.rows.len() as u64);
        let activated = page(&demo, "/api/my-audit?type=activate&search=colleague").await;
        assert_eq!(activated.rows.len(), 2);

        // The same words about an activation, as a story.
        let id = granted.body["id"].as_str().unwrap().to_owned();
        let path = format!("/api/requests/{id}/timeline");
        let timeline: Timeline = demo.get(&path).await.ok().parse();
        assert_eq!(
            acts(&timeline),
            [
                (TimelineKind::Asked, TimelineResult::Done),
                (TimelineKind::Started, TimelineResult::Done),
                (TimelineKind::Ended, TimelineResult::Waiting),
            ]
        );
        assert_eq!(timeline.entries[0].reason.as_deref(), Some("a new colleague starts today"));
        server.client_of("john.doe").await.get(&path).await.refused(404, "Request_ResourceNotFound");
        demo.get("/api/requests/x/timeline").await.refused(404, "Request_ResourceNotFound");

        server.advance_engine(Span::minutes(6));
        demo.deactivate(USER_ADMINISTRATOR).await.ok();
        let timeline: Timeline = server.client_with_factor("admin").await.get(&path).await.ok().parse();
        let last = timeline.entries.iter().rfind(|entry| entry.kind != TimelineKind::Mail).unwrap();
        assert_eq!(
            (last.kind, last.text.as_str(), last.result),
            (TimelineKind::Ended, "Deactivated", TimelineResult::Done)
        );
    })
    .await;
}

#[tokio::test]
async fn an_end_by_the_clock_tells_when_it_was_due_and_when_it_was_carried_out() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = server.client_with_factor("demouser").await;
        let start = server.engine_now() + Span::hours(1);
        let granted = demo.activate(USER_ADMINISTRATOR, 1, Some(start)).await.ok();
        let path = format!("/api/requests/{}/timeline", granted.body["id"].as_str().unwrap());
        let timeline: Timeline = demo.get(&path).await.ok().parse();
        let to_come = |entry: &&domain::wire::audit::TimelineEntry| entry.result == TimelineResult::Waiting;
        let due: Vec<_> =
            timeline.entries.iter().filter(to_come).map(|entry| (entry.text.as_str(), entry.at)).collect();
        assert_eq!(due, [("Starts", start), ("Ends", start + Span::hours(1))]);
        server.advance_engine(Span::hours(3));
        server.story_of("demouser", "User Administrator", 5).await;
        let timeline: Timeline = demo.get(&path).await.ok().parse();
        let last = timeline.entries.iter().rfind(|entry| entry.kind != TimelineKind::Mail).unwrap();
        assert_eq!((last.kind, last.text.as_str()), (TimelineKind::Ended, "The time was over"));
        let fact =
            |name: &str| last.details.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        assert_eq!(fact("Due"), Some((start + Span::hours(1)).to_string()));
        assert_eq!(fact("Processed"), Some(last.at.to_string()));
        assert!(timeline.entries.iter().any(|entry| entry.kind == TimelineKind::Started));
    })
    .await;
}

/// The cells of a CSV file as RFC 4180 has them.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (letter, _) => cell.push(letter),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the file ends with a whole line");
    rows
}

#[tokio::test]
async fn files_hold_what_the_filter_shows_and_run_no_formula() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_of("demouser").await;
        demo.get("/api/audit/export").await.refused(403, "Authorization_RequestDenied");
        admin.get("/api/audit/export?format=pdf").await.refused(400, "Request_BadRequest");
        let body = serde_json::json!({
            "action": "adminAssign", "principalId": demo.id().await, "roleDefinitionId": USER_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "=HYPERLINK(\"http://x\",\"a, b\")\nand more",
            "scheduleInfo": { "expiration": { "type": "noExpiration" } },
        });
        admin.post(testkit::requests::ELIGIBILITY, &body).await.ok();
        let filter = "type=assignEligible&search=user%20admin";
        let shown = walk(&admin, &format!("/api/audit?{filter}")).await;
        assert_eq!(shown.len(), 2);

        let csv = admin.get(&format!("/api/audit/export?{filter}&format=csv")).await.ok();
        let rows = cells(csv.body.as_str().unwrap());
        let column = |name: &str| rows[0].iter().position(|head| head == name).unwrap();
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        let ids: Vec<String> = rows[1..].iter().map(|row| row[column("Id")].clone()).collect();
        assert_eq!(ids, shown.iter().map(|row| row.id.to_string()).collect::<Vec<_>>());
        let reason = &rows[1][column("Reason")];
        assert_eq!(reason, "'=HYPERLINK(\"http://x\",\"a, b\")\nand more");
        assert_eq!(rows[1][column("Primary target")], "User Administrator");

        let json = admin.get(&format!("/api/audit/export?{filter}&format=json")).await.ok();
        let rows = json.body.as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), ids);
        let graph = admin.get(&format!("/v1.0/auditLogs/directoryAudits/{}", ids[0])).await.ok();
        let mut same = graph.body;
        same.as_object_mut().unwrap().remove("@odata.context");
        assert_eq!(rows[0], same, "a file's row is Graph's");

        let own = demo.get("/api/my-audit/export?format=json&search=user%20administrator").await.ok();
        assert_eq!(own.body.as_array().unwrap().len(), 2);
        let none = admin.get("/api/audit/export?format=json&search=nothing-like-it").await.ok();
        assert_eq!(none.body, Value::Array(Vec::new()));
        let none = admin.get("/api/audit/export?search=nothing-like-it").await.ok();
        assert_eq!(cells(none.body.as_str().unwrap()).len(), 1);
    })
    .await;
}

/// The settings of a role ask for an approval by these people.
async fn ask_for_approval(admin: &Client, role: RoleId, approvers: &[PrincipalId]) {
    let filter = format!("scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{role}'");
    let found =
        admin.get(&format!("/v1.0/policies/roleManagementPolicyAssignments?$filter={filter}")).await.ok();
    let policy = found.body["value"][0]["policyId"].as_str().unwrap().to_owned();
    let people: Vec<_> = approvers
        .iter()
        .map(|id| serde_json::json!({ "@odata.type": "#microsoft.graph.singleUser", "userId": id }))
        .collect();
    let approval = serde_json::json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
        "id": "Approval_EndUser_Assignment",
        "setting": {
            "isApprovalRequired": true,
            "approvalStages": [{ "primaryApprovers": people }],
        },
    });
    let path = format!("/v1.0/policies/roleManagementPolicies/{policy}/rules/Approval_EndUser_Assignment");
    admin.patch(&path, &approval).await.ok();
}

#[tokio::test]
async fn a_request_that_nobody_answers_is_told_to_those_who_may_know_with_its_mails() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let anna = server.client_of("anna.approver").await;
        ask_for_approval(&admin, USER_ADMINISTRATOR, &[anna.id().await]).await;
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = server.client_with_factor("demouser").await;
        let asked = demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        assert_eq!(asked.body["status"], "PendingApprovalProvisioning", "{asked}");
        let path = format!("/api/requests/{}/timeline", asked.body["id"].as_str().unwrap());
        let seen: Timeline = anna.get(&path).await.ok().parse();
        let (done, waiting) = (TimelineResult::Done, TimelineResult::Waiting);
        let pending = [
            (TimelineKind::Asked, done),
            (TimelineKind::ApprovalAsked, done),
            (TimelineKind::TimedOut, waiting),
        ];
        assert_eq!(acts(&seen), pending);
        server.client_of("ben.approver").await.get(&path).await.refused(404, "Request_ResourceNotFound");
        let mail = |timeline: &Timeline| {
            let found = timeline.entries.iter().find(|entry| entry.kind == TimelineKind::Mail);
            found.cloned().unwrap()
        };
        // Who asked learns that an approver is told, the reader of the history also where.
        let anonymous = mail(&demo.get(&path).await.ok().parse());
        assert!(anonymous.text.starts_with("Mail to an approver: "), "{}", anonymous.text);
        assert_eq!(anonymous.details.len(), 1, "{:?}", anonymous.details);
        let named = mail(&admin.get(&path).await.ok().parse());
        assert!(
            named.details.iter().any(|(name, _)| name.starts_with("anna.approver@")),
            "{:?}",
            named.details
        );

        server.advance_engine(Span::hours(25));
        server.story_of("demouser", "User Administrator", 5).await;
        let over: Timeline = demo.get(&path).await.ok().parse();
        assert_eq!((over.status.as_str(), acts(&over)[2]), ("TimedOut", (TimelineKind::TimedOut, done)));
        let fact = over.entries.iter().find(|entry| entry.kind == TimelineKind::TimedOut).unwrap();
        assert!(fact.details.iter().any(|(name, _)| name == "Due"), "{:?}", fact.details);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_told_with_who_gave_it_and_why_and_the_approver_finds_it_among_his_own() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let anna = server.client_of("anna.approver").await;
        let (anna_id, ben) = (anna.id().await, server.client_of("ben.approver").await.id().await);
        ask_for_approval(&admin, USER_ADMINISTRATOR, &[anna_id, ben]).await;
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = server.client_with_factor("demouser").await;
        for (answer, kind, status) in
            [("Deny", TimelineKind::Denied, "Denied"), ("Approve", TimelineKind::Approved, "Provisioned")]
        {
            let asked = demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
            let id = asked.body["id"].as_str().unwrap();
            server.advance_engine(Span::minutes(3));
            let step = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{id}/steps/{id}");
            let body = serde_json::json!({ "reviewResult": answer, "justification": "as agreed" });
            anna.patch(&step, &body).await.ok();
            let told: Timeline = demo.get(&format!("/api/requests/{id}/timeline")).await.ok().parse();
            assert_eq!(told.status, status);
            let decision = told.entries.iter().find(|entry| entry.kind == kind).unwrap();
            assert_eq!(decision.actor.as_deref(), Some("Anna Approver"));
            assert_eq!(decision.reason.as_deref(), Some("as agreed"));
            assert_eq!(
                told.entries.iter().any(|entry| entry.kind == TimelineKind::Started),
                answer == "Approve"
            );
        }
        // C245: one's own history tells who activated, and who approved.
        for client in [&demo, &anna] {
            let mine = page(client, "/api/my-audit?type=approve").await;
            let approved = mine.rows.iter().find(|row| row.activity.contains("request approved")).unwrap();
            assert_eq!(approved.reason.as_deref(), Some("as agreed"));
            assert!(serde_json::to_string(&approved.actor).unwrap().contains("Anna Approver"));
        }
    })
    .await;
}

/// The lines of the documentation that a shell runs.
fn script() -> String {
    let page = include_str!("../../../docs/export-audit.md");
    page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned()
}

/// Runs them as somebody, in a folder.
async fn run_script(server: &TestServer, who: &str, folder: &std::path::Path) -> std::process::Output {
    let person = server.person(who);
    tokio::process::Command::new("sh")
        .args(["-u", "-c", &script()])
        .current_dir(folder)
        .env("PIM_URL", server.url())
        .env("PIM_USER", &person.user_principal_name)
        .env("PIM_PASSWORD", &person.password)
        .env("PIM_CODE", server.code(who))
        .output()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_six_lines_of_the_documentation_fetch_every_row_about_roles() {
    on_both(async |server| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = server.client_with_factor("admin").await;
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(script().lines().count(), 6, "{}", script());
        // Who may not read the history gets no file, not even an empty one.
        let refused = run_script(&server, "demouser", folder.path()).await;
        assert!(!refused.status.success());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let run = run_script(&server, "admin", folder.path()).await;
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let files: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
        let [file] = &files[..] else { panic!("{files:?}") };
        let name = file.file_name().unwrap().to_str().unwrap();
        let day = name.strip_prefix("PIM-Audit-").and_then(|rest| rest.strip_suffix(".csv"));
        assert!(day.is_some_and(|day| day.len() == "2030-01-07".len()), "{name}");
        let rows = cells(&std::fs::read_to_string(file).unwrap());
        let ids: Vec<_> = rows[1..].iter().map(|row| row.last().unwrap().clone()).collect();
        let filter = "$filter=category eq 'RoleManagement'&$top=999";
        let graph = admin.get(&format!("/v1.0/auditLogs/directoryAudits?{filter}")).await.ok();
        let listed: Vec<_> =
            graph.body["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert!(!ids.is_empty());
        assert_eq!(ids, listed);
    })
    .await;
}

#[tokio::test]
async fn graphs_pages_go_on_from_a_row_whatever_the_filter() {
    on_both(async |server| {
        let admin = server.client_with_factor("admin").await;
        let demo = server.client_of("demouser").await.id().await;
        for role in [USER_ADMINISTRATOR, GLOBAL_READER, TEAMS_ADMINISTRATOR] {
            admin.make_eligible(demo, role).await.ok();
            server.advance_engine(Span::minutes(1));
        }
        let path = "/v1.0/auditLogs/directoryAudits";
        let me = admin.id().await;
        for (filter, least) in [
            ("category eq 'RoleManagement'".to_owned(), 6),
            ("loggedByService eq 'PIM' and result eq 'success'".to_owned(), 6),
            ("category eq 'authentication'".to_owned(), 2),
            (
                "activityDisplayName eq 'Add eligible member to role in PIM completed (permanent)'"
                    .to_owned(),
                3,
            ),
            (format!("targetResources/any(t: t/id eq '{demo}')"), 6),
            (
                format!(
                    "targetResources/any(t: t/id eq '{}') and initiatedBy/user/id eq '{me}'",
                    demo.to_string().to_uppercase()
                ),
                6,
            ),
            (
                "activityDateTime ge 2030-01-07T09:01:00Z and activityDateTime lt 2030-01-07T09:03:00Z"
                    .to_owned(),
                4,
            ),
            ("result eq 'failure'".to_owned(), 0),
        ] {
            for order in ["", "&$orderby=activityDateTime asc", "&$orderby=activityDisplayName"] {
                let all = admin
                    .get(&format!("{path}?$filter={filter}{order}&$top=999&$count=true"))
                    .await
                    .ok()
                    .body;
                let rows = all["value"].as_array().unwrap().clone();
                assert!(rows.len() >= least, "{filter}: {}", rows.len());
                assert_eq!(all["@odata.count"], rows.len(), "{filter}");
                let (mut paged, mut next) =
                    (Vec::new(), Some(format!("{path}?$filter={filter}{order}&$top=2")));
                while let Some(address) = next {
                    let page = admin.get(&address).await.ok().body;
                    paged.extend(page["value"].as_array().unwrap().clone());
                    next = page["@odata.nextLink"].as_str().map(|link| link.replace(server.url(), ""));
                }
                assert_eq!(paged, rows, "{filter}{order}");
            }
        }
        let token = "$skiptoken=k1.00000000-0000-0000-0000-000000000000";
        for bad in [format!("$orderby=result&{token}"), "$skiptoken=k1".to_owned()] {
            admin.get(&format!("{path}?{bad}")).await.refused(400, "Request_BadRequest");
        }
        admin.get(&format!("/v1.0/users?{token}")).await.refused(400, "Request_BadRequest");
    })
    .await;
}
