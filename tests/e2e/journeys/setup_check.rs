use domain::{role::USER_ADMINISTRATOR, time::Span};
use testkit::inbox::Manner;

use crate::harness::{button, field, journey, journey_with_mail, link, role};

#[test]
fn an_administrator_sees_how_everything_stands_and_sends_a_test_mail() {
    journey_with_mail(async |j| {
        let admin = j.browser_of("admin").await;
        admin.open("/quick-start").await;
        admin.click(link("Set-up check")).await;
        for (check, state) in
            [("Portal", "Good"), ("Database", "Good"), ("Jobs", "Good"), ("Mail", "Good"), ("TLS", "Good")]
        {
            admin.has_row(&[("Check", check), ("State", state)]).await;
        }
        admin.click(button("Send a test mail")).await;
        admin.reads("250 2.0.0 taken as number 1").await;
        let mails = j.inbox().wait_for(1).await;
        assert!(mails[0].to[0].starts_with("admin@") && mails[0].tls);

        j.inbox().behave(Manner::Says("550 5.7.1 not from you".into()));
        admin.fill(field("To"), "somebody@example.org").await;
        j.server.advance_engine(Span::minutes(1));
        admin.click(button("Send a test mail")).await;
        admin.reads("550 5.7.1 not from you").await;
        admin.has_row(&[("Check", "Mail"), ("State", "Failing")]).await;
        admin.is_accessible().await;

        // The link of the mail opens the same screen, in a session of its own after sign-in.
        let link = mails[0].link().replace(j.server.url(), "");
        let phone = j.browser().await;
        phone.is_wide(390).await;
        phone.open(&link).await;
        phone.shows(button("Sign in")).await;
        let person = j.server.person("admin");
        phone.give_password(&person.user_principal_name, &person.password).await;
        phone.fill(field("Code"), &j.server.code("admin")).await;
        phone.click(button("Verify")).await;
        phone.shows(role("heading", "Set-up check")).await;
    });
}

#[test]
fn who_administers_nothing_is_offered_no_set_up_check() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        demo.open("/quick-start").await;
        demo.shows(link("My roles")).await;
        demo.shows_no(link("Set-up check")).await;
        demo.open("/setup-check").await;
        demo.reads("Privileged Role Administrator").await;
    });
}

#[test]
fn the_lab_shows_its_mails_with_their_links() {
    journey(async |j| {
        let demo = j.browser_of("demouser").await;
        demo.open("/lab").await;
        demo.reads("No mails yet").await;
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let wanted = "Activate role";
        demo.reads("PIM: demouser was permanently assigned the User Administrator role (eligible)").await;
        demo.is_accessible().await;
        demo.click(link(wanted)).await;
        demo.shows(role("slider", "Duration in hours")).await;
    });
}
