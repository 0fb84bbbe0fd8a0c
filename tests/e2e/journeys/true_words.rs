//! What stands on the screen is so.

use domain::{role::USER_ADMINISTRATOR, time::Span};
use fantoccini::key::Key;
use serde_json::json;

use super::changed_rules::date_and_time;
use crate::harness::{button, field, journey, link, role};

/// The addresses of the server that the page asked.
const ASKED: &str = "return performance.getEntriesByType('resource').map(one => one.name).join(' ')";

#[test]
fn a_page_beyond_the_last_leads_to_the_last() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments?page=9").await;
        admin.has_row(&[("Role", "User Administrator"), ("Name", "demouser")]).await;
        assert_eq!(admin.place().await, "/assignments");
        admin.open("/my-roles?page=5").await;
        admin.reads("You are not eligible for any role.").await;
        admin.until("the first page", async || (admin.place().await == "/my-roles").then_some(())).await;
        assert!(!admin.text().await.contains("Page "));
    });
}

#[test]
fn an_empty_list_of_a_person_speaks_of_roles() {
    journey(async |j| {
        let person = j.server.client_of("anna.approver").await.id().await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/users/{person}/assigned-roles")).await;
        admin.reads("Not eligible for any role.").await;
        admin.click(link("Active assignments")).await;
        admin.reads("No role is active.").await;
    });
}

#[test]
fn an_answer_of_another_day_names_its_day() {
    journey(async |j| {
        j.server.ask_approval(USER_ADMINISTRATOR, &["anna.approver", "ben.approver"]).await;
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let john = j.server.client_with_factor("john.doe").await;
        let asked = john.activate(USER_ADMINISTRATOR, 2, None).await.ok();
        let request = asked.body["id"].as_str().expect("an id").to_owned();
        let anna = j.server.client_with_factor("anna.approver").await;
        anna.decide(&request, "Approve", "she starts on Monday").await.ok();
        let ben = j.browser_of("ben.approver").await;
        ben.open(&format!("/approve-requests/{request}")).await;
        ben.reads("Anna Approver approved this request at 09:00.").await;
        j.server.advance_engine(Span::days(1));
        ben.open(&format!("/approve-requests/{request}")).await;
        ben.reads("Anna Approver approved this request on 7 Jan 2030, 09:00.").await;
    });
}

#[test]
fn update_takes_no_past_start_but_the_one_that_stands() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.advance_engine(Span::hours(3));
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        admin.click(link("Update demouser, User Administrator")).await;
        let start = || field("Assignment starts");
        admin.holds(start(), "2030-01-07T09:00").await;
        admin.set(start(), "2030-01-06T09:00").await;
        admin.faults(start(), "in the past. Allowed: 7 Jan 2030, 09:00 as it is, or 7 Jan 2030, 12:0").await;
        admin.click(button("Save")).await;
        admin.shows(role("dialog", "Update assignment")).await;
        admin.set(start(), "2030-01-07T09:00").await;
        admin.click(role("checkbox", "Permanently eligible")).await;
        admin.set(field("Assignment ends"), &date_and_time(j.server.engine_now() + Span::days(9))).await;
        admin.click(button("Save")).await;
        admin.has_row(&[("Start time", "7 Jan 2030, 09:00"), ("End time", "16 Jan 2030, 12:0")]).await;
    });
}

