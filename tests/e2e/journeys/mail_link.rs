use std::rc::Rc;

use domain::role::USER_ADMINISTRATOR;
use reqwest::Method;
use testkit::{Client, requests::ASSIGNMENT};

use crate::harness::{Browser, Journey, button, field, journey_with_mail, role};

/// What the sign-in page of a lab offers to everybody, and no other page: the approver's own password.
const LAB_ONLY: &str = "Sign in as";

/// John asks, and Anna is asked by mail; gives where the mail's button leads.
async fn asked_by_mail(j: &Rc<Journey>) -> String {
    j.server.ask_approval(USER_ADMINISTRATOR, &["anna.approver"]).await;
    j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
    let john = j.server.client_with_factor("john.doe").await;
    john.activate(USER_ADMINISTRATOR, 2, None).await.ok();
    let mail = j.inbox().mail_to("anna.approver", "Review John Doe's request").await;
    mail.link().replace(j.server.url(), "")
}

/// What is told about everything but people who come and go.
async fn acts(admin: &Client) -> Vec<String> {
    let rows = admin.get("/v1.0/auditLogs/directoryAudits?$top=200").await.ok();
    let rows = rows.body["value"].as_array().cloned().unwrap_or_default();
    let acts =
        rows.iter().filter(|row| !["Sign-in", "Sign-out"].contains(&text(&row["activityDisplayName"])));
    acts.map(|row| format!("{} {}", text(&row["activityDisplayName"]), text(&row["id"]))).collect()
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The request waits as before, and nothing was told but sign-ins.
async fn nothing_happened(admin: &Client, before: &[String]) {
    let waiting = admin.get(&format!("{ASSIGNMENT}?$filter=status eq 'PendingApproval'")).await.ok();
    assert_eq!(waiting.body["value"].as_array().map(Vec::len), Some(1), "{waiting}");
    assert_eq!(acts(admin).await, before);
}

#[test]
fn the_mails_link_is_fetched_and_everything_behind_it_pressed_and_nothing_is_decided() {
    journey_with_mail(async |j| {
        let link = asked_by_mail(&j).await;
        let admin = j.server.client_with_factor("admin").await;
        let before = acts(&admin).await;

        let (nobody, other) = (j.server.client(), j.server.client_of("demouser").await);
        let anna = j.server.client_of("anna.approver").await;
        for n in 0..1_000 {
            let method = if n % 2 == 0 { Method::GET } else { Method::HEAD };
            [&nobody, &other, &anna][n % 3].send(method, &link, None::<&()>).await.ok();
        }
        nothing_happened(&admin, &before).await;

        let nobody = j.browser().await;
        let pressed = nobody.presses_everything(&link, &[LAB_ONLY]).await;
        assert!(pressed.iter().any(|one| one.starts_with("Sign in ")), "{pressed:#?}");
        nothing_happened(&admin, &before).await;

        let other = j.browser_of("demouser").await;
        other.open(&link).await;
        other.reads("There is no request at this address that you may decide.").await;
        let pressed = other.presses_everything(&link, &[LAB_ONLY]).await;
        assert!(pressed.iter().any(|one| one.starts_with("Approve requests")), "{pressed:#?}");
        assert!(pressed.iter().any(|one| one.starts_with("Sign out")), "{pressed:#?}");
        nothing_happened(&admin, &before).await;

        // In the approver's own session the page is looked at, and even its buttons decide nothing without a reason.
        let anna = j.browser_of("anna.approver").await;
        anna.open(&link).await;
        anna.shows(button("Confirm")).await;
        anna.reload().await;
        anna.shows(button("Confirm")).await;
        nothing_happened(&admin, &before).await;
        let pressed = anna.presses_everything(&link, &[LAB_ONLY]).await;
        let at = |name: &str| pressed.iter().position(|one| one.starts_with(name));
        assert!(at("Approve INPUT").is_some() && at("Approve INPUT") < at("Confirm"), "{pressed:#?}");
        nothing_happened(&admin, &before).await;

        on_the_phone(&j, &j.browser().await, &link).await;
        assert_ne!(acts(&admin).await, before);
    });
}

/// After all that, the link still works for whom it was sent to.
async fn on_the_phone(j: &Rc<Journey>, phone: &Rc<Browser>, link: &str) {
    let anna = j.server.person("anna.approver");
    phone.is_wide(390).await;
    phone.open(link).await;
    phone.give_password(&anna.user_principal_name, &anna.password).await;
    phone.shows(role("dialog", "Approve or deny request")).await;
    phone.click(role("radio", "Approve")).await;
    phone.fill(field("Justification"), "on the way home").await;
    phone.click(button("Confirm")).await;
    phone.reads("The request of John Doe for User Administrator is approved.").await;
}
