//! What happens to rights when a person goes or leaves a group.

use domain::{
    ids::AuditId,
    policy::{Approver, Policy},
    request::Status,
    role::GLOBAL_ADMINISTRATOR,
    schedule::Kind,
    time::Span,
};
use futures::FutureExt;
use server::{
    engine::{end_through_group, keeps_guarded_roles},
    ids,
    storage::{
        StorageError,
        policies::{self, Modified},
        principals, protection,
    },
};

use crate::world::{But, NOON, ROLE, World, activate, assign};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_person_keeps_nothing() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    world.granted(world.demo, activate(world.demo)).await;
    let later = assign(Kind::Active, world.demo).on(GLOBAL_ADMINISTRATOR).from(NOON + Span::hours(2));
    let waiting = world.granted(world.admin, later).await;
    let ((), mut told) = world.told(world.delete(world.demo)).await;
    told.sort();
    assert_eq!(
        told,
        [
            "Remove eligible member from role in PIM completed (timebound)",
            "Remove member from role in PIM completed (permanent)",
            "Remove member from role in PIM completed (timebound)",
        ]
    );
    assert!(!world.has_role(world.demo).await);
    assert_eq!(world.request(waiting.id).await.status, Status::Canceled);
    assert_eq!(world.later(Span::days(400)).await, 0, "no job is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_group_loses_what_he_activated_through_it_at_once() {
    let world = World::new().await;
    world.eligible(world.team).await;
    world.granted(world.john, activate(world.john)).await;
    let (caller, base) = (world.caller(world.admin).await, AuditId(ids::fresh()));
    let (team, john) = (world.team, world.john);
    let left: Result<(), StorageError> = world
        .storage
        .write(move |unit| {
            let caller = caller.clone();
            async move {
                principals::remove_member(unit.db(), team, john).await?;
                let rows = end_through_group(unit.db(), team, john, &caller, base, NOON).await?;
                assert_eq!(rows.len(), 1);
                unit.commit(&rows, ()).await
            }
            .boxed()
        })
        .await;
    left.unwrap();
    assert!(!world.has_role(world.john).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_that_is_gone_gives_nothing_although_no_row_was_ended() {
    let world = World::new().await;
    world.eligible(world.team).await;
    world.granted(world.john, activate(world.john)).await;
    let (team, john) = (world.team, world.john);
    world
        .change(move |db| async move { principals::remove_member(db, team, john).await.map(drop) }.boxed())
        .await;
    assert!(!world.has_role(world.john).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_holder_of_a_guarded_role_is_named() {
    let world = World::new().await;
    let guarded = async |id| {
        let mut db = world.storage.read().await.unwrap();
        let person = principals::find(&mut db, id).await.unwrap().unwrap().facts();
        keeps_guarded_roles(&mut db, person, NOON).await.unwrap()
    };
    assert_eq!(guarded(world.admin).await, Some("Global Administrator"));
    assert_eq!(guarded(world.demo).await, None);
    world.crown(world.demo).await;
    assert_eq!(guarded(world.admin).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_protected_people_says_of_each_what_is_said_of_one() {
    let world = World::new().await;
    let mut db = world.storage.read().await.unwrap();
    let plain = protection::protected(&mut db, NOON).await.unwrap();
    assert!(plain[&world.admin].privileged && !plain.contains_key(&world.demo));
    drop(db);
    world.eligible(world.team).await;
    let mut policy = Policy::default();
    policy.approval_end_user_assignment.approvers =
        vec![Approver::User { id: world.demo }, Approver::Group { id: world.team }];
    let modified = Modified { at: NOON, by: world.admin };
    world
        .change(move |db| {
            let (policy, modified) = (policy.clone(), modified);
            async move { policies::put(db, ROLE, &policy, 0, modified).await.map(drop) }.boxed()
        })
        .await;
    let mut db = world.storage.read().await.unwrap();
    let all = protection::protected(&mut db, NOON).await.unwrap();
    for id in [world.admin, world.demo, world.john, world.team] {
        let one = protection::person_facts(&mut db, id, NOON).await.unwrap();
        assert_eq!(all.get(&id).copied().unwrap_or_default(), one, "{id}");
    }
    assert!(
        all[&world.john].in_role_assignable_group && all[&world.john].approver && all[&world.demo].approver
    );
}