#[test]
fn a_custom_span_covers_its_days_where_clocks_change() {
    journey(async |j| {
        let zone = json!({ "timeZone": "Europe/Berlin", "theme": "system" });
        let caller = j.server.client_with_factor("admin").await;
        caller.patch("/api/account/preferences", &zone).await.ok();
        let admin = j.browser_of("admin").await;
        for (day, from, to) in [
            ("2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
            ("2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
        ] {
            admin.open(&format!("/audit?span=custom&from={day}&to={day}")).await;
            admin.has_settled().await;
            let asked = admin.script(ASKED, Vec::new()).await.to_string();
            assert!(
                asked.contains(&format!("from={from}")) && asked.contains(&format!("to={to}")),
                "{asked}"
            );
        }
        admin.set(field("From"), "2026-04-01").await;
        admin.faults(field("To"), "To is before From. Allowed: the same day or later").await;
        admin.is_accessible().await;
    });
}

#[test]
fn what_was_found_for_other_words_is_never_opened() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let search = || role("combobox", "Search roles, people and blades");
        admin.fill(search(), "teams administrator").await;
        admin.shows(role("option", "Teams Administrator")).await;
        admin.waits_for_answers(900).await;
        admin.fill(search(), "demous").await;
        admin.shows(role("option", "Searching")).await;
        admin.shows_no(role("option", "Teams Administrator")).await;
        admin.shows_no(role("option", "No results")).await;
        admin.press(Key::Enter).await;
        admin.waits_for_answers(0).await;
        admin.shows(role("option", "demouser")).await;
        admin.press(Key::Enter).await;
        admin.shows(role("heading", "demouser | Overview")).await;
        admin.cannot_reach(&["*/api/search*"]).await;
        admin.fill(search(), "demous").await;
        admin.shows(role("option", "Roles and people could not be searched")).await;
        admin.cannot_reach(&[]).await;
    });
}

#[test]
fn utc_and_a_zone_that_this_browser_calls_otherwise_can_be_chosen() {
    journey(async |j| {
        let caller = j.server.client_with_factor("demouser").await;
        caller
            .patch("/api/account/preferences", &json!({ "timeZone": "Europe/Kyiv", "theme": "system" }))
            .await
            .ok();
        let demo = j.browser_of("demouser").await;
        let zone = || role("combobox", "Times are shown in");
        demo.open("/account").await;
        demo.holds(zone(), "Europe/Kyiv").await;
        demo.set(zone(), "UTC").await;
        demo.until("a zone that is kept", async || {
            let session = caller.get("/api/session").await.ok();
            (session.body["preferences"]["timeZone"] == "UTC").then_some(())
        })
        .await;
        demo.reload().await;
        demo.holds(zone(), "UTC").await;
    });
}

#[test]
fn without_a_clipboard_the_button_says_so() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/users/new").await;
        admin.fill(field("Display name"), "Ada New").await;
        admin.fill(field("User principal name"), "ada.new@mydirectory.example").await;
        admin.click(button("Create")).await;
        admin.shows(button("Copy One-time password")).await;
        // The panel says it; nothing covers its first lines.
        assert!(admin.all(&button("Close message")).await.is_empty());
        let none = "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })";
        admin.script(none, Vec::new()).await;
        admin.click(button("Copy One-time password")).await;
        admin.reads("Select and copy it by hand").await;
    });
}

#[test]
fn a_message_in_a_panel_covers_nothing() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        let group = caller.create_group("Night shift", false).await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/groups/{group}/add-members")).await;
        admin.click(button("Add demouser")).await;
        admin.reads("demouser was added").await;
        let places = "
            const at = name => document.querySelector(`dialog.panel ${name}`).getBoundingClientRect();
            const [body, toast, foot] = [at('.panel-body'), at('.toast'), at('.panel-foot')];
            return body.bottom <= toast.top && toast.bottom <= foot.top";
        assert_eq!(admin.script(places, Vec::new()).await, json!(true));
        // On a telephone that is held sideways they take no room from what the panel is for.
        admin.has_size(844, 390).await;
        admin.tab_to(button("Add John Doe")).await;
        let seen = "
            const { x, y, width, height } = document.activeElement.getBoundingClientRect();
            return document.elementFromPoint(x + width / 2, y + height / 2) === document.activeElement";
        assert_eq!(admin.script(seen, Vec::new()).await, json!(true), "the foot lies over it");
        admin.press(Key::Enter).await;
        admin.reads("John Doe was added").await;
        let rooms = "
            const at = name => document.querySelector(`dialog.panel ${name}`).getBoundingClientRect();
            return [at('.panel-body').height > 200, at('.panel-foot').bottom <= window.innerHeight + 1]";
        assert_eq!(admin.script(rooms, Vec::new()).await, json!([true, true]));
    });
}
