use domain::role::USER_ADMINISTRATOR;

use crate::harness::{button, journey, link};

const WHY: &str = "this person holds or is eligible for a privileged role";

#[test]
fn who_looks_after_people_is_offered_nothing_on_those_he_may_not_touch() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let caller = j.server.client_with_factor("demouser").await;
        caller.activate(USER_ADMINISTRATOR, 8, None).await.ok();
        let (admin, john) =
            (j.server.client_of("admin").await.id().await, j.server.client_of("john.doe").await.id().await);
        let name = &j.server.person("admin").display_name;

        let demo = j.browser_of("demouser").await;
        demo.open("/users").await;
        assert!(demo.refuses(button(format!("Delete {name}"))).await.contains(WHY));
        demo.allows(button("Delete John Doe")).await;
        demo.click(link(name.as_str())).await;
        for act in ["Reset password", "Delete", "Block sign-in"] {
            assert!(demo.refuses(button(act)).await.contains(WHY), "{act}");
        }
        demo.is_accessible().await;
        demo.open(&format!("/users/{john}")).await;
        // Not before it is known whom he may touch.
        demo.has_settled().await;
        for act in ["Reset password", "Delete", "Block sign-in"] {
            demo.allows(button(act)).await;
        }
        // The server says the same to whoever asks it directly, and nothing of this to those who may touch nobody.
        let refused =
            caller.delete(&format!("/v1.0/users/{admin}")).await.refused(403, "Authorization_RequestDenied");
        assert!(refused.message().contains(WHY) || refused.body.to_string().contains(WHY), "{refused}");
        let nobody = j.server.client_with_factor("john.doe").await;
        nobody.get("/api/protected-users").await.refused(403, "Authorization_RequestDenied");

        // Whoever may touch them is not held back.
        let all = j.browser_of("admin").await;
        all.open(&format!("/users/{admin}")).await;
        all.allows(button("Reset password")).await;
    });
}
