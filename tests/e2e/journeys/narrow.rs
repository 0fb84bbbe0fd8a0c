use domain::role::USER_ADMINISTRATOR;
use serde_json::Value;

use crate::harness::{Browser, button, journey, role};

/// What sticks out, where the page as a whole can be pushed aside.
const TOO_WIDE: &str = "
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    return Array.from(document.querySelectorAll('body *'))
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
        .map(one => `${one.tagName}.${one.className} ${one.getBoundingClientRect().right}`)";

async fn fits(browser: &Browser, what: &str) {
    browser.has_settled().await;
    let over = browser.script(TOO_WIDE, Vec::new()).await;
    assert_eq!(over, serde_json::json!([]), "{what} is too wide");
}

#[test]
fn every_screen_fits_320_pixels() {
    journey(async |j| {
        // A request that waits, so that no grid is empty.
        j.server.ask_approval(USER_ADMINISTRATOR, &["admin", "anna.approver"]).await;
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let john = j.server.client_with_factor("john.doe").await;
        let asked = john.activate(USER_ADMINISTRATOR, 2, None).await.ok();
        let request = asked.body["id"].as_str().expect("an id").to_owned();
        let client = j.server.client_with_factor("admin").await;
        let history: Value = client.get("/api/audit").await.ok().parse();
        let row = history["rows"][0]["id"].as_str().expect("a row").to_owned();

        let admin = j.browser_of("admin").await;
        admin.is_wide(320).await;
        for address in [
            "/quick-start",
            "/my-roles?tab=active",
            "/my-requests",
            "/approve-requests",
            &format!("/approve-requests/{request}"),
            "/pending-requests",
            &format!("/pending-requests/{request}/timeline"),
            "/roles",
            &format!("/roles/{USER_ADMINISTRATOR}/settings"),
            "/assignments?tab=active",
            "/assignments/add",
            "/settings",
            "/users",
            "/users/new",
            "/groups",
            "/groups/new",
            "/setup-check",
            "/audit",
            "/audit?span=custom",
            &format!("/audit/{row}"),
            "/my-audit",
            "/audit?span=custom&result=failure&search=nothing-like-it",
            "/account",
            "/lab",
            "/lab/teams",
        ] {
            admin.open(address).await;
            fits(&admin, address).await;
        }

        admin.open(&format!("/roles/{USER_ADMINISTRATOR}/settings/edit")).await;
        admin.shows(button("Next")).await;
        for tab in ["Activation", "Assignment", "Notification"] {
            admin.click(role("tab", tab)).await;
            fits(&admin, tab).await;
        }
    });
}
