//! Starts and ends are told, once, whatever happens to the server meanwhile.

use std::time::Duration;

use domain::{request::Status, time::Span};
use futures::FutureExt;
use server::{
    jobs::{run, run_due},
    storage::args,
};
use tokio::sync::watch;

use crate::world::{But, NOON, World, activate};

const EXPIRED: &str = "Remove member from role (PIM activation expired)";

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_came_while_the_server_was_down_is_told_with_both_instants() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    let again = world.restarted().await;
    assert!(again.has_role(world.demo).await, "a restart takes nothing away");
    again.clock.advance_engine(Span::hours(3));
    assert!(!again.has_role(world.demo).await, "the right is decided at use");
    assert_eq!(again.later(Span::ZERO).await, 1);
    let history = again.history().await;
    let row = history.last().unwrap();
    let detail = |name: &str| row.details.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    assert_eq!(row.activity, EXPIRED);
    assert_eq!(detail("Due"), Some((NOON + Span::hours(1)).to_string()));
    assert_eq!(detail("Processed"), Some((NOON + Span::hours(3)).to_string()));
    assert_eq!(again.later(Span::ZERO).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_and_an_end_that_are_both_overdue_are_both_told_in_order() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let request = world.granted(world.demo, activate(world.demo).from(NOON + Span::hours(1))).await;
    let (jobs, told) = world.told(world.later(Span::hours(8))).await;
    assert_eq!(jobs, 2);
    assert_eq!(told, ["Add member to role completed (PIM activation)", EXPIRED]);
    assert_eq!(world.request(request.id).await.status, Status::Provisioned);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_stays_ended_when_time_goes_back() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    world.later(Span::hours(1)).await;
    world.clock.set_offset(Span::ZERO);
    assert!(!world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_claim_each_job_is_carried_out_once() {
    let world = World::new().await;
    for n in 0..40 {
        let id = world.person(Box::leak(format!("Person {n}").into_boxed_str())).await;
        world.eligible(id).await;
        world.granted(id, activate(id)).await;
    }
    world.clock.advance_engine(Span::hours(1));
    let replicas = (0..6).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { run_due(&world.storage, &world.clock).await.unwrap() })
    });
    let done: usize = futures::future::join_all(replicas).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(done, 40);
    let history = world.history().await;
    assert_eq!(history.iter().filter(|row| row.activity == EXPIRED).count(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_wakes_when_the_clock_is_moved_and_stops_when_told() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    let (stop, stopped) = watch::channel(false);
    let jobs = tokio::spawn(run(world.storage.clone(), world.clock.clone(), stopped));
    world.clock.advance_engine(Span::hours(1));
    let told = async {
        while world.history().await.last().is_none_or(|row| row.activity != EXPIRED) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("the end to be told");
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(20), jobs).await.expect("the loop to stop").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_put_back_longer_each_time_and_laid_aside_at_last() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo).from(NOON + Span::hours(1))).await;
    // A stored value that no program wrote: whoever reads it fails.
    world
        .change(|db| {
            let sql = "UPDATE requests SET ask = '?' WHERE status = 'Granted'";
            async move { db.execute(sql, args![]).await.map(drop) }.boxed()
        })
        .await;
    assert_eq!(world.later(Span::hours(1)).await, 1);
    assert_eq!(world.later(Span::ZERO).await, 0, "not again at once");
    let mut tries = 1;
    while world.count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'start' AND dead = (1 = 1)").await == 0 {
        world.clock.advance_wall(Span::minutes(20));
        tries += run_due(&world.storage, &world.clock).await.unwrap();
        assert!(tries < 100, "it is never laid aside");
    }
    // The end of the same activation comes due meanwhile and fails likewise, for as often.
    assert!(tries >= 20, "{tries}");
    let error = world.count("SELECT COUNT(*) AS n FROM jobs WHERE last_error LIKE '%ask%'").await;
    assert!(error >= 1);
}
