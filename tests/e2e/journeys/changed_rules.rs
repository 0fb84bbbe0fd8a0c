//! Other rules than the defaults, and what the forms say to them: the domain's own cases, typed into a browser.

use std::path::Path;

use domain::{
    ids::RoleId,
    policy::Policy,
    request::Action,
    role::USER_ADMINISTRATOR,
    schedule::Kind,
    time::{Instant, Span},
    wire::api::{RoleSettingDetails, SaveRoleSetting},
};
use reqwest::Method;
use testkit::{Client, TestServer, requests::ASSIGNMENT};

use crate::{
    case::{self, Case},
    given,
    harness::{Browser, button, field, journey, link, role},
    words,
};

const ROLE: RoleId = USER_ADMINISTRATOR;

/// Gives the role these rules.
pub(super) async fn rule(admin: &Client, policy: Policy) {
    let path = format!("/api/role-settings/{ROLE}");
    let version = admin.get(&path).await.ok().parse::<RoleSettingDetails>().version;
    admin.send(Method::PUT, &path, Some(&SaveRoleSetting { version, policy })).await.ok();
}

/// The cases of each rule in which a form has something to say.
fn refusals(wanted: impl Fn(&Case) -> bool) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/domain/tests/cases");
    let files = case::read(&folder);
    let cases = files.into_iter().flat_map(|(_, cases)| cases);
    cases.filter(|case| case.rule.is_some() && case.then.findings.is_some() && wanted(case)).collect()
}

/// What stands beside the field that a finding is about: `MfaRule secondFactor: ...` has a banner.
fn beside(finding: &str) -> String {
    let (about, allowed) = finding.split_once(": ").expect("a field, and what is allowed");
    match about {
        "MfaRule secondFactor" => "Additional verification required.".to_owned(),
        // A form names the latest date and then the longest length.
        "ExpirationRule end" => format!("({})", allowed.trim_start_matches("at most ")),
        _ => allowed.to_owned(),
    }
}

/// A native date and time box's value; people of the lab read times in UTC.
pub(super) fn date_and_time(at: Instant) -> String {
    at.to_string().chars().take("2030-01-07T09:00".len()).collect()
}

/// The second step of the wizard for a person, with everything as proposed.
async fn setting(browser: &Browser, person: &str, kind: Kind) {
    browser.open(&format!("/assignments/add?role={ROLE}&member={person}")).await;
    browser.reads("1 Member(s) selected").await;
    browser.click(button("Next")).await;
    if kind == Kind::Active {
        browser.click(role("radio", "Active")).await;
    }
    browser.reads("Maximum allowed").await;
}

async fn wizard_says(server: &TestServer, browser: &Browser, admin: &Client, person: &str, case: &Case) {
    let mut policy = given::policy(&case.given.policy);
    policy.authentication_context_end_user_assignment.is_enabled = false;
    rule(admin, policy.clone()).await;
    let kind = case.ask.kind.unwrap_or(Kind::Active);
    setting(browser, person, kind).await;
    let permanent = if kind == Kind::Eligible { "Permanently eligible" } else { "Permanently assigned" };
    match (case.ask.r#for.as_deref(), &case.ask.until) {
        (Some("forever"), _) => {
            browser.refuses(role("checkbox", permanent)).await;
            return;
        }
        (_, Some(until)) => {
            let length = words::instant(until) - words::NOW;
            browser.set(field("Assignment ends"), &date_and_time(server.engine_now() + length)).await;
        }
        _ => {}
    }
    if case.ask.reason.is_some() && policy.enablement_admin_assignment.justification && kind == Kind::Active {
        browser.fill(field("Provide justification"), "needed").await;
    }
    browser.click(button("Assign")).await;
    for finding in case.then.findings.iter().flatten() {
        browser.reads(&beside(finding)).await;
    }
}

/// An administrator has given his second factor at sign-in: nothing asks him again.
fn asks_a_factor(case: &Case) -> bool {
    case.then.findings.iter().flatten().any(|finding| finding.starts_with("MfaRule"))
}

fn the_wizard_says_it(kind: Kind) {
    let cases = refusals(|case| {
        case.ask.action == Action::AdminAssign && case.ask.kind == Some(kind) && !asks_a_factor(case)
    });
    assert_eq!(cases.len(), 8);
    journey(async move |j| {
        let client = j.server.client_with_factor("admin").await;
        let person = j.server.client_of("demouser").await.id().await.to_string();
        let admin = j.browser_of("admin").await;
        for case in cases {
            wizard_says(&j.server, &admin, &client, &person, &case).await;
        }
        admin.is_accessible().await;
    });
}

#[test]
fn the_wizard_says_what_the_rules_of_eligible_assignments_say() {
    the_wizard_says_it(Kind::Eligible);
}

#[test]
fn the_wizard_says_what_the_rules_of_active_assignments_say() {
    the_wizard_says_it(Kind::Active);
}

