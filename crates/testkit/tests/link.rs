//! The link in a mail, fetched by whatever reads mails: scanners, previews, other people. An address opens a screen and
//! decides nothing.

use domain::{ids::RoleId, role::TEAMS_ADMINISTRATOR};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{
    Client, Inbox, TestServer, database,
    inbox::{Received, Security},
    requests::ASSIGNMENT,
};

const ROLE: RoleId = TEAMS_ADMINISTRATOR;
/// As often it is fetched in all.
const FETCHES: usize = 1_000;

/// Everything that an answer would change: the request, its approval, the role's settings, the history and the mails.
async fn standing(server: &TestServer, admin: &Client, request: &str) -> Vec<Value> {
    let policy = format!("/api/role-settings/{ROLE}");
    let mut found = Vec::new();
    for path in [
        &format!("/api/requests/{request}"),
        &format!("/beta/roleManagement/directory/roleAssignmentApprovals/{request}"),
        &format!("{ASSIGNMENT}/{request}"),
        &policy,
        "/v1.0/auditLogs/directoryAudits?$top=200",
        "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
    ] {
        let mut body = admin.get(path).await.ok().body;
        if let Some(rows) = body["value"].as_array_mut() {
            rows.sort_by_key(ToString::to_string);
        }
        found.push(body);
    }
    found.push(server.client().get("/api/lab/mails").await.ok().body);
    found
}

/// The link itself, in every form that a curious program gives it, and what the screen behind it reads.
fn addresses(link: &str, request: &str) -> Vec<String> {
    let approvals = "roleManagement/directory/roleAssignmentApprovals";
    vec![
        link.to_owned(),
        format!("{link}/"),
        format!("{link}?answer=Approve"),
        format!("{link}?answer=Deny&justification=fetched"),
        format!("/approve-requests?request={request}&answer=Approve"),
        format!("/api/requests/{request}"),
        format!("/api/requests/{request}/timeline"),
        "/api/approvals".to_owned(),
        "/api/tasks".to_owned(),
        "/api/session".to_owned(),
        format!("/beta/{approvals}/{request}"),
        format!("/beta/{approvals}/{request}/steps/{request}?reviewResult=Approve&justification=fetched"),
        format!("/v1.0/{approvals}/{request}/stages/{request}"),
        format!("/beta/{approvals}/filterByCurrentUser(on='approver')"),
        format!("{ASSIGNMENT}/{request}"),
        // What would be a decision if it were not a GET.
        format!("{ASSIGNMENT}/{request}/cancel"),
    ]
}

async fn nothing_is_decided(server: TestServer, inbox: Inbox) {
    server.ask_approval(ROLE, &["demouser"]).await;
    server.make_eligible("john.doe", ROLE).await;
    let john = server.client_with_factor("john.doe").await;
    let asked = john.activate(ROLE, 1, None).await.ok();
    assert_eq!(asked.body["status"], "PendingApprovalProvisioning");
    let request = asked.body["id"].as_str().unwrap().to_owned();
    let is_asked = |mail: &&Received| mail.to[0].starts_with("demouser@") && mail.raw.contains("Review");
    let mut mails = inbox.mails();
    while !mails.iter().any(|mail| is_asked(&mail)) {
        mails = inbox.wait_for(mails.len() + 1).await;
    }
    let mail = mails.iter().find(is_asked).unwrap().clone();
    let link = mail.link();
    let path = link.strip_prefix(server.url()).expect("the link leads to this server").to_owned();
    assert_eq!(path, format!("/approve-requests/{request}"));

    let approver = server.client_with_factor("demouser").await;
    let admin = server.client_with_factor("admin").await;
    let readers = [server.client(), approver.clone(), john, admin.clone()];
    for _ in 0..400 {
        let mails = server.client().get("/api/lab/mails").await.ok().body;
        if !mails["mails"].as_array().unwrap().iter().any(|mail| mail["state"] == "queued") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let before = standing(&server, &admin, &request).await;
    let sent = inbox.mails().len();
    let addresses = addresses(&path, &request);
    let every = addresses.iter().flat_map(|address| {
        readers.iter().flat_map(move |reader| [Method::GET, Method::HEAD].map(|verb| (address, reader, verb)))
    });
    let every: Vec<_> = every.collect();
    for (address, reader, verb) in every.iter().cycle().take(FETCHES) {
        let answer = reader.send(verb.clone(), address, None::<&()>).await;
        assert!(!answer.status.is_server_error(), "{verb} {address}: {answer}");
    }
    assert_eq!(standing(&server, &admin, &request).await, before);
    assert_eq!(inbox.mails().len(), sent);

    approver.decide(&request, "Approve", "the link still works for its owner").await.ok();
    let given = admin.get(&format!("{ASSIGNMENT}/{request}")).await.ok();
    assert_eq!(given.body["status"], json!("Provisioned"));
}

#[tokio::test]
async fn fetched_a_thousand_times_it_decides_nothing_and_still_works_for_its_owner() {
    let inbox = Inbox::start(Security::StartTls).await;
    nothing_is_decided(TestServer::start_with(None, inbox.outlet()).await, inbox).await;
    if let Some(database) = database::postgres().await {
        let inbox = Inbox::start(Security::StartTls).await;
        nothing_is_decided(TestServer::start_with(Some(database), inbox.outlet()).await, inbox).await;
    }
}
