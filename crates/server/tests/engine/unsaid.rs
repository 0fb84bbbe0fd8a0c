//! What happened before any job has said so is told all the same, when somebody's act comes first.

use domain::{error_code::ErrorCode, ids::RequestId, request::Status, schedule::Kind, time::Span};
use server::ids;

use crate::world::{But, NOON, World, activate, code, remove};

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_what_is_not_there_is_written_down() {
    let world = World::new().await;
    let nothing = RequestId(ids::fresh());
    let (refused, told) = world.told(world.cancel(world.demo, nothing)).await;
    assert_eq!(code(refused), ErrorCode::NotFound);
    assert_eq!(told, ["! Cancel request"]);
    let row = world.history().await.pop().unwrap();
    assert_eq!(row.targets[0].id, nothing.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_members_activation_that_had_begun_is_completed_before_its_eligibility_is_removed() {
    let world = World::new().await;
    world.eligible(world.team).await;
    let waiting = world.granted(world.john, activate(world.john).from(NOON + Span::hours(1))).await;
    world.clock.advance_engine(Span::minutes(61));
    let (done, told) = world.told(world.submit(world.admin, remove(Kind::Eligible, world.team))).await;
    done.unwrap();
    assert_eq!(
        told,
        [
            "Add member to role completed (PIM activation)",
            "Remove eligible member from role in PIM requested (timebound)",
            "Remove eligible member from role in PIM completed (timebound)",
            "Remove member from role in PIM completed (timebound)",
        ]
    );
    assert_eq!(world.request(waiting.id).await.status, Status::Provisioned);
    assert_eq!(world.later(Span::days(400)).await, 0, "no job is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_overdue_keeps_when_it_was_due_and_when_it_was_carried_out() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    world.clock.advance_engine(Span::hours(30));
    let ((), told) = world.told(world.delete(world.demo)).await;
    let over = "Remove member from role (PIM activation expired)";
    assert!(told.iter().any(|row| row == over), "{told:?}");
    let history = world.history().await;
    let row = history.iter().find(|row| row.activity == over).unwrap();
    let detail = |name: &str| row.details.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    assert_eq!(detail("Due"), detail("ExpirationTime"));
    assert_eq!(detail("Processed"), Some(world.clock.engine().to_string()));
    assert_ne!(detail("Due"), detail("Processed"));
    assert_eq!(world.later(Span::days(400)).await, 0, "no job is left");
}
