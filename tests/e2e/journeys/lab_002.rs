use domain::{role::TEAMS_ADMINISTRATOR, time::Span};

use crate::harness::{button, field, journey_with_mail, link, role};

/// What the history tells of John's activation, from the ask to the end.
const STORY: [&str; 6] = [
    "Add eligible member to role in PIM requested (permanent)",
    "Add eligible member to role in PIM completed (permanent)",
    "Add member to role requested (PIM activation)",
    "Add member to role approval requested (PIM activation)",
    "Add member to role request approved (PIM activation)",
    "Add member to role completed (PIM activation)",
];

#[test]
fn john_activates_later_an_approver_follows_the_mail_and_the_teams_page_opens_and_closes() {
    journey_with_mail(async |j| {
        // The role asks for the approval of two people.
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/settings")).await;
        admin.click(link("Edit")).await;
        admin.click(role("checkbox", "Require approval to activate")).await;
        for approver in ["Anna Approver", "Ben Approver"] {
            admin.fill(role("searchbox", "Search approvers"), approver).await;
            admin.click(button(approver)).await;
            admin.shows(button(format!("Remove {approver}"))).await;
        }
        admin.click(button("Update")).await;
        admin.reads("The settings of Teams Administrator are saved.").await;

        // John is made eligible with the wizard's defaults.
        admin.click(role("navigation", "Role").inside(link("Assignments"))).await;
        admin.click(link("Add assignments")).await;
        admin.click(button("No member selected")).await;
        admin.fill(role("searchbox", "Search people and groups"), "John").await;
        admin.click(role("checkbox", "John Doe")).await;
        admin.click(button("Select")).await;
        admin.click(button("Next")).await;
        admin.click(button("Assign")).await;
        admin.has_row(&[("Name", "John Doe"), ("End time", "Permanent")]).await;

        // He asks for an hour and a half, from later on.
        let john = j.browser_of("john.doe").await;
        john.open("/lab/teams").await;
        john.reads("You have no access to the Teams admin centre (403)").await;
        john.open("/my-roles").await;
        john.click(link("Activate Teams Administrator")).await;
        john.click(role("checkbox", "Custom activation start time")).await;
        john.fill(field("Duration in hours, typed"), "1.5").await;
        john.fill(field("Reason"), "a new team for the project").await;
        john.click(button("Activate")).await;
        john.step_up(&j.server.code("john.doe")).await;
        john.click(button("Activate")).await;
        john.reads("Waiting for approval").await;

        // The approver follows the mail's link on her phone; the link asks who she is, and decides nothing.
        let anna = &j.server.person("anna.approver");
        let mail = j.inbox().mail_to("anna.approver", "Review John Doe's request").await;
        assert!(mail.tls && mail.text().contains("a new team for the project"));
        let phone = j.browser().await;
        phone.is_wide(390).await;
        phone.open(&mail.link().replace(j.server.url(), "")).await;
        phone.shows(button("Sign in")).await;
        phone.give_password(&anna.user_principal_name, &anna.password).await;
        phone.reads("a new team for the project").await;
        phone.is_accessible().await;
        phone.click(role("radio", "Approve")).await;
        phone.fill(field("Justification"), "agreed in the planning").await;
        phone.click(button("Confirm")).await;
        phone.reads("The request of John Doe for Teams Administrator is approved.").await;

        // Approved is not in force yet: the start that he asked is still ahead.
        john.reads("The activation is scheduled").await;
        john.open("/lab/teams").await;
        john.reads("You have no access to the Teams admin centre (403)").await;
        j.server.advance_engine(Span::minutes(61));
        john.reload().await;
        john.has_row(&[("Team", "Finance")]).await;
        let story = j.server.story_of("john.doe", "Teams Administrator", STORY.len()).await;
        assert_eq!(story, STORY);
        j.server.advance_engine(Span::minutes(90));
        john.reads("You have no access to the Teams admin centre (403)").await;

        // Who activated and who approved stands in everybody's own history.
        john.open("/my-audit").await;
        john.reads("Anna Approver").await;
        john.reads("Remove member from role (PIM activation expired)").await;
    });
}
