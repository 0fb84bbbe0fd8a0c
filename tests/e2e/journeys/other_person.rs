//! One browser, one person after the other: nothing of the first is left for the second.

use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use serde_json::json;

use crate::harness::{button, field, journey, link, role};

#[test]
fn whoever_signs_in_next_finds_no_message_and_no_address_of_the_one_before() {
    journey(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/groups").await;
        admin.click(link("New group")).await;
        admin.fill(field("Group name"), "Secret group").await;
        admin.click(button("Create")).await;
        admin.has_row(&[("Name", "Secret group")]).await;
        admin.click(button("Messages")).await;
        admin.reads("Secret group was created").await;

        // Who cannot sign out is told so.
        admin.refuses_calls("DELETE", 503).await;
        admin.click(button("Account of")).await;
        admin.click(button("Sign out")).await;
        admin.reads("You are still signed in.").await;
        admin.refuses_calls("", 0).await;

        // An answer that is still on its way is for nobody any more.
        admin.keeps_back("/v1.0/groups").await;
        admin.click(button("Refresh")).await;
        admin.has_kept_back(1).await;
        admin.sign_out().await;
        assert_eq!(admin.place().await, "/sign-in");
        let person = j.server.person("demouser");
        admin.give_password(&person.user_principal_name, &person.password).await;
        admin.shows(button("Account of demouser")).await;
        admin.lets_through().await;
        assert_eq!(admin.place().await, "/quick-start");
        admin.click(button("Messages")).await;
        admin.reads("Nothing has happened yet.").await;
    });
}

#[test]
fn a_second_window_that_becomes_somebody_else_takes_this_one_with_it() {
    journey(async |j| {
        j.server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        j.server.make_eligible("demouser", TEAMS_ADMINISTRATOR).await;
        let john = j.browser_of("john.doe").await;
        john.open("/my-roles").await;
        john.click(link("Activate User Administrator")).await;
        john.fill(field("Reason"), "the night shift").await;
        let person = j.server.person("demouser");
        let body = json!({ "userName": person.user_principal_name, "password": person.password });
        let take_over = "const [body, tell] = arguments;
            const headers = { 'content-type': 'application/json' };
            fetch('/api/session', { method: 'POST', headers, body: JSON.stringify(body) })
                .then(answer => { window.dispatchEvent(new StorageEvent('storage')); tell(answer.status); });";
        assert_eq!(john.script_later(take_over, vec![body]).await, json!(200));
        john.shows(button("Account of demouser")).await;
        john.has_row(&[("Role", "Teams Administrator")]).await;
        john.has_no_row(&[("Role", "User Administrator")]).await;
        john.shows_no(role("dialog", "")).await;
        assert_eq!(john.place().await, "/my-roles");
    });
}

#[test]
fn whoever_signs_out_is_out_whatever_hangs() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        demo.open("/account").await;
        demo.shows(role("combobox", "Times are shown in")).await;
        demo.keeps_back("PATCH").await;
        demo.set(role("combobox", "Times are shown in"), "Europe/Berlin").await;
        demo.has_kept_back(1).await;
        demo.sign_out().await;
        assert_eq!(demo.place().await, "/sign-in");
    });
}
