use domain::role::{GLOBAL_READER, TEAMS_ADMINISTRATOR};
use serde_json::{Value, json};

use crate::harness::{button, field, journey, link, role};

const MAXIMUM: &str = "Activation maximum duration in hours, typed";

#[test]
fn an_administrator_changes_what_a_role_asks_and_everybody_meets_it() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/settings").await;
        admin.fill(role("searchbox", "Search by role name"), "Teams Adm").await;
        admin.has_row(&[("Role", "Teams Administrator"), ("Modified", "No")]).await;
        admin.click(link("Teams Administrator")).await;
        admin.reads("Allow permanent eligible assignment").await;
        admin.click(link("Edit")).await;

        // What the rules do not allow is said beside the field on each key, and the button leads there.
        admin.fill(field(MAXIMUM), "25").await;
        admin.reads("Allowed: 30 minutes to 24 hours").await;
        admin.click(role("tab", "Assignment")).await;
        admin.click(button("Update")).await;
        admin.holds(field(MAXIMUM), "25").await;
        admin.fill(field(MAXIMUM), "4").await;
        admin.click(role("checkbox", "Require ticket information on activation")).await;
        admin.click(role("checkbox", "Require approval to activate")).await;
        admin.reads("No approver is chosen").await;
        admin.fill(role("searchbox", "Search approvers"), "Anna").await;
        admin.click(button("Anna Approver")).await;
        admin.shows(button("Remove Anna Approver")).await;
        admin.click(button("Next")).await;
        admin.click(role("checkbox", "Allow permanent eligible assignment")).await;
        admin.set(role("combobox", "Expire eligible assignments after"), "180").await;
        admin.click(role("checkbox", "Require justification on eligible assignment")).await;
        admin.click(button("Next")).await;
        let alert = "Additional recipients: Role activation alert. Send notifications when eligible members activate this role";
        admin.fill(field(alert), "team@mydirectory.example; nobody").await;
        admin.reads("`nobody` is no mail address").await;
        admin.fill(field(alert), "team@mydirectory.example").await;
        admin.click(button("Update")).await;
        // One approver cannot approve his own request: said before it is saved, and saved when it is meant.
        admin.reads("Name at least two approvers").await;
        admin.click(button("Update anyway")).await;
        admin.reads("The settings of Teams Administrator are saved.").await;
        admin.reads("Anna Approver").await;
        admin.reads("team@mydirectory.example").await;

        admin.open("/settings?search=Teams%20Adm").await;
        admin.has_row(&[("Modified", "Yes"), ("Last updated by", "Alex Admin")]).await;

        // The wizard offers what the settings allow, and asks what they ask.
        let john = j.server.client_of("john.doe").await.id().await;
        admin.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/add?member={john}")).await;
        admin.reads("1 Member(s) selected").await;
        admin.click(button("Next")).await;
        admin.reads("Maximum allowed eligible duration is 180").await;
        admin.click(button("Assign")).await;
        admin.faults(field("Provide justification"), "Justification is required").await;
        let client = j.server.client_with_factor("admin").await;
        let path = format!("/api/role-settings/{TEAMS_ADMINISTRATOR}");
        let policy: Value = client.get(&path).await.ok().parse();
        assert_eq!(policy["policy"]["expirationAdminEligibility"]["maximumDuration"], "P180D");
        assert_eq!(policy["policy"]["enablementEndUserAssignment"]["ticketing"], json!(true));
        assert_eq!(policy["policy"]["enablementAdminEligibility"]["justification"], json!(true));
        assert_eq!(policy["version"], json!(1));
    });
}

#[test]
fn of_two_who_edit_the_slower_sees_what_changed_and_keeps_what_he_typed() {
    journey(async |j| {
        let address = format!("/roles/{TEAMS_ADMINISTRATOR}/settings/edit");
        let slow = j.browser_of("admin").await;
        slow.open(&address).await;
        slow.fill(field(MAXIMUM), "2").await;

        let fast = j.browser_of("emergency1").await;
        fast.open(&address).await;
        fast.fill(field(MAXIMUM), "6").await;
        fast.click(button("Update")).await;
        fast.reads("are saved.").await;

        slow.click(button("Update")).await;
        slow.reads("Changed meanwhile: Emergency access 1 saved other settings").await;
        slow.reads("PT8H \u{2192} PT6H").await;
        slow.holds(field(MAXIMUM), "2").await;
        slow.click(button("Keep mine")).await;
        slow.click(button("Update")).await;
        slow.reads("are saved.").await;
        slow.reads("2 h").await;
        slow.open("/audit?result=failure").await;
        let why = "somebody else changed these settings meanwhile";
        slow.has_row(&[("Action", "Update role setting in PIM"), ("Status", "Failed"), ("Reason", why)])
            .await;
    });
}

#[test]
fn who_may_only_read_roles_reads_their_settings_and_saves_nothing() {
    journey(async |j| {
        j.server.make_active("demouser", GLOBAL_READER).await;
        let demo = j.browser_of("demouser").await;
        demo.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/settings")).await;
        let why = demo.refuses(button("Edit")).await;
        assert!(why.contains("Privileged Role Administrator"), "{why}");
        demo.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/settings/edit")).await;
        let why = demo.refuses(button("Update")).await;
        assert!(why.contains("Privileged Role Administrator"), "{why}");
    });
}

#[test]
fn axe_finds_nothing_on_settings_and_the_editor() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/settings").await;
        admin.has_settled().await;
        admin.is_accessible().await;
        admin.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/settings/edit")).await;
        admin.shows(field(MAXIMUM)).await;
        admin.click(role("checkbox", "Require approval to activate")).await;
        admin.fill(role("searchbox", "Search approvers"), "a").await;
        admin.has_settled().await;
        admin.is_accessible().await;
        for tab in ["Assignment", "Notification"] {
            admin.click(role("tab", tab)).await;
            admin.is_accessible().await;
        }
        admin.is_wide(390).await;
        admin.is_accessible().await;
    });
}
