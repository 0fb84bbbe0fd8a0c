//! Several approvals are under way, and the panel is left, or the server is gone.

use std::rc::Rc;

use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use fantoccini::key::Key;
use serde_json::json;

use crate::harness::{Browser, Journey, button, field, journey, link, role};

/// Two people wait for Anna, who has ticked both and typed why she approves.
async fn is_about_to_approve(j: &Journey) -> Rc<Browser> {
    j.server.ask_approval(TEAMS_ADMINISTRATOR, &["anna.approver"]).await;
    for name in ["demouser", "john.doe"] {
        j.server.make_eligible(name, TEAMS_ADMINISTRATOR).await;
        j.server.client_with_factor(name).await.activate(TEAMS_ADMINISTRATOR, 2, None).await.ok();
    }
    let anna = j.browser_of("anna.approver").await;
    anna.open("/approve-requests").await;
    for name in ["demouser", "John Doe"] {
        anna.click(role("checkbox", format!("Select the request of {name}"))).await;
    }
    anna.click(button("Approve")).await;
    anna.fill(field("Justification"), "the night shift").await;
    anna
}

#[test]
fn several_approvals_stop_where_their_panel_is_left() {
    journey(async |j| {
        let anna = is_about_to_approve(&j).await;
        anna.keeps_back("PATCH").await;
        anna.click(button("Confirm")).await;
        anna.has_kept_back(1).await;
        anna.press(Key::Escape).await;
        anna.click(role("dialog", "Leave this panel?").inside(button("Leave"))).await;
        anna.lets_through().await;
        anna.reads("1 of 2 requests were approved. The panel was left.").await;
        anna.shows(link("Approve")).await;
    });
}

#[test]
fn of_an_answer_that_is_refused_after_the_panel_was_left_a_message_tells() {
    journey(async |j| {
        let anna = is_about_to_approve(&j).await;
        let demo = j.server.client_of("demouser").await;
        anna.keeps_back("PATCH").await;
        anna.click(button("Confirm")).await;
        anna.has_kept_back(1).await;
        // His own, asked for first, comes last, and is withdrawn before its turn.
        let asked = demo.get("/api/my-requests").await.ok().body["rows"][0]["id"].clone();
        let requests = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";
        let id = asked.as_str().expect("an id");
        demo.post(&format!("{requests}/{id}/cancel"), &json!({})).await.ok();
        anna.lets_through().await;
        anna.has_kept_back(1).await;
        anna.press(Key::Escape).await;
        anna.click(role("dialog", "Leave this panel?").inside(button("Leave"))).await;
        anna.lets_through().await;
        anna.reads("1 of 2 requests were approved. 1 could not be.").await;
    });
}

#[test]
fn one_that_the_server_fails_at_holds_up_no_other() {
    journey(async |j| {
        let anna = is_about_to_approve(&j).await;
        anna.refuses_calls("PATCH", 500).await;
        anna.click(button("Confirm")).await;
        anna.reads("2 of 2 could not be answered").await;
        anna.holds(field("Justification"), "the night shift").await;
        anna.refuses_calls("", 0).await;
        anna.click(button("Confirm")).await;
        anna.reads("2 requests are approved.").await;
    });
}

#[test]
fn a_second_factor_that_is_wanted_meanwhile_is_given_and_nothing_is_lost() {
    journey(async |j| {
        let anna = is_about_to_approve(&j).await;
        j.server.make_active("anna.approver", USER_ADMINISTRATOR).await;
        anna.click(button("Confirm")).await;
        anna.reads("second factor").await;
        anna.holds(field("Justification"), "the night shift").await;
        anna.click(role("dialog", "Approve 2 requests").inside(button("Click to continue"))).await;
        anna.step_up(&j.server.code("anna.approver")).await;
        anna.shows_no(button("Click to continue")).await;
        anna.click(button("Confirm")).await;
        anna.reads("2 requests are approved.").await;
    });
}

#[test]
fn an_answer_that_counted_although_nothing_came_back_is_done() {
    journey(async |j| {
        let anna = is_about_to_approve(&j).await;
        anna.loses_answers("PATCH").await;
        anna.click(button("Confirm")).await;
        anna.reads("The server did not answer").await;
        anna.refuses_calls("", 0).await;
        anna.click(button("Confirm")).await;
        anna.reads("2 requests are approved.").await;
    });
}

#[test]
fn a_server_out_of_reach_loses_no_reason_and_no_answer() {
    journey(async |j| {
        let anna = is_about_to_approve(&j).await;
        anna.keeps_back("PATCH").await;
        anna.tab_to(button("Confirm")).await;
        anna.press(Key::Enter).await;
        anna.has_kept_back(1).await;
        anna.refuses_calls("PATCH", 503).await;
        anna.lets_through().await;
        anna.reads("The test says no.").await;
        anna.reads("Approved").await;
        anna.holds(field("Justification"), "the night shift").await;
        anna.refuses_calls("", 0).await;
        anna.tab_to(button("Confirm")).await;
        anna.press(Key::Enter).await;
        // The first one is not sent again.
        anna.reads("1 request is approved.").await;
        anna.reads("No request waits for your answer.").await;
    });
}
