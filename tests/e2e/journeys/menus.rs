use domain::role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR};
use fantoccini::key::Key;

use crate::harness::{Browser, button, journey, link, role};

/// Waits until the focus is on something of this name.
async fn is_on(browser: &Browser, name: &str) {
    let script = "const on = document.activeElement;
        const label = on.labels && on.labels.length ? on.labels[0].innerText : on.innerText;
        return (on.getAttribute('aria-label') || label || '').trim()";
    browser
        .until(format!("the focus on `{name}`"), async || {
            let found = browser.script(script, Vec::new()).await;
            found.as_str().is_some_and(|found| found.starts_with(name)).then_some(())
        })
        .await;
}

#[test]
fn commands_that_do_not_fit_are_in_a_menu() {
    journey(async |j| {
        let id = j.server.client_of("demouser").await.id().await;
        let admin = j.browser_of("admin").await;
        admin.open(&format!("/users/{id}")).await;
        admin.shows(button("Refresh")).await;
        admin.shows_no(button("More commands")).await;

        admin.is_wide(390).await;
        admin.shows(button("Reset password")).await;
        admin.shows_no(button("Refresh")).await;
        admin.tab_to(button("More commands")).await;
        admin.press(Key::Down).await;
        is_on(&admin, "Delete").await;
        admin.is_accessible().await;
        admin.press(Key::Down).await;
        is_on(&admin, "Refresh").await;
        admin.press(Key::Down).await;
        is_on(&admin, "Delete").await;
        admin.press(Key::Escape).await;
        is_on(&admin, "More commands").await;
        admin.shows_no(button("Delete")).await;

        // What is pressed there does what it does in the line.
        admin.press(Key::Down).await;
        is_on(&admin, "Delete").await;
        admin.press(Key::Enter).await;
        admin.shows(role("dialog", "Delete demouser")).await;
        admin.press(Key::Escape).await;
        admin.shows_no(role("dialog", "Delete demouser")).await;
        admin.is_wide(1440).await;
        admin.shows_no(button("More commands")).await;
        admin.shows(button("Delete")).await;
    });
}

#[test]
fn arrow_keys_lead_through_menus_tabs_and_rows() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        j.server.make_eligible("john.doe", TEAMS_ADMINISTRATOR).await;
        let admin = j.browser_of("admin").await;
        admin.open("/assignments").await;
        admin.shows(link("Remove demouser, User Administrator")).await;

        admin.tab_to(button("Account of")).await;
        admin.press(Key::Down).await;
        is_on(&admin, "As the system").await;
        admin.press(Key::Down).await;
        is_on(&admin, "My account").await;
        admin.press(Key::End).await;
        is_on(&admin, "Sign out").await;
        admin.press(Key::Escape).await;
        is_on(&admin, "Account of").await;

        admin.tab_to(link("Eligible assignments")).await;
        admin.press(Key::Left).await;
        is_on(&admin, "Expired assignments").await;
        admin.press(Key::Home).await;
        admin.press(Key::Right).await;
        is_on(&admin, "Active assignments").await;

        admin.tab_to(link("Update John Doe, Teams Administrator")).await;
        admin.press(Key::Down).await;
        is_on(&admin, "Update demouser, User Administrator").await;
        admin.press(Key::Left).await;
        is_on(&admin, "Remove demouser, User Administrator").await;
        admin.press(Key::Up).await;
        is_on(&admin, "Remove John Doe, Teams Administrator").await;

        admin.tab_to(button("View")).await;
        admin.press(Key::Down).await;
        is_on(&admin, "Compact rows").await;
        admin.press(Key::Down).await;
        admin.press(Key::Down).await;
        is_on(&admin, "Move Name up").await;
        admin.press(Key::Escape).await;
        is_on(&admin, "View").await;
    });
}

#[test]
fn the_question_mark_tells_the_keys() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.has_settled().await;
        demo.type_text("?").await;
        demo.shows(role("dialog", "Help")).await;
        demo.reads("Through a menu, tabs, commands, rows").await;
        demo.press(Key::Escape).await;
        demo.shows_no(role("dialog", "Help")).await;
        demo.type_text("/").await;
        is_on(&demo, "Search").await;
    });
}
