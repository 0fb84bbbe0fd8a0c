//! A series of requests is under way, and the panel is left, or the browser becomes somebody else's.

use domain::{role::TEAMS_ADMINISTRATOR, wire::api::Assignments};
use fantoccini::key::Key;
use serde_json::json;
use testkit::TestServer;

use crate::harness::{Browser, button, journey, role};

/// Chooses three people in the wizard and presses Assign; the answer to the first request is kept back.
async fn begins_to_assign(admin: &Browser) {
    admin.open(&format!("/assignments/add?role={TEAMS_ADMINISTRATOR}")).await;
    admin.click(button("No member selected")).await;
    for name in ["Anna Approver", "Ben Approver", "John Doe"] {
        admin.click(role("checkbox", name)).await;
    }
    admin.click(button("Select")).await;
    admin.click(button("Next")).await;
    admin.keeps_back("ScheduleRequests").await;
    admin.click(button("Assign")).await;
    admin.has_kept_back(1).await;
}

/// Who is eligible for the role.
async fn eligible(server: &TestServer) -> usize {
    let caller = server.client_with_factor("emergency2").await;
    let url = format!("/api/assignments?tab=eligible&role={TEAMS_ADMINISTRATOR}");
    caller.get(&url).await.ok().parse::<Assignments>().rows.len()
}

#[test]
fn leaving_the_wizard_stops_what_was_not_sent_and_says_how_far_it_came() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        begins_to_assign(&admin).await;
        admin.press(Key::Escape).await;
        admin.reads("What was sent may take effect.").await;
        admin.click(role("dialog", "Leave this panel?").inside(button("Leave"))).await;
        admin.shows_no(role("dialog", "")).await;
        admin.lets_through().await;
        admin.reads("1 of 3 assignments were added before the panel was left.").await;
        assert_eq!(eligible(&j.server).await, 1);
    });
}

#[test]
fn whoever_is_chosen_while_a_series_runs_is_still_chosen_when_all_went_well() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        begins_to_assign(&admin).await;
        admin.click(button("Previous")).await;
        admin.click(button("3 Member(s) selected")).await;
        admin.click(role("checkbox", "demouser")).await;
        admin.click(button("Select")).await;
        for _ in 0..3 {
            admin.has_kept_back(1).await;
            admin.lets_through().await;
        }
        admin.reads("3 assignments were added.").await;
        admin.shows(button("1 Member(s) selected")).await;
        admin.press(Key::Escape).await;
        admin.shows(role("dialog", "Leave this panel?")).await;
    });
}

#[test]
fn the_rest_of_a_series_is_never_sent_as_somebody_else() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        begins_to_assign(&admin).await;
        // In a second window somebody else signs in; this one hears the first answer before it hears of that.
        let person = j.server.person("emergency1");
        let steps = json!([
            ["/api/session", { "userName": person.user_principal_name, "password": person.password }],
            ["/api/session/second-factor", { "code": j.server.code("emergency1") }],
        ]);
        let take_over = "const [steps, tell] = arguments;
            const headers = { 'content-type': 'application/json' };
            (async () => {
                for (const [url, body] of steps)
                    await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
                for (const go of window.late.splice(0)) go();
                tell(true);
            })();";
        assert_eq!(admin.script_later(take_over, vec![steps]).await, json!(true));
        admin.shows(button("Account of Emergency")).await;
        admin.shows_no(role("dialog", "")).await;
        admin.has_settled().await;
        assert_eq!(eligible(&j.server).await, 1);
    });
}
