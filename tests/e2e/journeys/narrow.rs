use domain::role::USER_ADMINISTRATOR;

use crate::harness::journey;

/// What sticks out, where the page as a whole can be pushed aside.
const TOO_WIDE: &str = "
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    return Array.from(document.querySelectorAll('body *'))
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
        .map(one => `${one.tagName}.${one.className} ${one.getBoundingClientRect().right}`)";

#[test]
fn every_screen_fits_320_pixels() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.is_wide(320).await;
        for address in [
            "/quick-start",
            "/my-roles?tab=active",
            "/roles",
            "/assignments?tab=active",
            "/assignments/add",
            "/users",
            "/users/new",
            "/groups",
            "/settings",
            &format!("/roles/{USER_ADMINISTRATOR}/settings"),
            &format!("/roles/{USER_ADMINISTRATOR}/settings/edit"),
            "/approve-requests",
            "/my-requests",
            "/pending-requests",
            "/audit",
            "/audit?span=custom",
            "/setup-check",
            "/lab/teams",
            "/groups/new",
            "/account",
            "/settings",
            &format!("/roles/{USER_ADMINISTRATOR}/settings"),
            &format!("/roles/{USER_ADMINISTRATOR}/settings/edit"),
            "/approve-requests",
            "/my-requests",
            "/pending-requests",
            "/audit?span=custom&result=failure&search=nothing-like-it",
            "/my-audit",
            "/setup-check",
            "/lab/teams",
            "/lab",
        ] {
            admin.open(address).await;
            admin.has_settled().await;
            let over = admin.script(TOO_WIDE, Vec::new()).await;
            assert_eq!(over, serde_json::json!([]), "{address} is too wide");
        }
    });
}
