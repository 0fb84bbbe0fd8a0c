use domain::time::Span;

use crate::harness::{button, field, journey, link};

#[test]
fn wrong_passwords_keep_the_name_and_lock_for_a_while() {
    journey(async |j| {
        let demo = j.browser().await;
        let person = j.server.person("demouser");
        demo.open("/sign-in").await;
        for _ in 0..5 {
            demo.give_password(&person.user_principal_name, "not the password").await;
            demo.reads("password").await;
        }
        demo.holds(field("User name"), &person.user_principal_name).await;
        // The waits double; after some more they are longer than anything takes here.
        for _ in 0..8 {
            j.server.advance_wall(Span::minutes(16));
            j.server.client().password(&person.user_principal_name, "not the password").await;
        }
        // Now even the right one is refused, and the page says for how long.
        demo.give_password(&person.user_principal_name, &person.password).await;
        demo.reads("Too many").await;

        j.server.advance_wall(Span::minutes(16));
        demo.give_password(&person.user_principal_name, &person.password).await;
        demo.shows(button(format!("Account of {}", person.display_name))).await;
    });
}

#[test]
fn a_recovery_code_signs_in_once() {
    journey(async |j| {
        let caller = j.server.client_with_factor("admin").await;
        let codes = j.server.recovery_codes(&caller).await;
        assert_eq!(codes.len(), 10);
        let person = j.server.person("admin");

        let admin = j.browser().await;
        admin.open("/sign-in").await;
        admin.give_password(&person.user_principal_name, &person.password).await;
        admin.fill(field("Code"), &codes[0]).await;
        admin.click(button("Verify")).await;
        admin.shows(button("Account of")).await;

        admin.sign_out().await;
        admin.give_password(&person.user_principal_name, &person.password).await;
        admin.fill(field("Code"), &codes[0]).await;
        admin.click(button("Verify")).await;
        admin.reads("The code is wrong").await;
        admin.fill(field("Code"), &j.server.code("admin")).await;
        admin.click(button("Verify")).await;
        admin.shows(button("Account of")).await;
    });
}

#[test]
fn who_signs_in_for_a_screen_gets_to_that_screen() {
    journey(async |j| {
        let demo = j.browser().await;
        demo.open("/my-roles?tab=active").await;
        let person = j.server.person("demouser");
        demo.give_password(&person.user_principal_name, &person.password).await;
        demo.reads("None of your roles is active now.").await;
        assert_eq!(demo.place().await, "/my-roles?tab=active");
        demo.shows(link("Eligible assignments")).await;
    });
}
