//! A privileged role begins while a panel is open: the panel asks for the second factor, and goes on.

use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use serde_json::json;

use crate::harness::{button, field, journey, link, role};

#[test]
fn the_second_factor_is_given_in_the_panel_and_the_focus_stays_in_it() {
    journey(async |j| {
        j.server.make_eligible("demouser", TEAMS_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate Teams Administrator")).await;
        demo.fill(field("Reason"), "the night shift").await;
        let panel = || role("dialog", "Activate - Teams Administrator");

        j.server.make_active("demouser", USER_ADMINISTRATOR).await;
        demo.click(panel().inside(button("Click to continue"))).await;
        demo.step_up(&j.server.code("demouser")).await;
        demo.shows_no(button("Click to continue")).await;
        demo.has_settled().await;
        let inside = "return document.activeElement.closest('dialog.panel') !== null";
        assert_eq!(demo.script(inside, Vec::new()).await, json!(true));
        demo.holds(panel().inside(field("Reason")), "the night shift").await;
    });
}
