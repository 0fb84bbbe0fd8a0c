use domain::role::USER_ADMINISTRATOR;

use crate::harness::{button, journey, link, role};

#[test]
fn axe_finds_nothing_on_the_screens_of_somebody_without_rights() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser().await;
        demo.open("/sign-in").await;
        demo.shows(button("Sign in")).await;
        demo.is_accessible().await;
        demo.sign_in(&j.server, "demouser").await;
        for (address, title) in
            [("/quick-start", "Quick start"), ("/my-roles", "My roles"), ("/users", "Users")]
        {
            demo.open(address).await;
            demo.shows(role("heading", title)).await;
            demo.has_settled().await;
            demo.is_accessible().await;
        }
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(role("slider", "Duration in hours")).await;
        demo.is_accessible().await;
        demo.click(button("Activate")).await;
        demo.is_accessible().await;
    });
}

#[test]
fn axe_finds_nothing_on_the_screens_of_an_administrator() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let id = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        let role_page = format!("/roles/{USER_ADMINISTRATOR}");
        let user_page = format!("/users/{id}");
        for address in [
            "/quick-start",
            "/my-roles?tab=active",
            "/roles",
            &role_page,
            &format!("{role_page}/description"),
            &format!("{role_page}/settings"),
            "/assignments",
            "/assignments?tab=active",
            "/assignments/add",
            "/users",
            "/users/new",
            &user_page,
            &format!("{user_page}/assigned-roles"),
            "/groups",
            "/groups/new",
            "/account",
            "/audit",
            "/audit?span=custom",
            "/my-audit?search=nothing-like-it",
            "/my-requests",
            "/approve-requests",
            "/pending-requests",
            "/settings",
            "/setup-check",
            "/lab/teams",
            "/lab",
            "/no/such/screen",
        ] {
            admin.open(address).await;
            admin.has_settled().await;
            admin.is_accessible().await;
        }
    });
}