#[test]
fn the_activate_panel_says_what_the_rules_of_activations_say() {
    let cases = refusals(|case| case.ask.action == Action::SelfActivate);
    assert_eq!(cases.len(), 7);
    journey(async move |j| {
        j.server.make_eligible("demouser", ROLE).await;
        let client = j.server.client_with_factor("admin").await;
        let demo = j.browser_of("demouser").await;
        for case in cases {
            rule(&client, given::policy(&case.given.policy)).await;
            demo.open("/my-roles").await;
            demo.click(link("Activate User Administrator")).await;
            // The panel counts in half hours; the next one is as much too long as the next minute.
            let length = case.ask.r#for.as_deref().map(words::span).expect("a length");
            let halves = (length.as_minutes() + 29) / 30;
            let hours = if halves % 2 == 0 { (halves / 2).to_string() } else { format!("{}.5", halves / 2) };
            demo.fill(field("Duration in hours, typed"), &hours).await;
            if case.ask.reason.is_some() {
                demo.fill(field("Reason"), "needed").await;
            }
            if !asks_a_factor(&case) {
                demo.click(button("Activate")).await;
            }
            for finding in case.then.findings.iter().flatten() {
                demo.reads(&beside(finding)).await;
            }
        }
        demo.is_accessible().await;
    });
}

#[test]
fn a_ticket_and_an_approval_are_asked_for_in_the_panel_and_kept_with_the_request() {
    journey(async |j| {
        j.server.make_eligible("demouser", ROLE).await;
        let admin = j.server.client_with_factor("admin").await;
        let mut policy = Policy::default();
        policy.expiration_end_user_assignment.maximum_duration = Span::minutes(90);
        policy.enablement_end_user_assignment.ticketing = true;
        policy.approval_end_user_assignment.is_approval_required = true;
        rule(&admin, policy).await;

        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.reads("This role asks for an approval").await;
        demo.reads("For 1 h 30 min from the approval on").await;
        demo.is_accessible().await;
        demo.click(button("Activate")).await;
        demo.reads("Allowed: 1 to 100 characters").await;
        demo.is_accessible().await;
        demo.fill(field("Reason"), "a new colleague").await;
        demo.fill(field("Ticket number"), "INC-4711").await;
        demo.fill(field("Ticket system"), "Service desk").await;
        demo.reads("Once approved, it is active at once for 1 h 30 min").await;
        demo.click(button("Activate")).await;
        demo.step_up(&j.server.code("demouser")).await;
        demo.click(button("Activate")).await;
        demo.reads("Waiting for approval").await;

        let waiting = admin.get(&format!("{ASSIGNMENT}?$filter=status eq 'PendingApproval'")).await.ok();
        let waiting = waiting.body["value"].as_array().cloned().unwrap_or_default();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0]["ticketInfo"]["ticketNumber"], "INC-4711");
        assert_eq!(waiting[0]["ticketInfo"]["ticketSystem"], "Service desk");
        assert_eq!(waiting[0]["scheduleInfo"]["expiration"]["duration"], "PT1H30M");
        demo.open("/users").await;
        demo.refuses(button("New user")).await;
    });
}

#[test]
fn rules_that_change_under_an_open_panel_are_told_and_what_was_typed_stays() {
    journey(async |j| {
        j.server.make_eligible("demouser", ROLE).await;
        let admin = j.server.client_with_factor("admin").await;
        let needs = |ticketing| {
            let mut policy = Policy::default();
            policy.enablement_end_user_assignment.multi_factor_authentication = false;
            policy.enablement_end_user_assignment.ticketing = ticketing;
            policy
        };
        rule(&admin, needs(false)).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.fill(field("Reason"), "the night shift").await;
        demo.shows_no(field("Ticket number")).await;
        rule(&admin, needs(true)).await;
        demo.click(button("Activate")).await;
        demo.reads("Ticket information is required").await;
        demo.click(role("tab", "Activate")).await;
        demo.fill(field("Ticket number"), "INC-1").await;
        demo.fill(field("Ticket system"), "Desk").await;
        demo.holds(field("Reason"), "the night shift").await;
        demo.click(button("Activate")).await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
    });
}

#[test]
fn an_end_that_was_chosen_stays_when_an_assignment_fails() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let person = j.server.client_of("demouser").await.id().await.to_string();
        setting(&admin, &person, Kind::Eligible).await;
        let end = date_and_time(j.server.engine_now() + Span::days(3));
        admin.click(role("checkbox", "Permanently eligible")).await;
        admin.set(field("Assignment ends"), &end).await;
        // Meanwhile somebody else assigns the same.
        j.server.make_eligible("demouser", ROLE).await;
        admin.click(button("Assign")).await;
        admin.reads("not assigned. ").await;
        // What was read before is read again behind the form.
        admin.has_row(&[("Role", "User Administrator"), ("End time", "Permanent")]).await;
        admin.holds(field("Assignment ends"), &end).await;
        let still = admin.all(&field("Assignment ends")).await;
        assert!(still[0].is_enabled().await.unwrap(), "a failure must not make it permanent");
    });
}
