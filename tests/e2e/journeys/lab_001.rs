use domain::time::Span;
use testkit::requests::ACTIVATION_STORY;

use crate::harness::{button, field, journey, link, role};

#[test]
fn demouser_is_made_eligible_activates_creates_a_user_and_later_cannot_any_more() {
    journey(async |j| {
        // Two people at once, each in a browser of his own.
        let admin = j.browser_of("admin").await;
        let demo = j.browser_of("demouser").await;

        demo.open("/users").await;
        let why = demo.refuses(button("New user")).await;
        assert!(why.contains("User Administrator"), "{why}");
        let refused = j.server.client_of("demouser").await.create_user("Nobody New").await;
        refused.refused(403, "Authorization_RequestDenied");

        // The administrator finds him, sees that he has nothing, and takes the wizard's defaults.
        admin.open("/users").await;
        admin.fill(role("searchbox", "Search by"), "demouser").await;
        admin.click(link("demouser")).await;
        admin.click(link("Assigned roles")).await;
        admin.reads("No results").await;
        admin.click(link("Add assignments")).await;
        admin.fill(role("searchbox", "Select role"), "User Adm").await;
        admin.click(button("User Administrator")).await;
        admin.reads("1 Member(s) selected").await;
        admin.click(button("Next")).await;
        admin.reads("Maximum allowed eligible duration is permanent.").await;
        admin.click(button("Assign")).await;
        let row = admin.has_row(&[("Role", "User Administrator")]).await;
        assert_eq!(row["Scope"], "Directory");
        assert_eq!(row["Membership"], "Direct");
        assert_eq!(row["End time"], "Permanent");
        assert!(row["Action"].contains("Remove") && row["Action"].contains("Update"), "{row:?}");

        // Eligible is not active.
        demo.open("/users").await;
        demo.refuses(button("New user")).await;

        demo.activate(&j.server, "demouser", "User Administrator").await;
        // The page refreshes itself and shows the activation.
        demo.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;

        demo.open("/users").await;
        demo.click(link("New user")).await;
        demo.fill(field("Display name"), "Ada New").await;
        demo.fill(field("User principal name"), "ada.new@mydirectory.example").await;
        demo.click(button("Create")).await;
        demo.reads("It is shown this one time.").await;
        demo.click(button("Close")).await;
        demo.has_row(&[("Display name", "Ada New")]).await;

        // Eight hours later the right is over at the moment of use, without anybody's doing.
        j.server.advance_engine(Span::hours(8));
        demo.reload().await;
        demo.refuses(button("New user")).await;
        let refused = j.server.client_of("demouser").await.create_user("Too Late").await;
        refused.refused(403, "Authorization_RequestDenied");

        let story = j.server.story_of("demouser", "User Administrator", 5).await;
        assert_eq!(story, ACTIVATION_STORY);
    });
}
