//! The forms of administrators: what is allowed stands beside each field, what was typed stays, and what the server
//! refuses is told in the history.

use domain::{
    policy::Policy,
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
};

use super::changed_rules::{date_and_time, rule};
use crate::harness::{Browser, button, field, journey, link, role};

const END: &str = "Assignment ends";
const START: &str = "Assignment starts";
const REASON: &str = "Provide justification";

/// Rules under which nobody is eligible for longer than fifteen days.
fn fifteen_days() -> Policy {
    let mut policy = Policy::default();
    policy.expiration_admin_eligibility.is_expiration_required = true;
    policy.expiration_admin_eligibility.maximum_duration = Span::days(15);
    policy
}

/// The newest row of the history about this act that failed, opened.
async fn opens_the_refusal(admin: &Browser, act: &str, why: &str) {
    admin.open("/audit?result=failure").await;
    admin.has_row(&[("Action", act), ("Status", "Failed"), ("Reason", why)]).await;
    admin.click(link("7 Jan 2030")).await;
    admin.shows(role("dialog", act)).await;
    admin.reads(why).await;
}

#[test]
fn several_people_and_a_group_are_ticked_and_assigned_at_once() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        for (name, holds_roles) in [("Duty officers", true), ("Book club", false)] {
            caller.create_group(name, holds_roles).await;
        }
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/assignments/add?role={TEAMS_ADMINISTRATOR}")).await;
        let search = || role("searchbox", "Search people and groups");
        admin.click(button("No member selected")).await;
        admin.shows(role("checkbox", "Duty officers")).await;
        admin.shows_no(role("checkbox", "Book club")).await;
        admin.click(role("checkbox", "Duty officers")).await;
        // What is ticked stays ticked under another search.
        for name in ["Anna Approver", "Ben Approver", "John Doe"] {
            admin.fill(search(), name).await;
            admin.click(role("checkbox", name)).await;
        }
        admin.reads("4 selected").await;
        admin.click(role("checkbox", "John Doe")).await;
        admin.reads("3 selected").await;
        admin.fill(search(), "nobody of this name").await;
        admin.reads("No results").await;
        admin.is_accessible().await;

        // Back forgets what was ticked, Select keeps it.
        admin.click(button("Back")).await;
        admin.click(button("No member selected")).await;
        admin.reads("0 selected").await;
        for name in ["Duty officers", "Anna Approver", "Ben Approver"] {
            admin.fill(search(), name).await;
            admin.click(role("checkbox", name)).await;
        }
        admin.click(button("Select")).await;
        admin.shows(button("3 Member(s) selected")).await;
        admin.click(button("Next")).await;
        admin.click(button("Assign")).await;
        admin.reads("3 assignments were added.").await;
        for (name, kind) in [("Duty officers", "Group"), ("Anna Approver", "User"), ("Ben Approver", "User")]
        {
            admin.has_row(&[("Role", "Teams Administrator"), ("Name", name), ("Type", kind)]).await;
        }
    });
}

#[test]
fn the_wizard_names_what_is_allowed_beside_dates_and_reason_and_keeps_what_was_typed() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        rule(&caller, fifteen_days()).await;
        let person = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/assignments/add?role={USER_ADMINISTRATOR}&member={person}")).await;
        admin.reads("1 Member(s) selected").await;
        admin.click(button("Next")).await;

        let at = |days| date_and_time(j.server.engine_now() + Span::days(days));
        admin.set(field(START), &at(-1)).await;
        admin.faults(field(START), "The start must not be in the past. Allowed: 7 Jan 2030, 09:00").await;
        admin.set(field(START), &at(2)).await;
        admin.set(field(END), &at(1)).await;
        admin.faults(field(END), "at least 5 minutes after the start. Allowed: 9 Jan 2030, 09:05").await;
        admin.set(field(END), &at(18)).await;
        admin.faults(field(END), "longer than the policy allows. Allowed: until 24 Jan 2030, 09:00").await;
        admin.click(button("Assign")).await;
        admin.holds(field(START), &at(2)).await;
        admin.holds(field(END), &at(18)).await;
        admin.set(field(END), "").await;
        admin.faults(field(END), "Enter a date and a time.").await;
        admin.is_accessible().await;

        // An active assignment asks why.
        admin.set(field(END), &at(10)).await;
        admin.click(role("radio", "Active")).await;
        admin.click(button("Assign")).await;
        admin.faults(field(REASON), "Allowed: 1 to 500 characters").await;
        let long = "x".repeat(501);
        admin.fill(field(REASON), &long).await;
        admin.faults(field(REASON), "Allowed: 1 to 500 characters").await;
        admin.holds(field(REASON), &long).await;
        admin.holds(field(START), &at(2)).await;
        admin.holds(field(END), &at(10)).await;
        admin.fill(field(REASON), "covers for a colleague").await;
        admin.click(button("Assign")).await;
        admin.reads("1 assignment was added.").await;
    });
}

