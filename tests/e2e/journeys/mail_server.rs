use domain::{role::USER_ADMINISTRATOR, time::Span};
use testkit::{Client, inbox::Manner};

use crate::harness::{Browser, button, field, journey_with_mail, link};

const NOT_NOW: &str = "451 4.7.1 come back later";
const NEVER: &str = "550 5.1.1 no such mailbox here";

/// The set-up check of the mail server, asked anew until it says so.
async fn check_says(admin: &Browser, state: &str, words: &str) {
    admin.open("/setup-check").await;
    admin
        .until(format!("a mail server that is {state}: {words}"), async || {
            admin.has_settled().await;
            let rows = admin.rows().await;
            let mail = rows.iter().find(|row| row["Check"] == "Mail")?;
            if mail["State"] == state && mail["Found"].contains(words) {
                return Some(());
            }
            admin.click(button("Check again")).await;
            None
        })
        .await;
}

/// The one request that there is.
async fn request(john: &Client) -> String {
    let mine = john.get(
        "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests/filterByCurrentUser(on='principal')",
    );
    mine.await.ok().body["value"][0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_mail_server_that_is_slow_gone_unwilling_and_back_holds_up_no_request() {
    journey_with_mail(async |j| {
        j.server.ask_approval(USER_ADMINISTRATOR, &["anna.approver"]).await;
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let taken = j.inbox().wait_for(3).await.len();
        j.inbox().behave(Manner::Dawdles);

        // Slow: the request is made at once.
        let john = j.browser_of("john.doe").await;
        john.open("/my-roles").await;
        john.click(link("Activate User Administrator")).await;
        john.fill(field("Reason"), "a new colleague starts today").await;
        john.click(button("Activate")).await;
        john.step_up(&j.server.code("john.doe")).await;
        john.click(button("Activate")).await;
        john.reads("Waiting for approval").await;
        assert_eq!(j.inbox().mails().len(), taken, "nothing was taken meanwhile");

        let request = request(&j.server.client_of("john.doe").await).await;
        let timeline = format!("/pending-requests/{request}/timeline");
        let admin = j.browser_of("admin").await;
        let checks = j.browser_of("emergency1").await;
        admin.open(&timeline).await;
        admin.reads("Mail to an approver: on its way").await;
        check_says(&checks, "Good", "took the last mail").await;

        // Gone in the middle of the mail, and unwilling when it is asked again.
        j.inbox().go_away().await;
        check_says(&checks, "Failing", "1 wait").await;
        j.inbox().behave(Manner::Says(NOT_NOW.into()));
        j.inbox().come_back().await;
        j.server.advance_wall(Span::minutes(1));
        admin.reads(NOT_NOW).await;
        admin.reads("Mail to an approver: on its way").await;
        admin.is_accessible().await;
        check_says(&checks, "Failing", NOT_NOW).await;

        // Back: the mail is sent when it is due again, and not before.
        j.inbox().behave(Manner::Takes);
        j.server.advance_wall(Span::minutes(2));
        admin.reads("Mail to an approver: sent").await;
        admin.reads("250 2.0.0 taken as number 4").await;
        j.inbox().mail_to("anna.approver", "Review John Doe's request").await;
        check_says(&checks, "Good", "took the last mail").await;

        // What is refused for good is not tried again; the role is given all the same.
        j.inbox().behave(Manner::Says(NEVER.into()));
        let anna = j.server.client_of("anna.approver").await;
        anna.decide(&request, "Approve", "agreed").await.ok();
        admin.reads("Mail to the person it is about: refused by the mail server").await;
        admin.reads(NEVER).await;
        john.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
    });
}
