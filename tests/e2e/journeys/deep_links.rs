use domain::role::USER_ADMINISTRATOR;

use crate::harness::{journey, link, role};

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
            assert_eq!(admin.place().await, address);
        }
        let settings = format!("/roles/{USER_ADMINISTRATOR}/settings/edit");
        for (address, title) in [
            (settings.as_str(), "Edit role setting - User Administrator"),
            ("/assignments/add", "Add assignments"),
            ("/users/new", "New user"),
            ("/groups/new", "New group"),
        ] {
            admin.open(address).await;
            admin.shows(role("dialog", title)).await;
            assert_eq!(admin.place().await, address);
        }
        admin.open("/no/such/screen").await;
        admin.reads("Not found").await;
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
