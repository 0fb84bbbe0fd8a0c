//! What must hold although many ask at the same instant.

use domain::{
    error_code::ErrorCode, ids::PrincipalId, request::Ask, role::GLOBAL_ADMINISTRATOR, schedule::Kind,
    time::Span,
};
use server::{engine, engine::EngineError};

use crate::world::{But, NOON, World, activate, remove};

/// All ask at once; gives what each got.
async fn at_once(world: &World, asks: Vec<(PrincipalId, Ask)>) -> Vec<Result<(), ErrorCode>> {
    let mut tasks = Vec::new();
    for (by, ask) in asks {
        let (world, caller) = (world.clone(), world.caller(by).await);
        tasks.push(tokio::spawn(async move {
            match engine::submit(&world.storage, &world.clock, &caller, ask, None).await {
                Ok(_) => Ok(()),
                Err(EngineError::Refused(refusal)) => Err(refusal.code),
                Err(error) => panic!("{error:?}"),
            }
        }));
    }
    futures::future::join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_equal_activations_one_is_taken() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let before = world.history().await.len();
    let outcomes = at_once(&world, vec![(world.demo, activate(world.demo)); 64]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(
        outcomes.iter().filter_map(|outcome| outcome.err()).all(|c| c == ErrorCode::RoleAssignmentExists)
    );
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM requests WHERE action = 'selfActivate'").await, 1);
    // One row that it was asked and one that it is done; one row for each refusal.
    assert_eq!(world.history().await.len() - before, 2 + 63);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_equal_scheduled_activations_one_stays_open() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let later = activate(world.demo).from(NOON + Span::hours(2));
    let outcomes = at_once(&world, vec![(world.demo, later); 64]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for code in outcomes.iter().filter_map(|outcome| outcome.err()) {
        assert_eq!(code, ErrorCode::PendingRoleAssignmentRequest);
    }
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM requests WHERE status = 'Granted'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_who_remove_each_other_leave_one() {
    let world = World::new().await;
    let mut admins = vec![world.admin];
    for name in ["One", "Two", "Three", "Four", "Five", "Six", "Seven"] {
        let id = world.person(name).await;
        world.crown(id).await;
        admins.push(id);
    }
    let asks = admins.iter().zip(admins.iter().cycle().skip(1));
    let asks = asks.map(|(by, whom)| (*by, remove(Kind::Active, *whom).on(GLOBAL_ADMINISTRATOR))).collect();
    let outcomes = at_once(&world, asks).await;
    let left = world.count("SELECT COUNT(*) AS n FROM schedules WHERE ended_ms IS NULL").await;
    let removed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(left, 8 - u64::try_from(removed).unwrap());
    assert!(left >= 1, "somebody must stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let last = || remove(Kind::Active, world.admin).on(GLOBAL_ADMINISTRATOR);
    let (code, told) = world.told(world.refused(world.admin, last())).await;
    assert_eq!(code, ErrorCode::LastGuardedAssignment);
    assert_eq!(told, ["! Remove member from role in PIM requested (permanent)"]);
    world.crown(world.demo).await;
    world.granted(world.admin, last()).await;
    assert_eq!(
        world.refused(world.demo, remove(Kind::Active, world.demo).on(GLOBAL_ADMINISTRATOR)).await,
        ErrorCode::LastGuardedAssignment
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_ended_while_the_call_was_under_way_gives_nothing() {
    let world = World::new().await;
    world.crown(world.demo).await;
    let caller = world.caller(world.demo).await;
    world.granted(world.admin, remove(Kind::Active, world.demo).on(GLOBAL_ADMINISTRATOR)).await;
    let ask = crate::world::assign(Kind::Eligible, world.john);
    let outcome = engine::submit(&world.storage, &world.clock, &caller, ask, None).await;
    assert_eq!(crate::world::code(outcome), ErrorCode::Unauthorized);
}
