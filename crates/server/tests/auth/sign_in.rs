//! User name and password.

use domain::{audit::Outcome, time::Span};

use crate::{browser::Heard, world::World};

const WRONG: &str = "not the password at all";

#[tokio::test]
async fn a_password_is_enough_for_who_holds_no_privileged_role() {
    let world = World::lab().await;
    let mut browser = world.browser();
    assert_eq!(browser.state().await, "anonymous");
    let person = world.person("demouser");
    world.tick();
    let shouted = person.user_principal_name.to_uppercase();
    let heard = browser.sign_in(&shouted, &person.password).await.ok();
    assert_eq!(heard.body["state"], "signedIn");
    assert_eq!(heard.body["secondFactorGiven"], false);
    assert_eq!(heard.body["permissions"].as_array().map(Vec::len), Some(0));
    assert_eq!(heard.body["tenant"]["displayName"], "My Directory");
    assert_eq!(world.newest_rows(1).await, [("Sign-in".to_owned(), Outcome::Success)]);
}

#[tokio::test]
async fn who_holds_a_privileged_role_gives_a_second_factor_before_anything_else() {
    let world = World::lab().await;
    let mut browser = world.with_password("admin").await;
    let heard = browser.get("/api/session").await.ok();
    assert_eq!(heard.body["state"], "secondFactor");
    assert_eq!(heard.body["permissions"].as_array().map(Vec::len), Some(0));
    browser.get("/api/account").await.refused(401, "InvalidAuthenticationToken");
    let heard = browser.second_factor(&world.code("admin", 0)).await.ok();
    assert_eq!(heard.body["state"], "signedIn");
    let names: Vec<&str> =
        heard.body["activeRoles"].as_array().unwrap().iter().filter_map(|r| r["roleName"].as_str()).collect();
    assert_eq!(names, ["Global Administrator", "Privileged Role Administrator"]);
    browser.get("/api/account").await.ok();
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let world = World::lab().await;
    world.tick();
    let known = world.person("demouser").user_principal_name.clone();
    let wrong = world.browser().sign_in(&known, WRONG).await.refused(401, "InvalidCredentials");
    let unknown = world.browser().sign_in("nobody@mydirectory.example", WRONG).await;
    let unknown = unknown.refused(401, "InvalidCredentials");
    let words = |heard: &Heard| heard.body["error"]["message"].as_str().map(ToOwned::to_owned);
    assert_eq!(words(&wrong), words(&unknown));
    assert!(wrong.headers.get("set-cookie").is_none());
    let rows = world.newest_rows(2).await;
    assert!(rows.iter().all(|row| *row == ("Sign-in".to_owned(), Outcome::Failure)), "{rows:?}");
}

#[tokio::test]
async fn a_name_that_is_nobodys_whole_name_is_nobodys() {
    let world = World::lab().await;
    let person = world.person("demouser");
    let name = &person.user_principal_name;
    // Of each the first 113 characters, without the blanks at their end, are a name.
    for blank in [' ', '\t', '\u{2003}'] {
        let long = format!("{name}{}x", blank.to_string().repeat(113 - name.len()));
        let heard = world.browser().sign_in(&long, &person.password).await;
        heard.refused(401, "InvalidCredentials");
    }
    world.browser().sign_in(&format!(" {name}\t"), &person.password).await.ok();
}

#[tokio::test]
async fn guessing_is_slowed_down_from_the_fifth_failure_and_the_wall_clock_lets_go() {
    let world = World::lab().await;
    let person = world.person("demouser").clone();
    let mut browser = world.browser();
    for _ in 0..5 {
        browser.sign_in(&person.user_principal_name, WRONG).await.refused(401, "InvalidCredentials");
    }
    for wait in [1, 2, 4, 8] {
        // Also the right password waits: otherwise waiting would tell that it is the right one.
        let heard = browser.sign_in(&person.user_principal_name, &person.password).await;
        let heard = heard.refused(429, "TooManyRequests");
        assert_eq!(heard.header("retry-after"), wait.to_string());
        world.clock.advance_engine(Span::hours(1));
        browser.sign_in(&person.user_principal_name, WRONG).await.refused(429, "TooManyRequests");
        world.clock.advance_wall(Span::seconds(wait));
        browser.sign_in(&person.user_principal_name, WRONG).await.refused(401, "InvalidCredentials");
    }
    // Somebody else from the same address is not slowed down.
    let other = world.person("john.doe");
    world.browser().sign_in(&other.user_principal_name, &other.password).await.ok();
    // Success forgets the failures.
    world.clock.advance_wall(Span::minutes(15));
    browser.sign_in(&person.user_principal_name, &person.password).await.ok();
    browser.sign_in(&person.user_principal_name, WRONG).await.refused(401, "InvalidCredentials");
}

