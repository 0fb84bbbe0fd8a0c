use domain::{
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
};
use serde_json::json;
use testkit::requests::ELIGIBILITY;

use crate::harness::{journey, link, role};

#[test]
fn a_persons_roles_are_found_by_tab_and_by_search() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        let for_two_hours = json!({
            "action": "adminAssign", "principalId": caller.id().await, "roleDefinitionId": TEAMS_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "for this morning",
            "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT2H" } },
        });
        j.server.client_with_factor("admin").await.post(ELIGIBILITY, &for_two_hours).await.ok();
        caller.activate(USER_ADMINISTRATOR, 2, None).await.ok();
        let admin = j.browser_of("admin").await;
        admin.open("/users").await;
        admin.click(link("demouser")).await;
        admin.click(link("Assigned roles")).await;
        admin.shows(link("Eligible assignments (2)")).await;
        admin.has_row(&[("Role", "Teams Administrator"), ("End time", "7 Jan 2030, 11:0")]).await;
        let search = || role("searchbox", "Search by role");
        admin.fill(search(), "user adm").await;
        admin.has_no_row(&[("Role", "Teams Administrator")]).await;
        admin.has_row(&[("Role", "User Administrator"), ("Principal name", "demouser@")]).await;
        // The search goes along from tab to tab.
        admin.click(link("Active assignments (1)")).await;
        admin.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
        admin.holds(search(), "user adm").await;
        admin.is_accessible().await;

        j.server.advance_engine(Span::hours(3));
        admin.reload().await;
        admin.reads("No results").await;
        admin.fill(search(), "").await;
        admin.click(link("Eligible assignments (1)")).await;
        admin.has_row(&[("Role", "User Administrator"), ("End time", "Permanent")]).await;
        admin.click(link("Expired assignments (1)")).await;
        admin.has_row(&[("Role", "Teams Administrator")]).await;
        admin.is_accessible().await;
    });
}