#[test]
fn update_names_what_is_allowed_and_a_refusal_stays_in_panel_and_history() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let at = |days| date_and_time(j.server.engine_now() + Span::days(days));
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        admin.click(link("Update demouser, User Administrator")).await;
        admin.click(role("checkbox", "Permanently eligible")).await;
        admin.set(field(END), &at(-1)).await;
        admin.faults(field(END), "at least 5 minutes after the start").await;
        admin.click(button("Save")).await;
        admin.set(field(END), &at(20)).await;

        // Meanwhile the rules became stricter than the panel knows: the server has the last word.
        rule(&caller, fifteen_days()).await;
        admin.click(button("Save")).await;
        admin.faults(field(END), "15 days").await;
        admin.holds(field(END), &at(20)).await;
        admin.is_accessible().await;
        admin.set(field(END), &at(10)).await;
        admin.click(button("Save")).await;
        admin.reads("The assignment was updated.").await;
        admin.has_row(&[("Name", "demouser"), ("End time", "17 Jan 2030")]).await;

        opens_the_refusal(
            &admin,
            "Process role update request",
            "The following policy rules failed: ExpirationRule",
        )
        .await;
        admin.open("/audit?type=update").await;
        admin.has_row(&[("Action", "Process role update request"), ("Status", "Success")]).await;
        admin.click(link("7 Jan 2030")).await;
        let panel = role("dialog", "Process role update request");
        admin.shows(panel.clone().inside(role("columnheader", "Before"))).await;
        admin.shows(panel.inside(role("cell", "17 Jan 2030"))).await;
    });
}

#[test]
fn new_people_and_groups_are_judged_beside_their_fields_and_refusals_are_told() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let (name, sign_in) = (|| field("Display name"), || field("User principal name"));
        admin.open("/users/new").await;
        admin.click(button("Create")).await;
        admin.faults(name(), "Display name is required").await;
        admin.faults(sign_in(), "must look like `name@domain.example`").await;
        let long = "x".repeat(257);
        admin.fill(name(), &long).await;
        admin.faults(name(), "at most 256 are allowed").await;
        admin.fill(name(), "Ada New").await;
        admin.fill(field("Job title"), &long).await;
        admin.fill(sign_in(), "ada@elsewhere.example").await;
        admin.click(button("Create")).await;
        admin.faults(field("Job title"), "at most 256 characters").await;
        admin.fill(field("Job title"), "Clerk").await;
        admin.click(button("Create")).await;
        admin.faults(sign_in(), "Allowed: a name that ends with `@mydirectory.example`").await;
        admin.holds(name(), "Ada New").await;
        admin.holds(field("Job title"), "Clerk").await;
        admin.is_accessible().await;
        admin.fill(sign_in(), &j.server.person("demouser").user_principal_name).await;
        admin.click(button("Create")).await;
        admin.faults(sign_in(), "Allowed: a sign-in name that nobody has").await;
        admin.fill(sign_in(), "ada.new@mydirectory.example").await;
        admin.click(button("Create")).await;
        admin.reads("It is shown this one time.").await;

        admin.open("/groups/new").await;
        let (name, about) = (|| field("Group name"), || field("Group description"));
        admin.click(button("Create")).await;
        admin.faults(name(), "Group name is required").await;
        admin.fill(name(), "Night shift").await;
        admin.fill(about(), &"x".repeat(1_025)).await;
        admin.click(button("Create")).await;
        admin.faults(about(), "Allowed: at most").await;
        admin.holds(name(), "Night shift").await;
        admin.is_accessible().await;
        admin.fill(about(), "From ten to six").await;
        admin.click(button("Create")).await;
        admin.has_row(&[("Name", "Night shift")]).await;

        opens_the_refusal(&admin, "Add user", "the sign-in name is taken").await;
        admin.shows(role("dialog", "Add user").inside(role("columnheader", "After"))).await;
        admin.shows(role("dialog", "Add user").inside(role("cell", "Ada New"))).await;
    });
}

#[test]
fn the_editor_of_settings_names_the_limits_beside_the_field_and_keeps_all_tabs() {
    journey(async |j| {
        let hours = || field("Activation maximum duration in hours, typed");
        let further = || {
            let words = "Send notifications when eligible members activate this role";
            field(format!("Additional recipients: Role activation alert. {words}"))
        };
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/roles/{TEAMS_ADMINISTRATOR}/settings/edit")).await;
        for typed in ["25", "0", "soon", ""] {
            admin.fill(hours(), typed).await;
            admin.faults(hours(), "30 minutes to 24 hours").await;
        }
        admin.fill(hours(), "24.5").await;
        admin.click(role("checkbox", "Require ticket information on activation")).await;
        admin.click(role("tab", "Notification")).await;
        admin.fill(further(), "team@mydirectory.example; nobody").await;
        admin.faults(further(), "`nobody`").await;
        // Update leads back to the first field that is wrong; nothing was lost on the way.
        admin.click(button("Update")).await;
        admin.faults(hours(), "30 minutes to 24 hours").await;
        admin.holds(hours(), "24.5").await;
        admin.is_accessible().await;
        admin.fill(hours(), "24").await;
        admin.click(button("Update")).await;
        admin.faults(further(), "`nobody`").await;
        admin.holds(further(), "team@mydirectory.example; nobody").await;
        admin.fill(further(), "team@mydirectory.example").await;
        admin.click(button("Update")).await;
        admin.reads("The settings of Teams Administrator are saved.").await;

        admin.open("/audit?type=settings").await;
        admin.has_row(&[("Primary target", "Teams Administrator"), ("Status", "Success")]).await;
        admin.click(link("7 Jan 2030")).await;
        admin.shows(role("cell", "Expiration_EndUser_Assignment.maximumDuration")).await;
        admin.shows(role("cell", "PT8H")).await;
        admin.shows(role("cell", "P1D")).await;
    });
}
