//! What an administrator assigns, changes and removes.

use domain::{
    error_code::ErrorCode,
    request::{Ask, Expiration, Status},
    schedule::Kind,
    time::Span,
};

use crate::world::{But, NOON, World, activate, assign, remove, update};

#[tokio::test(flavor = "multi_thread")]
async fn an_active_assignment_works_at_once_and_for_the_members_of_a_group() {
    let world = World::new().await;
    let (_, told) = world.told(world.granted(world.admin, assign(Kind::Active, world.demo))).await;
    assert_eq!(
        told,
        [
            "Add member to role in PIM requested (permanent)",
            "Add member to role in PIM completed (permanent)"
        ]
    );
    world.granted(world.admin, assign(Kind::Active, world.team)).await;
    assert!(world.has_role(world.demo).await && world.has_role(world.john).await);
    let twice = world.refused(world.admin, assign(Kind::Active, world.demo)).await;
    assert_eq!(twice, ErrorCode::RoleAssignmentExists);

    let (request, told) = world.told(world.granted(world.admin, remove(Kind::Active, world.demo))).await;
    assert_eq!(request.status, Status::Revoked);
    assert_eq!(
        told,
        [
            "Remove member from role in PIM requested (permanent)",
            "Remove member from role in PIM completed (permanent)"
        ]
    );
    assert!(!world.has_role(world.demo).await, "a removal works at once");
    let gone = world.refused(world.admin, remove(Kind::Active, world.demo)).await;
    assert_eq!(gone, ErrorCode::RoleAssignmentDoesNotExist);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_moves_the_end_and_its_job() {
    let world = World::new().await;
    world.granted(world.admin, assign(Kind::Active, world.demo).lasting(Span::hours(1))).await;
    let until = |hours| Expiration::AfterDateTime(NOON + Span::hours(hours));
    let (_, told) =
        world.told(world.granted(world.admin, update(Kind::Active, world.demo).ending(until(3)))).await;
    assert_eq!(told, ["Process role update request"]);
    assert_eq!(world.later(Span::hours(2)).await, 0);
    assert!(world.has_role(world.demo).await);
    let (jobs, told) = world.told(world.later(Span::hours(1))).await;
    assert_eq!(jobs, 1);
    assert_eq!(told, ["Remove member from role in PIM completed (timebound)"]);
    assert!(!world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_to_permanent_takes_the_end_away() {
    let world = World::new().await;
    world.granted(world.admin, assign(Kind::Active, world.demo).lasting(Span::hours(1))).await;
    let forever = update(Kind::Active, world.demo).ending(Expiration::NoExpiration);
    world.granted(world.admin, forever).await;
    assert_eq!(world.later(Span::days(400)).await, 0);
    assert!(world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_assignment_that_is_moved_to_now_completes_its_request() {
    let world = World::new().await;
    let later = assign(Kind::Active, world.demo).from(NOON + Span::hours(2));
    let request = world.granted(world.admin, later).await;
    assert_eq!(request.status, Status::Granted);
    let now = update(Kind::Active, world.demo).ending(Expiration::NoExpiration);
    world.granted(world.admin, now).await;
    assert!(world.has_role(world.demo).await);
    world.later(Span::ZERO).await;
    assert_eq!(world.request(request.id).await.status, Status::Provisioned);
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM jobs").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_scheduled_assignment_cancels_the_request_behind_it() {
    let world = World::new().await;
    let later = assign(Kind::Eligible, world.demo).from(NOON + Span::hours(2));
    let request = world.granted(world.admin, later).await;
    world.granted(world.admin, remove(Kind::Eligible, world.demo)).await;
    assert_eq!(world.request(request.id).await.status, Status::Canceled);
    world.eligible(world.demo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_started_blocks_nobody_although_its_job_has_not_run() {
    let world = World::new().await;
    let later = assign(Kind::Eligible, world.demo).from(NOON + Span::hours(2));
    let request = world.granted(world.admin, later).await;
    world.clock.advance_engine(Span::hours(2));
    let soon = activate(world.demo).from(NOON + Span::hours(3));
    world.granted(world.demo, soon).await;
    assert_eq!(world.request(request.id).await.status, Status::Provisioned);
    assert_eq!(world.later(Span::ZERO).await, 0, "the start was told already");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_no_role_assigns_nothing() {
    let world = World::new().await;
    let asks: [fn(Kind, domain::ids::PrincipalId) -> Ask; 3] = [assign, update, remove];
    for ask in asks {
        for kind in [Kind::Eligible, Kind::Active] {
            let (code, told) = world.told(world.refused(world.demo, ask(kind, world.demo))).await;
            assert_eq!(code, ErrorCode::Unauthorized);
            assert_eq!(told.len(), 1, "one row for the failure: {told:?}");
        }
    }
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM requests").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_in_the_order_of_events() {
    let world = World::new().await;
    for _ in 0..8 {
        let (_, told) = world.told(world.granted(world.admin, assign(Kind::Active, world.demo))).await;
        assert!(told[0].contains("requested") && told[1].contains("completed"), "{told:?}");
        world.granted(world.admin, remove(Kind::Active, world.demo)).await;
    }
}
