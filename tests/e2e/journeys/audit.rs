use domain::{
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
};
use fantoccini::key::Key;
use serde_json::Value;

use crate::harness::{Browser, button, journey, link, role};

/// The lines of a CSV file: no cell of these rows holds a line break.
fn lines(text: &str) -> Vec<&str> {
    text.split("\r\n").filter(|line| !line.is_empty()).collect()
}

/// What the browser, with its own session, gets from the address behind a link.
async fn download(browser: &Browser, name: &str) -> (String, String) {
    browser.click(button("Export")).await;
    browser.shows(link(name)).await;
    let script = "const link = document.querySelector(`a[aria-label=\"${arguments[0]}\"]`);
        const done = arguments[1];
        fetch(link.href).then(async answer => done([answer.headers.get('content-disposition'), await answer.text()]));";
    let answer = browser.script_later(script, vec![name.into()]).await;
    browser.press(Key::Escape).await;
    browser.shows_no(link(name)).await;
    let text = |at: usize| answer[at].as_str().unwrap_or_default().to_owned();
    (text(0), text(1))
}

#[test]
fn everything_is_told_and_taken_away_as_a_file() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        caller.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        let admin = j.browser_of("admin").await;
        admin.click(link("Resource audit")).await;
        let activated = "Add member to role completed (PIM activation)";
        admin.has_row(&[("Action", activated), ("Requestor", "demouser"), ("Status", "Success")]).await;

        // Type and search narrow it down, and stand in the address.
        admin.set(role("combobox", "Audit type"), "activate").await;
        admin.fill(role("searchbox", "Search by"), "colleague user admin").await;
        admin.shows(role("heading", "Resource audit (2)")).await;
        admin.has_no_row(&[("Action", "Sign-in")]).await;
        let address = admin.place().await;
        assert!(address.contains("type=activate") && address.contains("search="), "{address}");
        admin.reload().await;
        admin.shows(role("heading", "Resource audit (2)")).await;

        let (disposition, csv) = download(&admin, "Export CSV").await;
        assert_eq!(disposition, "attachment; filename=\"PIM-Audit-2030-01-07.csv\"");
        let csv = lines(&csv);
        assert!(csv[0].starts_with("Time (UTC),Requestor,"), "{}", csv[0]);
        assert_eq!(csv.len(), 3, "{csv:?}");
        assert!(
            csv[1..]
                .iter()
                .all(|line| line.contains("\"User Administrator\"") && line.contains("PIM activation"))
        );
        let (disposition, json) = download(&admin, "Export JSON").await;
        assert_eq!(disposition, "attachment; filename=\"PIM-Audit-2030-01-07.json\"");
        let json: Vec<Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(json.len(), 2);
        assert_eq!(json[0]["activityDisplayName"], activated);

        // Details with before and after, and the story of the request.
        admin.click(link("7 Jan 2030")).await;
        let panel = role("dialog", activated);
        admin.shows(panel.clone().inside(role("columnheader", "Before"))).await;
        admin.reads("Asked to activate User Administrator by demouser").await;
        admin.reads("Ends (To come)").await;
        admin.is_accessible().await;
        let address = admin.place().await;
        admin.reload().await;
        admin.shows(panel.clone()).await;
        assert_eq!(admin.place().await, address);
        admin.press(Key::Escape).await;
        admin.shows_no(panel).await;
        admin.shows(role("heading", "Resource audit (2)")).await;
    });
}

#[test]
fn a_long_history_is_paged_and_a_time_span_is_chosen() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        for n in 0..60 {
            caller.create_user(&format!("Person {n}")).await.ok();
        }
        j.server.advance_engine(Span::days(3));
        let admin = j.browser_of("admin").await;
        admin.open("/audit?type=users").await;
        admin.shows(role("heading", "Resource audit (60)")).await;
        admin.has_row(&[("Subject", "person.59@")]).await;
        admin.click(link("Next")).await;
        admin.has_row(&[("Subject", "person.0@")]).await;
        admin.click(link("Previous")).await;
        admin.has_row(&[("Subject", "person.59@")]).await;
        admin.click(button("Time")).await;
        admin.has_row(&[("Subject", "person.0@")]).await;
        admin.set(role("combobox", "Time span"), "day").await;
        admin.reads("Nothing in this time span matches.").await;
        admin.set(role("combobox", "Time span"), "custom").await;
        admin.tab_to(role("textbox", "From")).await;
        admin.type_text("06062029").await;
        admin.holds(role("textbox", "From"), "2029-06-06").await;
        admin.set(role("textbox", "From"), "2030-01-06").await;
        admin.set(role("textbox", "To"), "2030-01-08").await;
        admin.has_row(&[("Subject", "person.0@")]).await;
        admin.is_accessible().await;
        admin.set(role("textbox", "To"), "2030-01-06").await;
        admin.reads("Nothing in this time span matches.").await;
    });
}

#[test]
fn ones_own_history_is_open_to_everybody_and_everybodys_is_not() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.tab_to(link("My audit")).await;
        demo.press(Key::Enter).await;
        demo.has_row(&[
            ("Action", "Add eligible member to role in PIM completed"),
            ("Requestor", "Alex Admin"),
        ])
        .await;
        demo.is_accessible().await;
        demo.tab_to(link("7 Jan 2030")).await;
        demo.press(Key::Enter).await;
        demo.shows(role("dialog", "")).await;
        demo.press(Key::Escape).await;
        demo.open("/audit").await;
        demo.reads("You have no access to this list").await;
        demo.refuses(button("Export")).await;
        demo.is_accessible().await;
    });
}

#[test]
fn the_teams_admin_centre_opens_with_the_role_and_closes_with_it() {
    journey(async |j| {
        j.server.make_eligible("john.doe", TEAMS_ADMINISTRATOR).await;
        let john = j.browser_of("john.doe").await;
        john.click(link("Teams admin centre")).await;
        john.reads("You have no access to the Teams admin centre (403)").await;
        john.is_accessible().await;
        let caller = j.server.client_with_factor("john.doe").await;
        caller.get("/api/lab/teams").await.refused(403, "Authorization_RequestDenied");
        john.activate(&j.server, "john.doe", "Teams Administrator").await;
        john.open("/lab/teams").await;
        john.has_row(&[("Team", "Finance"), ("Members", "18")]).await;
        john.click(button("Account of")).await;
        john.reads("Teams Administrator").await;
        john.press(Key::Escape).await;
        john.is_accessible().await;
        caller.get("/api/lab/teams").await.ok();

        j.server.advance_engine(Span::hours(8));
        caller.get("/api/lab/teams").await.refused(403, "Authorization_RequestDenied");
        // The page notices by itself.
        john.reads("You have no access to the Teams admin centre (403)").await;
    });
}
