//! Many people behind one address: what one of them does wrong does not keep the others out.

use domain::{audit::Actor, time::Span};

use crate::world::World;

const WRONG: &str = "Autumn2026!";

/// Tries one password on many invented names, until its address has to wait.
async fn spray(world: &World) -> usize {
    let mut thief = world.browser();
    for number in 0..60 {
        let heard = thief.sign_in(&format!("person{number}@x.example"), WRONG).await;
        if heard.status == 429 {
            return number;
        }
        heard.refused(401, "InvalidCredentials");
    }
    panic!("it never waits")
}

#[tokio::test]
async fn who_signed_in_from_there_and_emergency_accounts_do_not_wait_for_strangers() {
    let world = World::lab().await;
    world.with_password("demouser").await;
    assert_eq!(spray(&world).await, 30);
    let (known, newcomer) = (world.person("demouser").clone(), world.person("john.doe").clone());
    let mut browser = world.browser();
    // Whoever fails hears the same, however often: it does not tell whom there is.
    for (name, times) in [("demouser", 1), ("emergency2", 7)] {
        for _ in 0..times {
            let stranger = browser.sign_in("person99@x.example", WRONG).await;
            let heard = browser.sign_in(&world.person(name).user_principal_name, WRONG).await;
            let [stranger, heard] = [stranger, heard].map(|heard| heard.refused(429, "TooManyRequests"));
            assert_eq!(heard.header("retry-after"), stranger.header("retry-after"), "{name}");
            assert_eq!(heard.body["error"]["message"], stranger.body["error"]["message"], "{name}");
        }
    }
    // A slip of his own is forgiven as ever.
    browser.sign_in(&known.user_principal_name, &known.password).await.ok();
    world.with_password("emergency1").await;
    browser.sign_in(&newcomer.user_principal_name, &newcomer.password).await.refused(429, "TooManyRequests");
}

#[tokio::test]
async fn strangers_and_newcomers_wait_a_minute_at_most() {
    let world = World::lab().await;
    spray(&world).await;
    let (newcomer, mut browser) = (world.person("john.doe").clone(), world.browser());
    let mut waits = Vec::new();
    for number in 100..110 {
        let heard = browser.sign_in(&newcomer.user_principal_name, &newcomer.password).await;
        let heard = heard.refused(429, "TooManyRequests");
        waits.push(heard.header("retry-after").parse::<i64>().unwrap());
        world.clock.advance_wall(Span::seconds(waits[waits.len() - 1]));
        let name = format!("person{number}@x.example");
        browser.sign_in(&name, WRONG).await.refused(401, "InvalidCredentials");
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    world.clock.advance_wall(Span::minutes(1));
    browser.sign_in(&newcomer.user_principal_name, &newcomer.password).await.ok();
}

#[tokio::test]
async fn no_count_tells_whose_name_was_tried() {
    let mut heard = Vec::new();
    for name in ["demouser", "emergency1", "nobody"] {
        let world = World::lab().await;
        world.with_password("demouser").await;
        let mut thief = world.browser();
        for number in 0..28 {
            let junk = format!("person{number}@x.example");
            thief.sign_in(&junk, WRONG).await.refused(401, "InvalidCredentials");
        }
        let name = format!("{name}@mydirectory.example");
        let mut codes = Vec::new();
        for tried in [&name, "person28@x.example", "person29@x.example"] {
            codes.push(thief.sign_in(tried, WRONG).await.status.as_u16());
        }
        // Nor does any wait, whoever is tried while all wait.
        for tried in ["person1@x.example", &name, "person2@x.example", &name, &name, "person3@x.example"] {
            let waits = thief.sign_in(tried, WRONG).await.refused(429, "TooManyRequests");
            codes.push(waits.header("retry-after").parse().unwrap());
        }
        heard.push(codes);
    }
    assert_eq!(heard, [[401, 401, 429, 1, 1, 1, 1, 1, 1]; 3]);
}

#[tokio::test]
async fn of_many_guesses_at_once_while_all_wait_none_tells_that_it_was_right() {
    let world = World::lab().await;
    spray(&world).await;
    let person = world.person("emergency1").clone();
    let guesses = (0..12).map(|number| {
        let (mut browser, person) = (world.browser(), &person);
        let password = if number == 7 { person.password.clone() } else { format!("{WRONG}-{number}") };
        async move { browser.sign_in(&person.user_principal_name, &password).await }
    });
    let heard = futures::future::join_all(guesses).await;
    let wrong: Vec<_> = heard.into_iter().filter(|heard| heard.status != 200).collect();
    assert!(wrong.len() >= 11);
    // One after the other is looked at, not all that came.
    let looked_at = world.newest_entries(30).await.into_iter().filter(|row| {
        let is_about_him = matches!(&row.actor, Actor::Person { user_principal_name, .. } if *user_principal_name == person.user_principal_name);
        is_about_him && row.details.iter().any(|(name, _)| name == "Failures")
    });
    assert!(looked_at.count() < 6);
    for one in wrong {
        assert_eq!(one.refused(429, "TooManyRequests").header("retry-after"), "1");
    }
}

#[tokio::test]
async fn a_flood_that_is_not_looked_at_takes_no_place_of_those_who_are() {
    let world = World::lab().await;
    world.with_password("demouser").await;
    spray(&world).await;
    let (flood, known) = (world.browser(), world.person("demouser").clone());
    let strangers = (0..80).map(|number| {
        let mut browser = flood.clone();
        async move { browser.sign_in(&format!("person{number}@x.example"), WRONG).await }
    });
    let mut browser = world.browser();
    let (heard, known) = futures::join!(
        futures::future::join_all(strangers),
        browser.sign_in(&known.user_principal_name, &known.password)
    );
    known.ok();
    for one in heard {
        one.refused(429, "TooManyRequests");
    }
}

#[tokio::test]
async fn one_password_tried_on_many_who_signed_in_from_there_is_slowed_down_too() {
    let world = World::lab().await;
    let names = ["admin", "demouser", "john.doe", "anna.approver", "emergency1", "emergency2"];
    for name in ["admin", "demouser", "john.doe", "anna.approver", "ben.approver"] {
        world.with_password(name).await;
    }
    let (mut thief, mut tried) = (world.browser(), 0);
    let waits = 'tries: loop {
        for name in names {
            let heard = thief.sign_in(&world.person(name).user_principal_name, WRONG).await;
            if heard.status == 429 {
                break 'tries heard;
            }
            heard.refused(401, "InvalidCredentials");
            tried += 1;
        }
    };
    assert_eq!(tried, 30, "five on each");
    let waits = waits.refused(429, "TooManyRequests");
    // Who is known there does not wait longer than a stranger.
    let stranger = thief.sign_in("person1@x.example", WRONG).await.refused(429, "TooManyRequests");
    assert_eq!(waits.header("retry-after"), stranger.header("retry-after"));
    world.clock.advance_wall(Span::seconds(16));
    // One more of them is tried, and then all wait whom he tried before; the others do not.
    thief.sign_in(&world.person("admin").user_principal_name, WRONG).await.refused(401, "InvalidCredentials");
    let guessed = world.person("demouser");
    thief.sign_in(&guessed.user_principal_name, WRONG).await.refused(429, "TooManyRequests");
    world.with_password("ben.approver").await;
}
