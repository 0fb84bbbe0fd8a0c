//! The editor of a role's settings: by keyboard alone, left half done, and with rights in use behind it.

use domain::{
    ids::RoleId,
    policy::Policy,
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
    wire::api::{RoleSettingDetails, SaveRoleSetting},
};
use fantoccini::key::Key;
use reqwest::Method;
use testkit::{Client, requests::ASSIGNMENT};

use crate::harness::{button, field, journey, link, role};

const MAXIMUM: &str = "Activation maximum duration in hours, typed";
const SPACE: &str = " ";

async fn settings_of(client: &Client, role: RoleId) -> RoleSettingDetails {
    client.get(&format!("/api/role-settings/{role}")).await.ok().parse()
}

#[test]
fn the_keyboard_alone_changes_a_role_from_the_list_to_the_save() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.tab_to(link("Settings")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("searchbox", "Search by role name")).await;
        admin.type_text("Teams Administrator").await;
        admin.tab_to(link("Teams Administrator")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(link("Edit")).await;
        admin.press(Key::Enter).await;

        admin.tab_to(role("slider", "Activation maximum duration in hours")).await;
        admin.press(Key::Left).await;
        admin.press(Key::Left).await;
        admin.holds(field(MAXIMUM), "7").await;
        admin.tab_to(role("checkbox", "Require ticket information on activation")).await;
        admin.type_text(SPACE).await;
        admin.tab_to(button("Next")).await;
        admin.press(Key::Enter).await;
        admin.tab_to(role("checkbox", "Allow permanent eligible assignment")).await;
        admin.type_text(SPACE).await;
        admin.tab_to(role("combobox", "Expire eligible assignments after")).await;
        admin.press(Key::Up).await;
        admin.tab_to(role("checkbox", "Require justification on eligible assignment")).await;
        admin.type_text(SPACE).await;
        admin.tab_to(button("Next")).await;
        admin.press(Key::Enter).await;
        let critical = "Critical emails only: Role assignment alert. Send notifications when members are assigned as active to this role";
        admin.tab_to(role("checkbox", critical)).await;
        admin.type_text(SPACE).await;
        admin.tab_to(button("Update")).await;
        admin.press(Key::Enter).await;
        admin.reads("The settings of Teams Administrator are saved.").await;

        let client = j.server.client_with_factor("emergency1").await;
        let saved = settings_of(&client, TEAMS_ADMINISTRATOR).await;
        let mut wanted = Policy::default();
        wanted.expiration_end_user_assignment.maximum_duration = Span::hours(7);
        wanted.enablement_end_user_assignment.ticketing = true;
        wanted.expiration_admin_eligibility.is_expiration_required = true;
        wanted.expiration_admin_eligibility.maximum_duration = Span::days(180);
        wanted.enablement_admin_eligibility.justification = true;
        wanted.notifications[3].level = domain::policy::NotificationLevel::Critical;
        assert_eq!(saved.policy, wanted);
        assert_eq!(saved.version, 1);
    });
}

#[test]
fn an_editor_that_is_left_half_done_asks_first_and_saves_nothing() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/settings/edit")).await;
        admin.fill(field(MAXIMUM), "3").await;
        admin.press(Key::Escape).await;
        admin.reads("What you typed is not saved and will be lost.").await;
        admin.press(Key::Escape).await;
        admin.holds(field(MAXIMUM), "3").await;
        admin.click(button("Cancel")).await;
        admin.click(button("Leave")).await;
        admin.shows_no(field(MAXIMUM)).await;
        admin.reads("8 h").await;
        admin.is_accessible().await;
        let client = j.server.client_with_factor("emergency1").await;
        assert_eq!(settings_of(&client, TEAMS_ADMINISTRATOR).await.version, 0);
    });
}

#[test]
fn what_runs_and_what_waits_is_counted_before_the_save_and_stays_after_it() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let demo = j.server.client_with_factor("demouser").await;
        demo.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        let client = j.server.client_with_factor("emergency1").await;
        let mut policy = Policy::default();
        policy.approval_end_user_assignment.is_approval_required = true;
        let path = format!("/api/role-settings/{USER_ADMINISTRATOR}");
        client.send(Method::PUT, &path, Some(&SaveRoleSetting { version: 0, policy })).await.ok();
        let john = j.server.client_with_factor("john.doe").await;
        let asked = john.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        assert_eq!(asked.body["status"], "PendingApprovalProvisioning");

        let admin = j.browser_of("admin").await;
        admin.open(&format!("/roles/{USER_ADMINISTRATOR}/settings/edit")).await;
        admin.fill(field(MAXIMUM), "1").await;
        admin.reads("Activations that run keep their end").await;
        admin.click(role("checkbox", "Require approval to activate")).await;
        admin.click(button("Update")).await;
        admin.reads("1 request(s) wait for approval.").await;
        admin.reads("1 activation(s) are running.").await;
        admin.is_accessible().await;
        admin.click(button("Update anyway")).await;
        admin.reads("The settings of User Administrator are saved.").await;

        // What runs, runs on; what waits still waits, though nobody would have to be asked any more.
        j.server.advance_engine(Span::hours(7));
        demo.create_user("Still There").await.ok();
        let id = asked.body["id"].as_str().unwrap_or_default();
        let waiting = john.get(&format!("{ASSIGNMENT}/{id}")).await.ok();
        assert_eq!(waiting.body["status"], "PendingApproval");
        // The next request meets the new rules.
        j.server.advance_engine(Span::hours(2));
        demo.activate(USER_ADMINISTRATOR, 2, None)
            .await
            .refused(400, "RoleAssignmentRequestPolicyValidationFailed");
        let given = demo.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        assert_eq!(given.body["status"], "Provisioned");
    });
}
