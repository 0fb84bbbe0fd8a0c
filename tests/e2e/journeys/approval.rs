use std::{rc::Rc, time::Duration};

use domain::{
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
};
use fantoccini::key::Key;
use testkit::requests::ASSIGNMENT;
use tokio::time::timeout;

use crate::harness::{Browser, Journey, button, field, journey, link, role};

/// What somebody else decides is seen within this.
const SOON: Duration = Duration::from_secs(2);

/// John waits for the approval of Anna or Ben; gives the request.
async fn john_asks(j: &Rc<Journey>, wanted: domain::ids::RoleId) -> String {
    j.server.ask_approval(wanted, &["anna.approver", "ben.approver"]).await;
    j.server.make_eligible("john.doe", wanted).await;
    let john = j.server.client_with_factor("john.doe").await;
    let asked = john.activate(wanted, 2, None).await.ok();
    assert_eq!(asked.body["status"], "PendingApprovalProvisioning", "{asked}");
    asked.body["id"].as_str().expect("an id").to_owned()
}

#[test]
fn an_approver_follows_the_link_signs_in_and_approves_and_both_pages_show_it() {
    journey(async |j| {
        let request = john_asks(&j, USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("john.doe").await;
        caller.create_user("Too Early").await.refused(403, "Authorization_RequestDenied");
        let john = j.browser_of("john.doe").await;
        john.open("/my-roles").await;
        john.has_row(&[("Role", "User Administrator"), ("State", "Pending approval")]).await;

        let anna = j.browser().await;
        anna.is_wide(390).await;
        anna.open(&format!("/approve-requests?request={request}")).await;
        let person = j.server.person("anna.approver");
        anna.give_password(&person.user_principal_name, &person.password).await;
        anna.shows(role("dialog", "Approve or deny request")).await;
        for words in ["John Doe", "a new colleague starts today", "After 2 h", "users/create"] {
            anna.reads(words).await;
        }
        anna.click(button("Confirm")).await;
        anna.reads("Choose approve or deny.").await;
        anna.click(role("radio", "Approve")).await;
        anna.click(button("Confirm")).await;
        anna.reads("Justification is required").await;
        anna.fill(field("Justification"), "she starts on Monday").await;
        anna.click(button("Confirm")).await;
        anna.reads("The request of John Doe for User Administrator is approved.").await;
        anna.reads("No request waits for your answer.").await;

        john.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
        caller.create_user("Ada New").await.ok();
        john.open("/my-requests").await;
        john.has_row(&[("Request type", "Activate"), ("Request status", "Approved by Anna Approver")]).await;
        john.click(link("Timeline of the request")).await;
        john.reads("she starts on Monday").await;
    });
}

#[test]
fn whoever_waits_in_the_panel_sees_the_denial_with_its_reason() {
    journey(async |j| {
        j.server.ask_approval(USER_ADMINISTRATOR, &["anna.approver"]).await;
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        anna.open("/approve-requests").await;
        anna.reads("No request waits for your answer.").await;
        let john = j.browser_of("john.doe").await;
        john.open("/my-roles").await;
        john.click(link("Activate User Administrator")).await;
        john.fill(field("Reason"), "curious").await;
        john.click(button("Activate")).await;
        john.step_up(&j.server.code("john.doe")).await;
        john.click(button("Activate")).await;
        john.reads("Waiting for approval until 09:00 tomorrow").await;

        // An empty list notices by itself what comes.
        let asked = [("Role", "User Administrator"), ("Requestor", "John Doe"), ("Reason", "curious")];
        timeout(SOON, anna.has_row(&asked)).await.expect("within two seconds");
        anna.shows(link("Approve requests (1)")).await;
        anna.fill(role("searchbox", "Search by role"), "no such reason").await;
        anna.reads("Nothing matches").await;
        anna.fill(role("searchbox", "Search by role"), "CURIOUS").await;
        anna.has_row(&asked).await;
        let why = anna.refuses(button("Deny")).await;
        assert!(why.contains("tick a request first"), "{why}");
        anna.click(role("checkbox", "Select the request of John Doe")).await;
        anna.click(button("Deny")).await;
        anna.shows(role("dialog", "Deny request")).await;
        anna.fill(field("Justification"), "not today").await;
        anna.click(button("Confirm")).await;
        anna.reads("The request of John Doe for User Administrator is denied.").await;
        john.reads("Anna Approver denied the request: \u{201c}not today\u{201d}").await;
        john.open("/my-requests").await;
        john.has_row(&[("Request status", "Denied by Anna Approver")]).await;
    });
}

#[test]
fn what_cannot_be_given_any_more_fails_and_both_read_why() {
    journey(async |j| {
        let request = john_asks(&j, USER_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        admin.click(link("Remove John Doe, User Administrator")).await;
        admin.click(role("dialog", "Remove").inside(button("Remove"))).await;
        admin.has_no_row(&[("Role", "User Administrator"), ("Name", "John Doe")]).await;

        let anna = j.browser_of("anna.approver").await;
        anna.open(&format!("/approve-requests/{request}")).await;
        anna.click(role("radio", "Approve")).await;
        anna.fill(field("Justification"), "fine").await;
        anna.click(button("Confirm")).await;
        let why = "There is no eligible assignment";
        anna.reads("It could not be given any more: There is no eligible assignment").await;
        anna.reads(&format!("Failed: {why}")).await;
        anna.is_accessible().await;
        let john = j.browser_of("john.doe").await;
        john.open("/my-requests").await;
        john.has_row(&[("Role", "User Administrator"), ("Request status", &format!("Failed: {why}"))]).await;
    });
}

#[test]
fn the_requestor_and_an_administrator_withdraw_what_waits() {
    journey(async |j| {
        john_asks(&j, USER_ADMINISTRATOR).await;
        john_asks(&j, TEAMS_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        anna.open("/approve-requests").await;
        anna.shows(link("Approve requests (2)")).await;
        let john = j.browser_of("john.doe").await;
        john.open("/my-requests").await;
        john.click(button("Cancel the request of John Doe for Teams Administrator")).await;
        john.has_row(&[("Role", "Teams Administrator"), ("Request status", "Cancelled")]).await;
        anna.shows(link("Approve requests (1)")).await;
        anna.has_no_row(&[("Role", "Teams Administrator")]).await;

        let admin = j.browser_of("admin").await;
        admin.open("/pending-requests").await;
        admin.has_row(&[("Role", "User Administrator"), ("Status", "Pending approval")]).await;
        admin.click(button("Cancel the request of John Doe for User Administrator")).await;
        admin.reads("Nothing is waiting.").await;
        anna.reads("No request waits for your answer.").await;
        john.open("/my-roles").await;
        john.has_row(&[("Role", "User Administrator"), ("State", "Eligible")]).await;
    });
}

#[test]
fn nobody_answers_for_a_day() {
    journey(async |j| {
        let request = john_asks(&j, USER_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        anna.open(&format!("/approve-requests/{request}")).await;
        anna.shows(button("Confirm")).await;
        j.server.advance_engine(Span::hours(24));
        anna.reads("Nobody answered this request within 24 hours.").await;
        anna.shows_no(button("Confirm")).await;
        let john = j.browser_of("john.doe").await;
        john.open("/my-requests").await;
        john.has_row(&[("Request status", "Expired")]).await;
    });
}

#[test]
fn of_two_approvers_at_the_same_instant_one_wins_and_the_other_is_told() {
    journey(async |j| {
        let request = john_asks(&j, USER_ADMINISTRATOR).await;
        let john = j.browser_of("john.doe").await;
        john.open("/my-requests").await;
        john.has_row(&[("Request status", "Pending approval")]).await;
        let (anna, ben) = (j.browser_of("anna.approver").await, j.browser_of("ben.approver").await);
        for (browser, answer) in [(&anna, "Approve"), (&ben, "Deny")] {
            browser.open(&format!("/approve-requests/{request}")).await;
            browser.click(role("radio", answer)).await;
            browser.fill(field("Justification"), &format!("{answer} it is")).await;
        }
        tokio::join!(anna.click(button("Confirm")), ben.click(button("Confirm")));

        let told = async |browser: &Browser, words: &str| {
            let told = timeout(SOON, browser.reads(words)).await;
            assert!(told.is_ok(), "`{words}` comes too late");
        };
        let won = anna.until("a decision", async || {
            let text = anna.text().await;
            let lost = text.contains("Ben Approver has already denied this request.");
            (lost || text.contains("is approved.")).then_some(!lost)
        });
        let (won, seen) = if won.await {
            told(&ben, "Anna Approver has already approved this request.").await;
            told(&ben, "Anna Approver approved this request at 09:0").await;
            told(&ben, "\u{201c}Approve it is\u{201d}").await;
            (&anna, "Approved by Anna Approver")
        } else {
            told(&ben, "The request of John Doe for User Administrator is denied.").await;
            told(&anna, "Ben Approver denied this request at 09:0").await;
            told(&anna, "\u{201c}Deny it is\u{201d}").await;
            (&ben, "Denied by Ben Approver")
        };
        told(won, "No request waits for your answer.").await;
        told(&john, seen).await;
        for browser in [&anna, &ben] {
            browser.shows_no(button("Confirm")).await;
        }
    });
}

#[test]
fn nothing_is_decided_that_the_panel_does_not_show() {
    journey(async |j| {
        let first = john_asks(&j, USER_ADMINISTRATOR).await;
        let second = john_asks(&j, TEAMS_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        // Such an address may come from anybody: its search would hide one of the two.
        anna.open(&format!("/approve-requests/{first},{second}?answer=approve&search=teams")).await;
        let panel = || role("dialog", "Approve 2 requests");
        for name in ["User Administrator", "Teams Administrator"] {
            anna.shows(panel().inside(role("listitem", format!("John Doe, {name}")))).await;
        }
        // What somebody else has decided is not asked again.
        j.server.client_of("ben.approver").await.decide(&first, "Deny", "no").await.ok();
        anna.reload().await;
        anna.reads("No longer waiting for your answer: 1 of 2.").await;
        anna.fill(field("Justification"), "for the migration").await;
        anna.click(button("Confirm")).await;
        anna.reads("1 request is approved.").await;
    });
}

#[test]
fn several_are_decided_at_once_and_each_shows_its_own_result() {
    journey(async |j| {
        let first = john_asks(&j, USER_ADMINISTRATOR).await;
        john_asks(&j, TEAMS_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        anna.open("/approve-requests").await;
        for name in ["User", "Teams"] {
            anna.click(role("checkbox", format!("Select the request of John Doe for {name}"))).await;
        }
        anna.click(button("Approve")).await;
        anna.shows(role("dialog", "Approve 2 requests")).await;
        anna.fill(field("Justification"), "all of them").await;
        let ben = j.server.client_of("ben.approver").await;
        ben.decide(&first, "Deny", "no").await.ok();
        anna.click(button("Confirm")).await;
        anna.reads("1 of 2 were decided.").await;
        anna.reads("Ben Approver has already denied this request.").await;
        anna.is_accessible().await;
        anna.click(button("Close")).await;
        anna.reads("No request waits for your answer.").await;
        let john = j.server.client_of("john.doe").await;
        let mine = john.get(&format!("{ASSIGNMENT}/filterByCurrentUser(on='principal')")).await.ok();
        let mut states: Vec<_> = mine.body["value"].as_array().into_iter().flatten().collect();
        states.sort_by_key(|row| row["status"].to_string());
        let states: Vec<_> = states.iter().map(|row| row["status"].as_str().unwrap_or_default()).collect();
        assert_eq!(states, ["Denied", "Provisioned"]);
    });
}

#[test]
fn the_keyboard_alone_approves() {
    journey(async |j| {
        john_asks(&j, USER_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        anna.open("/approve-requests").await;
        anna.shows(link("Approve the request of John Doe")).await;
        anna.tab_to(link("Approve the request of John Doe")).await;
        anna.press(Key::Enter).await;
        anna.shows(role("dialog", "Approve request")).await;
        anna.tab_to(field("Justification")).await;
        anna.type_text("by keyboard").await;
        anna.tab_to(button("Confirm")).await;
        anna.press(Key::Enter).await;
        anna.reads("The request of John Doe for User Administrator is approved.").await;
    });
}

#[test]
fn nobody_decides_his_own_request_and_axe_finds_nothing() {
    journey(async |j| {
        let request = john_asks(&j, USER_ADMINISTRATOR).await;
        let anna = j.browser_of("anna.approver").await;
        let john = j.browser_of("john.doe").await;
        for address in [
            "/approve-requests",
            &format!("/approve-requests/{request}"),
            &format!("/approve-requests/{request}?answer=Deny"),
            &format!("/approve-requests/{request}/timeline"),
            "/my-requests",
            "/pending-requests",
        ] {
            anna.open(address).await;
            anna.has_settled().await;
            anna.is_accessible().await;
            assert_eq!(anna.place().await, address);
        }
        john.open(&format!("/approve-requests/{request}")).await;
        john.reads("This is your own request.").await;
        john.is_accessible().await;
        john.open("/approve-requests").await;
        john.reads("No request waits for your answer.").await;
        for address in ["/my-requests", "/pending-requests", "/my-roles"] {
            john.open(address).await;
            john.has_settled().await;
            john.is_accessible().await;
        }
        let demo = j.browser_of("demouser").await;
        demo.open(&format!("/approve-requests/{request}")).await;
        demo.reads("There is no request at this address that you may decide.").await;
    });
}
