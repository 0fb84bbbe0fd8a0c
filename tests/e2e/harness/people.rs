//! What people do on many screens.

use testkit::TestServer;

use super::{
    browser::Browser,
    find::{button, field, role},
};

impl Browser {
    /// Signs in as somebody of the lab, with a second factor where it is asked.
    pub async fn sign_in(&self, server: &TestServer, name: &str) {
        let person = server.person(name);
        self.open("/sign-in").await;
        self.give_password(&person.user_principal_name, &person.password).await;
        let asked = self
            .until("the second factor or the first screen", async || {
                if !self.all(&field("Code")).await.is_empty() {
                    return Some(true);
                }
                let account = button(format!("Account of {}", person.display_name));
                (!self.all(&account).await.is_empty()).then_some(false)
            })
            .await;
        if asked {
            self.fill(field("Code"), &server.code(name)).await;
            self.click(button("Verify")).await;
        }
        self.shows(button(format!("Account of {}", person.display_name))).await;
    }

    /// Fills in the sign-in form and sends it.
    pub async fn give_password(&self, user_name: &str, password: &str) {
        self.fill(field("User name"), user_name).await;
        self.fill(field("Password"), password).await;
        self.click(button("Sign in")).await;
    }

    /// Signs out by the user menu.
    pub async fn sign_out(&self) {
        self.click(button("Account of")).await;
        self.click(button("Sign out")).await;
        self.shows(field("User name")).await;
    }

    /// Answers the step-up dialog.
    pub async fn step_up(&self, code: &str) {
        let dialog = role("dialog", "Verify your identity");
        self.fill(dialog.clone().inside(field("Code")), code).await;
        self.click(dialog.inside(button("Verify"))).await;
    }

    /// Activates a role from My roles, at once and for the longest time, and watches the three stages.
    pub async fn activate(&self, server: &TestServer, name: &str, wanted: &str) {
        self.open("/my-roles").await;
        self.click(super::link(format!("Activate {wanted}"))).await;
        self.fill(field("Reason"), "a new colleague starts today").await;
        self.click(button("Activate")).await;
        self.step_up(&server.code(name)).await;
        // A second factor just given does not press the button by itself.
        self.click(button("Activate")).await;
        for stage in ["Stage 1", "Stage 2", "Stage 3"] {
            let done = format!("{stage} that is done");
            self.until(done, async || {
                let stages = self.all(&role("listitem", stage)).await;
                let words = stages.first()?.text().await.ok()?;
                words.contains("Done").then_some(())
            })
            .await;
        }
    }
}
