use domain::role::USER_ADMINISTRATOR;

use crate::harness::{button, field, journey, link, role};

const NEW: &str = "a few plain words";

#[test]
fn a_password_is_changed_and_other_sessions_end() {
    journey(async |j| {
        let person = j.server.person("demouser");
        let demo = j.browser_of("demouser").await;
        let elsewhere = j.browser_of("demouser").await;
        elsewhere.open("/my-roles").await;
        elsewhere.reads("You are not eligible for any role.").await;
        let again = || field("New password, again");
        demo.open("/account").await;
        demo.click(button("Change password")).await;
        demo.faults(field("Present password"), "Present password is required").await;
        demo.fill(field("Present password"), "not the password").await;
        demo.fill(field("New password"), "too short").await;
        demo.fill(again(), NEW).await;
        demo.faults(field("New password"), "at least 12").await;
        demo.fill(field("New password"), NEW).await;
        demo.fill(again(), "other words than those").await;
        demo.click(button("Change password")).await;
        demo.reads("The two passwords differ.").await;
        demo.fill(again(), NEW).await;
        demo.click(button("Change password")).await;
        demo.faults(field("Present password"), "wrong").await;
        demo.holds(field("New password"), NEW).await;
        demo.is_accessible().await;
        demo.fill(field("Present password"), &person.password).await;
        demo.click(button("Change password")).await;
        demo.reads("Your password was changed").await;

        // Whoever was signed in by the old password is out, and loses nothing that is on the screen.
        elsewhere.click(button("Refresh")).await;
        elsewhere.reads("Your session has ended.").await;
        elsewhere.is_accessible().await;
        j.server
            .client()
            .password(&person.user_principal_name, &person.password)
            .await
            .refused(401, "InvalidCredentials");
        elsewhere.open("/my-roles").await;
        elsewhere.give_password(&person.user_principal_name, NEW).await;
        elsewhere.reads("You are not eligible for any role.").await;

        // And one session ends another.
        demo.reload().await;
        demo.click(button("End the session at 127.0.0.1")).await;
        demo.reads("The session was ended").await;
        demo.shows_no(button("End the session at")).await;
        elsewhere.click(button("Refresh")).await;
        elsewhere.reads("Your session has ended.").await;
    });
}

#[test]
fn zone_and_colours_are_chosen_and_kept() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/account").await;
        demo.set(role("combobox", "Times are shown in"), "Asia/Tokyo").await;
        demo.click(role("group", "Colours").inside(role("radio", "Dark"))).await;
        let scheme = "return getComputedStyle(document.documentElement).colorScheme";
        demo.until("dark colours", async || (demo.script(scheme, Vec::new()).await == "dark").then_some(()))
            .await;
        demo.open("/my-audit").await;
        demo.has_row(&[
            ("Time", "7 Jan 2030, 18:00"),
            ("Action", "Add eligible member to role in PIM completed"),
        ])
        .await;
        assert_eq!(demo.script(scheme, Vec::new()).await, "dark");
        demo.open("/account").await;
        demo.holds(role("combobox", "Times are shown in"), "Asia/Tokyo").await;
    });
}

#[test]
fn the_countdown_is_stopped_and_the_labs_clock_ends_the_role() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.activate(&j.server, "demouser", "User Administrator").await;
        demo.reads("Refresh in").await;
        let countdown = role("dialog", "Activate - User Administrator").inside(role("tabpanel", ""));
        demo.click(countdown.inside(button("Cancel"))).await;
        demo.until("no countdown", async || (!demo.text().await.contains("Refresh in")).then_some(())).await;
        demo.click(link("Active assignments")).await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Active, ")]).await;
        demo.open("/lab").await;
        demo.click(button("+8 h")).await;
        demo.reads("The clock is at 7 Jan 2030, 17:0").await;
        demo.open("/my-roles").await;
        demo.has_row(&[("Role", "User Administrator"), ("State", "Eligible")]).await;
    });
}
