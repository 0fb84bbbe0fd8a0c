use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use serde_json::{Value, json};

use crate::harness::{journey, link, role};

const CHOSEN_TAB: &str = "return document.querySelector('.tabs [aria-current]')?.innerText";

#[test]
fn every_screen_tab_and_panel_has_an_address_that_survives_a_reload() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let screens = [
            ("/quick-start", "Quick start"),
            ("/my-roles", "My roles"),
            ("/my-roles?tab=active", "My roles"),
            ("/my-roles?tab=expired", "My roles"),
            ("/roles", "Roles"),
            ("/assignments", "Assignments"),
            ("/assignments?tab=active", "Assignments"),
            ("/users", "Users"),
            ("/groups", "Groups"),
            ("/audit", "Resource audit"),
            ("/audit?span=week&type=activate", "Resource audit"),
            ("/my-audit", "My audit"),
            ("/settings", "Settings"),
            ("/settings?search=Teams", "Settings"),
            ("/approve-requests", "Approve requests"),
            ("/my-requests", "My requests"),
            ("/pending-requests", "Pending requests"),
            ("/setup-check", "Set-up check"),
            ("/lab/teams", "Teams admin centre"),
            ("/account", "My account"),
            ("/lab", "Lab"),
        ];
        for (address, title) in screens {
            admin.open(address).await;
            admin.shows(role("heading", title)).await;
            admin.reload().await;
            admin.shows(role("heading", title)).await;
            admin.has_settled().await;
            assert_eq!(admin.place().await, address);
        }
        // Not the address alone: the tab and the filters are chosen.
        for (address, tab) in [
            ("/my-roles?tab=active", "Active"),
            ("/my-roles?tab=expired", "Expired"),
            ("/assignments?tab=active", "Active"),
        ] {
            admin.open(address).await;
            admin
                .until(format!("the tab {tab}"), async || {
                    let chosen = admin.script(CHOSEN_TAB, Vec::new()).await;
                    chosen.as_str().is_some_and(|words| words.starts_with(tab)).then_some(())
                })
                .await;
        }
        admin.open("/audit?span=week&type=activate").await;
        admin.holds(role("combobox", "Time span"), "week").await;
        admin.holds(role("combobox", "Audit type"), "activate").await;
        admin.open("/settings?search=Teams").await;
        admin.holds(role("searchbox", "Search by role name"), "Teams").await;
        admin.open("/no/such/screen").await;
        admin.reads("Not found").await;
        assert_eq!(admin.script("return document.title", Vec::new()).await, "Not found - Pimlico");
    });
}

#[test]
fn every_panel_has_an_address_that_survives_a_reload() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.make_eligible("admin", TEAMS_ADMINISTRATOR).await;
        j.server.ask_approval(TEAMS_ADMINISTRATOR, &["admin", "anna.approver"]).await;
        j.server.make_eligible("john.doe", TEAMS_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("admin").await;
        let john = j.server.client_with_factor("john.doe").await;
        let request = john.activate(TEAMS_ADMINISTRATOR, 2, None).await.ok().body["id"].clone();
        let request = request.as_str().expect("an id");
        let page: Value = caller.get("/api/assignments").await.ok().parse();
        let rows = page["rows"].as_array().expect("rows");
        let given =
            rows.iter().find(|row| row["roleDefinitionId"] == json!(USER_ADMINISTRATOR)).expect("a row");
        let given = given["scheduleId"].as_str().expect("an id");
        let own: Value = caller.get("/api/my-roles").await.ok().parse();
        let own = own["rows"][0]["scheduleId"].as_str().expect("an id");
        let history: Value = caller.get("/api/audit").await.ok().parse();
        let entry = history["rows"][0]["id"].as_str().expect("a row");
        let group = caller.create_group("Night shift", false).await;

        let admin = j.browser_of("admin").await;
        for (address, title) in [
            (format!("/roles/{USER_ADMINISTRATOR}/settings/edit"), "Edit role setting - User Administrator"),
            ("/assignments/add".to_owned(), "Add assignments"),
            (format!("/assignments/{given}/update"), "Update assignment"),
            (format!("/assignments/{given}/remove"), "Remove demouser"),
            (format!("/my-roles/activate/{own}"), "Activate - Teams Administrator"),
            (format!("/approve-requests/{request}"), "Approve or deny request"),
            (format!("/approve-requests/{request}?answer=deny"), "Deny request"),
            (format!("/pending-requests/{request}/timeline"), "Timeline"),
            (format!("/audit/{entry}"), ""),
            ("/users/new".to_owned(), "New user"),
            ("/groups/new".to_owned(), "New group"),
            (format!("/groups/{group}/add-members"), "Add members"),
        ] {
            admin.open(&address).await;
            admin.shows(role("dialog", title)).await;
            admin.reload().await;
            admin.shows(role("dialog", title)).await;
            admin.has_settled().await;
            assert_eq!(admin.all(&role("dialog", "")).await.len(), 1, "{address}");
            assert_eq!(admin.place().await, address);
        }
        admin.open(&format!("/approve-requests/{request}?answer=deny")).await;
        admin
            .until("Deny that is chosen", async || {
                let chosen = admin.script("return document.querySelector('dialog input[type=radio]:checked')?.closest('label').innerText", Vec::new()).await;
                chosen.as_str().is_some_and(|words| words.contains("Deny")).then_some(())
            })
            .await;
    });
}

#[test]
fn a_panel_opens_by_its_address_and_the_back_button_closes_it() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(role("dialog", "Activate - User Administrator")).await;
        let address = demo.place().await;
        demo.back().await;
        demo.shows_no(role("dialog", "Activate - User Administrator")).await;
        demo.open(&address).await;
        demo.shows(role("dialog", "Activate - User Administrator")).await;
    });
}

#[test]
fn what_is_searched_stands_in_the_address() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/roles").await;
        admin.fill(role("searchbox", "Search by"), "User Administrator").await;
        admin.has_row(&[("Role", "User Administrator")]).await;
        let address = admin.place().await;
        assert!(address.contains("search=User"), "{address}");
        admin.reload().await;
        admin.holds(role("searchbox", "Search by"), "User Administrator").await;
        admin.has_row(&[("Role", "User Administrator")]).await;
    });
}
