use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use serde_json::{Value, json};

use crate::harness::{Browser, button, journey, link, role};

/// The headers of the first table, in order.
async fn has_headers(browser: &Browser, wanted: &[&str]) {
    let script = "return Array.from(document.querySelectorAll('main .table:first-of-type th'), one => one.innerText.trim())";
    browser
        .until(format!("the headers {wanted:?}"), async || {
            (browser.script(script, Vec::new()).await == json!(wanted)).then_some(())
        })
        .await;
}

async fn row_height(browser: &Browser) -> Value {
    let script = "return document.querySelector('tbody tr').getBoundingClientRect().height";
    browser.has_settled().await;
    browser.script(script, Vec::new()).await
}

#[test]
fn columns_are_hidden_moved_and_remembered() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        let all = [
            "Role",
            "Name",
            "Principal name",
            "Type",
            "Scope",
            "Membership",
            "Start time",
            "End time",
            "Action",
        ];
        has_headers(&admin, &all).await;

        admin.click(button("View")).await;
        admin.is_accessible().await;
        let menu = role("group", "View");
        admin.click(menu.clone().inside(role("checkbox", "Scope"))).await;
        admin.click(menu.clone().inside(role("checkbox", "Type"))).await;
        admin.click(menu.clone().inside(button("Move Membership up"))).await;
        admin.click(menu.clone().inside(button("Move Membership up"))).await;
        admin.click(menu.clone().inside(button("Move Membership up"))).await;
        let chosen = ["Role", "Name", "Membership", "Principal name", "Start time", "End time", "Action"];
        has_headers(&admin, &chosen).await;
        admin
            .has_row(&[
                ("Role", "User Administrator"),
                ("Name", "demouser"),
                ("Membership", "Direct"),
                ("End time", "Permanent"),
            ])
            .await;
        let first = menu.clone().inside(button("Move Name up"));
        assert_eq!(admin.disabled_because(first).await, Some(String::new()));

        // The choice is for this kind of list, wherever it is; what only another tab has stays beside its neighbour.
        admin.open("/assignments?tab=active").await;
        let chosen =
            ["Role", "Name", "Membership", "State", "Principal name", "Start time", "End time", "Action"];
        has_headers(&admin, &chosen).await;
        admin.open("/roles").await;
        has_headers(&admin, &["Role", "Description", "Active", "Eligible"]).await;

        admin.open("/assignments").await;
        admin.click(button("View")).await;
        admin.click(button("Reset columns")).await;
        has_headers(&admin, &all).await;
        admin.reload().await;
        has_headers(&admin, &all).await;
    });
}

#[test]
fn rows_are_low_where_somebody_wants_them_so() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/users").await;
        assert!(row_height(&admin).await.as_f64().is_some_and(|height| height >= 40.0));
        admin.click(button("View")).await;
        admin.click(role("checkbox", "Compact rows")).await;
        assert_eq!(row_height(&admin).await, json!(32));
        admin.open("/my-roles?tab=active").await;
        assert_eq!(row_height(&admin).await, json!(32));
        admin.open("/users").await;
        admin.click(button("View")).await;
        admin.click(role("checkbox", "Compact rows")).await;
        assert!(row_height(&admin).await.as_f64().is_some_and(|height| height >= 40.0));
    });
}

#[test]
fn what_is_applied_is_shown_and_taken_away_one_by_one() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.make_eligible("john.doe", TEAMS_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/audit?span=day&result=success&search=teams").await;
        for pill in ["Time span: Last day", "Status: Success", "Search: teams"] {
            admin.shows(button(format!("Remove {pill}"))).await;
        }
        admin.click(button("Remove Status: Success")).await;
        admin.shows_no(button("Remove Status")).await;
        assert_eq!(admin.place().await, "/audit?search=teams&span=day");
        admin.click(button("Remove Search: teams")).await;
        admin.holds(role("searchbox", "Search by"), "").await;
        admin.shows(button("Remove Time span: Last day")).await;
        admin.shows_no(button("Clear all")).await;

        admin.open("/roles?search=teams&privileged=false").await;
        admin.shows(button("Remove Not privileged")).await;
        admin.click(button("Clear all")).await;
        admin.shows_no(button("Remove")).await;
        assert_eq!(admin.place().await, "/roles");
        admin.shows(link("AI Administrator")).await;
    });
}