#[tokio::test]
async fn of_a_flood_of_refused_attempts_one_row_tells_for_each_wait_and_counts_the_rest() {
    let world = World::lab().await;
    let name = &world.person("demouser").user_principal_name;
    let mut browser = world.browser();
    for _ in 0..5 {
        browser.sign_in(name, WRONG).await.refused(401, "InvalidCredentials");
    }
    let before = world.count_rows().await;
    for _ in 0..20 {
        browser.sign_in(name, WRONG).await.refused(429, "TooManyRequests");
    }
    assert_eq!(world.count_rows().await, before + 1);
    world.tick();
    world.clock.advance_wall(Span::seconds(1));
    browser.sign_in(name, WRONG).await.refused(401, "InvalidCredentials");
    let row = world.newest_entries(1).await.remove(0);
    assert!(row.details.contains(&("AlsoRefused".to_owned(), "19".to_owned())), "{row:?}");
    // The next wait is told again.
    browser.sign_in(name, WRONG).await.refused(429, "TooManyRequests");
    browser.sign_in(name, WRONG).await.refused(429, "TooManyRequests");
    assert_eq!(world.count_rows().await, before + 3);
}

#[tokio::test]
async fn waiting_ends_at_a_quarter_of_an_hour() {
    let world = World::lab().await;
    let name = &world.person("demouser").user_principal_name;
    let mut browser = world.browser();
    for _ in 0..18 {
        world.clock.advance_wall(Span::minutes(15));
        browser.sign_in(name, WRONG).await.refused(401, "InvalidCredentials");
    }
    let heard = browser.sign_in(name, WRONG).await.refused(429, "TooManyRequests");
    assert_eq!(heard.header("retry-after"), "900");
}

#[tokio::test]
async fn guesses_at_the_same_instant_are_all_counted_before_any_is_tried() {
    let world = World::lab().await;
    let name = &world.person("demouser").user_principal_name;
    let guesses = (0..24).map(|_| {
        let mut browser = world.browser();
        async move { browser.sign_in(name, WRONG).await.status.as_u16() }
    });
    let heard = futures::future::join_all(guesses).await;
    let tried = heard.iter().filter(|status| **status == 401).count();
    assert_eq!(tried, 5, "{heard:?}");
}

#[tokio::test]
async fn nobody_locks_an_account_from_elsewhere() {
    let mut settings = crate::world::settings();
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let world = World::lab_behind(settings).await;
    let person = world.person("emergency1").clone();
    let mut far = world.browser();
    far.headers = vec![("x-forwarded-for", "203.0.113.9".to_owned())];
    for _ in 0..5 {
        far.sign_in(&person.user_principal_name, WRONG).await.refused(401, "InvalidCredentials");
    }
    far.sign_in(&person.user_principal_name, &person.password).await.refused(429, "TooManyRequests");
    let mut near = world.browser();
    near.headers = vec![("x-forwarded-for", "198.51.100.4".to_owned())];
    near.sign_in(&person.user_principal_name, &person.password).await.ok();
}

#[tokio::test]
async fn behind_two_proxies_the_callers_own_address_counts_and_what_he_made_up_does_not() {
    let mut settings = crate::world::settings();
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    let world = World::lab_behind(settings).await;
    let person = world.person("demouser").clone();
    let from = |made_up: u8, own: &str| {
        let mut browser = world.browser();
        browser.headers = vec![("x-forwarded-for", format!("192.0.2.{made_up}, {own}, 10.1.1.1"))];
        browser
    };
    for guess in 0..5 {
        let heard = from(guess, "203.0.113.9").sign_in(&person.user_principal_name, WRONG).await;
        heard.refused(401, "InvalidCredentials");
    }
    let heard = from(9, "203.0.113.9").sign_in(&person.user_principal_name, &person.password).await;
    heard.refused(429, "TooManyRequests");
    from(0, "198.51.100.4").sign_in(&person.user_principal_name, &person.password).await.ok();
}

#[tokio::test]
async fn a_forwarded_address_is_believed_of_trusted_proxies_only() {
    let world = World::lab().await;
    let name = &world.person("demouser").user_principal_name;
    for guess in 0..5 {
        let mut browser = world.browser();
        browser.headers = vec![("x-forwarded-for", format!("203.0.113.{guess}"))];
        browser.sign_in(name, WRONG).await.refused(401, "InvalidCredentials");
    }
    world.browser().sign_in(name, WRONG).await.refused(429, "TooManyRequests");
}

#[tokio::test]
async fn one_password_tried_on_many_accounts_is_slowed_down_and_told_once() {
    let world = World::lab().await;
    let mut thief = world.browser();
    for number in 0..30 {
        thief
            .sign_in(&format!("person{number}@x.example"), "Autumn2026!")
            .await
            .refused(401, "InvalidCredentials");
    }
    let rows = world.count_rows().await;
    for number in 30..40 {
        let heard = thief.sign_in(&format!("person{number}@x.example"), "Autumn2026!").await;
        assert_eq!(heard.refused(429, "TooManyRequests").header("retry-after"), "1");
    }
    assert_eq!(world.count_rows().await, rows + 1, "one row tells of the whole wait");
    // Time forgives, and a right password does not.
    world.clock.advance_wall(Span::seconds(1));
    world.with_password("demouser").await;
    thief.sign_in("person50@x.example", "Autumn2026!").await.refused(401, "InvalidCredentials");
    thief.sign_in("person51@x.example", "Autumn2026!").await.refused(429, "TooManyRequests");
    world.clock.advance_wall(Span::minutes(3));
    for number in 60..62 {
        thief
            .sign_in(&format!("person{number}@x.example"), "Autumn2026!")
            .await
            .refused(401, "InvalidCredentials");
    }
}
