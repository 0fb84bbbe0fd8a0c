use domain::role::GLOBAL_ADMINISTRATOR;

use crate::harness::{button, journey, link, role};

#[test]
fn the_last_permanent_global_administrator_cannot_be_removed() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        let caller = j.server.client_with_factor("admin").await;
        // The emergency accounts go first, until one holder is left.
        let holders = j.server.permanent_holders(&caller, GLOBAL_ADMINISTRATOR).await;
        let me = caller.id().await;
        assert!(holders.contains(&me), "the administrator of the lab holds the role");
        for other in holders.into_iter().filter(|holder| *holder != me) {
            caller.remove_active(other, GLOBAL_ADMINISTRATOR).await.ok();
        }

        admin.open("/assignments?tab=active&search=Alex").await;
        admin.click(link("Remove Alex Admin, Global Administrator")).await;
        let question = role("dialog", "Remove");
        admin.click(question.clone().inside(button("Remove"))).await;
        admin.reads("the last permanent active assignment").await;
        admin.shows(question).await;
        admin.open("/assignments?tab=active&search=Alex").await;
        admin.has_row(&[("Role", "Global Administrator")]).await;
    });
}
