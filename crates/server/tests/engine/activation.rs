//! Eligible, active, over.

use domain::{
    error_code::ErrorCode,
    request::{Expiration, Status},
    schedule::Kind,
    time::Span,
};

use crate::world::{But, NOON, ROLE, World, activate, assign, code, deactivate, just_before, remove, update};

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_holds_from_its_start_until_just_before_its_end() {
    let world = World::new().await;
    let (refused, told) = world.told(world.refused(world.demo, activate(world.demo))).await;
    assert_eq!(refused, ErrorCode::PolicyValidationFailed);
    assert_eq!(told, ["! Add member to role requested (PIM activation)"]);
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM requests").await, 0);

    let (_, told) = world.told(world.eligible(world.demo)).await;
    assert_eq!(
        told,
        [
            "Add eligible member to role in PIM requested (timebound)",
            "Add eligible member to role in PIM completed (timebound)"
        ]
    );
    assert!(!world.has_role(world.demo).await, "eligible is not active");

    let (request, told) = world.told(world.granted(world.demo, activate(world.demo))).await;
    assert_eq!(request.status, Status::Provisioned);
    assert_eq!(
        told,
        ["Add member to role requested (PIM activation)", "Add member to role completed (PIM activation)"]
    );
    assert!(world.has_role(world.demo).await);

    // The right stops at its end, although no job has run.
    world.clock.advance_engine(just_before(Span::hours(1)));
    assert!(world.has_role(world.demo).await);
    world.clock.advance_engine(Span(1));
    assert!(!world.has_role(world.demo).await);
    let (_, told) = world.told(world.later(Span::ZERO)).await;
    assert_eq!(told, ["Remove member from role (PIM activation expired)"]);
    assert_eq!(world.request(request.id).await.status, Status::Provisioned, "a request keeps its status");
    world.granted(world.demo, activate(world.demo)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_names_actor_target_reason_and_both_values() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let request = world.granted(world.demo, activate(world.demo)).await;
    let history = world.history().await;
    let row = history.last().unwrap();
    assert_eq!(row.correlation, request.id.to_string());
    assert_eq!(row.reason.as_deref(), Some("because"));
    assert!(format!("{:?}", row.actor).contains("Demo User"));
    assert_eq!(row.targets[0].id, ROLE.to_string());
    assert_eq!(row.targets[1].id, world.demo.to_string());
    let end = row.targets[0].changes.iter().find(|change| change.name == "EndTime").unwrap();
    assert_eq!((end.before.as_deref(), end.after.clone()), (None, Some((NOON + Span::hours(1)).to_string())));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_is_given_back_after_five_minutes() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    world.clock.advance_engine(just_before(Span::minutes(5)));
    let early = world.refused(world.demo, deactivate(world.demo)).await;
    assert_eq!(early, ErrorCode::ActiveDurationTooShort);
    world.clock.advance_engine(Span(1));
    let (request, told) = world.told(world.granted(world.demo, deactivate(world.demo))).await;
    assert_eq!(request.status, Status::Revoked);
    assert_eq!(
        told,
        [
            "Remove member from role requested (PIM deactivate)",
            "Remove member from role completed (PIM deactivate)"
        ]
    );
    assert!(!world.has_role(world.demo).await);
    assert_eq!(world.later(Span::hours(2)).await, 0, "its end is no job any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_activation_starts_by_itself() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let start = NOON + Span::hours(2);
    let (request, told) = world.told(world.granted(world.demo, activate(world.demo).from(start))).await;
    assert_eq!((request.status, request.completed_at), (Status::Granted, Some(start)));
    assert_eq!(told, ["Add member to role requested (PIM activation)"]);
    let twin = world.refused(world.demo, activate(world.demo).from(start + Span::hours(3))).await;
    assert_eq!(twin, ErrorCode::PendingRoleAssignmentRequest);

    assert_eq!(world.later(just_before(Span::hours(2))).await, 0);
    assert!(!world.has_role(world.demo).await);
    let (_, told) = world.told(world.later(Span(1))).await;
    assert_eq!(told, ["Add member to role completed (PIM activation)"]);
    assert!(world.has_role(world.demo).await);
    assert_eq!(world.request(request.id).await.status, Status::Provisioned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_activation_is_withdrawn_before_it_starts_and_not_after() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let later = |hours| activate(world.demo).from(world.clock.engine() + Span::hours(hours));
    let first = world.granted(world.demo, later(2)).await;
    assert_eq!(code(world.cancel(world.john, first.id).await), ErrorCode::NotFound);
    let (done, told) = world.told(world.cancel(world.demo, first.id)).await;
    done.unwrap();
    assert_eq!(told, ["Add member to role canceled (PIM activation)"]);
    assert_eq!(world.request(first.id).await.status, Status::Canceled);
    assert_eq!(code(world.cancel(world.demo, first.id).await), ErrorCode::NotCancellable);
    assert_eq!(world.later(Span::hours(4)).await, 0);
    assert!(!world.has_role(world.demo).await);

    let second = world.granted(world.demo, later(1)).await;
    // It is in force, although the job that tells so has not run.
    world.clock.advance_engine(Span::hours(1));
    assert!(world.has_role(world.demo).await);
    assert_eq!(code(world.cancel(world.demo, second.id).await), ErrorCode::NotCancellable);
    assert!(world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_never_outlives_its_eligibility() {
    let world = World::new().await;
    world.granted(world.admin, assign(Kind::Eligible, world.demo).lasting(Span::hours(2))).await;
    let request = world.granted(world.demo, activate(world.demo).lasting(Span::hours(8))).await;
    let schedule = world.schedule(request.id.into()).await.unwrap();
    assert_eq!(schedule.window.end, Some(NOON + Span::hours(2)));

    let sooner = Expiration::AfterDateTime(NOON + Span::hours(1));
    world.granted(world.admin, update(Kind::Eligible, world.demo).ending(sooner)).await;
    let schedule = world.schedule(request.id.into()).await.unwrap();
    assert_eq!(schedule.window.end, Some(NOON + Span::hours(1)));
    world.later(Span::hours(1)).await;
    assert!(!world.has_role(world.demo).await);
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM jobs").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_the_eligibility_ends_what_was_activated() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    world.granted(world.admin, remove(Kind::Eligible, world.demo)).await;
    assert!(!world.has_role(world.demo).await);
    let again = world.refused(world.demo, activate(world.demo)).await;
    assert_eq!(again, ErrorCode::PolicyValidationFailed);
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_the_activation_leaves_the_eligibility() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    world.granted(world.admin, remove(Kind::Active, world.demo)).await;
    assert!(!world.has_role(world.demo).await);
    world.granted(world.demo, activate(world.demo)).await;
    assert!(world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_activates_what_his_group_may_and_for_himself_alone() {
    let world = World::new().await;
    world.eligible(world.team).await;
    world.granted(world.john, activate(world.john)).await;
    assert!(world.has_role(world.john).await);
    assert!(!world.has_role(world.demo).await);
    let stranger = world.refused(world.demo, activate(world.demo)).await;
    assert_eq!(stranger, ErrorCode::PolicyValidationFailed);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_activates_for_somebody_else() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let (code, told) = world.told(world.refused(world.admin, activate(world.demo))).await;
    assert_eq!(code, ErrorCode::Unauthorized);
    assert_eq!(told, ["! Add member to role requested (PIM activation)"]);
}
