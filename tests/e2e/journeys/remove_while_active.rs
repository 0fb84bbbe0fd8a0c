use domain::role::USER_ADMINISTRATOR;

use crate::harness::{button, field, journey, link, role};

#[test]
fn who_loses_a_role_while_he_uses_it_is_refused_at_the_next_click() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        caller.activate(USER_ADMINISTRATOR, 8, None).await.ok();

        // He is about to create somebody.
        let demo = j.browser_of("demouser").await;
        demo.open("/users").await;
        demo.click(link("New user")).await;
        demo.fill(field("Display name"), "Ada New").await;
        demo.fill(field("User principal name"), "ada.new@mydirectory.example").await;

        // The page does not hear of it by itself: the server's answer alone refuses.
        demo.cannot_reach(&["*/api/session"]).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments?tab=active").await;
        admin.click(link("Remove demouser, User Administrator")).await;
        admin.click(role("dialog", "Remove").inside(button("Remove"))).await;
        admin.has_no_row(&[("Role", "User Administrator"), ("Name", "demouser")]).await;

        demo.click(button("Create")).await;
        let lack = "Insufficient privileges to complete the operation. Allowed: needs an active role: User Administrator";
        demo.shows(role("dialog", "New user").inside(role("alert", lack))).await;
        demo.shows_no(role("group", "One-time password")).await;
        demo.holds(field("Display name"), "Ada New").await;
        // And once the page knows, the button says so before it is pressed.
        demo.cannot_reach(&[]).await;
        assert!(demo.refuses(button("Create")).await.contains("needs an active role"));
        assert!(caller.create_user("Ada New").await.status.as_u16() == 403);
    });
}
