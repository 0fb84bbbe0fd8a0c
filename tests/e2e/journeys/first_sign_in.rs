use domain::role::USER_ADMINISTRATOR;
use serde_json::json;
use testkit::Client;

use crate::harness::{button, field, journey, role};

const USER_NAME: &str = "ada.new@mydirectory.example";

/// Somebody new who will need a second factor; gives back the one-time password.
async fn newcomer(admin: &Client) -> String {
    let body = json!({ "displayName": "Ada New", "userPrincipalName": USER_NAME, "accountEnabled": true });
    let made = admin.post("/v1.0/users", &body).await.ok().body;
    let id = made["id"].as_str().expect("an id").parse().expect("an id");
    admin.make_eligible(id, USER_ADMINISTRATOR).await.ok();
    made["passwordProfile"]["password"].as_str().expect("a one-time password").to_owned()
}

#[test]
fn a_one_time_password_leads_by_a_new_one_and_a_second_factor_to_the_portal() {
    journey(async |j| {
        let once = newcomer(&j.server.client_with_factor("admin").await).await;
        let ada = j.browser().await;
        ada.open("/my-roles").await;
        ada.give_password(USER_NAME, &once).await;

        ada.shows(role("heading", "Set a new password")).await;
        ada.is_accessible().await;
        ada.fill(field("New password"), "too short").await;
        ada.fill(field("New password, again"), "too short").await;
        ada.click(button("Set password")).await;
        ada.reads("at least 12 are needed").await;
        ada.fill(field("New password"), "a few plain words").await;
        ada.fill(field("New password, again"), "a few plain words").await;
        ada.click(button("Set password")).await;

        ada.shows(role("heading", "Set up a second factor")).await;
        ada.is_accessible().await;
        ada.click(button("Set up")).await;
        // The picture for the camera, and the same as text.
        ada.shows(role("img", "QR code")).await;
        ada.shows(role("group", "Secret")).await;
        let shown = ada.all(&role("group", "Secret")).await[0].text().await.expect("a secret has words");
        let secret = shown.split_whitespace().next().expect("the secret comes first");
        ada.is_accessible().await;
        ada.fill(field("Code"), "12345").await;
        ada.click(button("Verify")).await;
        ada.reads("Code has six digits").await;
        ada.fill(field("Code"), &j.server.code_by(secret)).await;
        ada.click(button("Verify")).await;

        ada.reads("They are shown this one time").await;
        ada.is_accessible().await;
        ada.click(button("I have kept them")).await;
        // Where he wanted to go in the beginning.
        ada.has_row(&[("Role", "User Administrator"), ("State", "Eligible")]).await;
        assert_eq!(ada.place().await, "/my-roles");

        // The one-time password was good for one sign-in.
        j.server.client().password(USER_NAME, &once).await.refused(401, "InvalidCredentials");
    });
}
