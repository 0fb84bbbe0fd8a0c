//! An activation that somebody must approve: who may, until when, and what a yes gives.

use domain::{
    approval::{Answer, StepStatus},
    decide::Refusal,
    error_code::ErrorCode,
    ids::{PrincipalId, RequestId, RoleId},
    policy::{Approver, Policy},
    request::{Expiration, Request, Status},
    role::GLOBAL_ADMINISTRATOR,
    schedule::Kind,
    time::Span,
};
use futures::FutureExt;
use server::{
    engine::{self, EngineError},
    storage::{
        approvals,
        policies::{self, Modified},
        principals,
        request_grids::{self, Reader, Wanted, Which},
        sessions,
    },
};

use crate::world::{But, NOON, ROLE, World, activate, assign, just_before, remove};

/// [`ROLE`] asks for the approval of these; of nobody by name when there are none.
pub async fn guarded_by(world: &World, approvers: Vec<Approver>) {
    let mut policy = Policy::default();
    policy.approval_end_user_assignment.is_approval_required = true;
    policy.approval_end_user_assignment.approvers = approvers;
    set(world, policy).await;
}

pub async fn set(world: &World, policy: Policy) {
    let by = world.admin;
    world
        .change(move |db| {
            let policy = policy.clone();
            async move {
                let version = policies::find(db, ROLE).await?.version;
                let modified = Modified { at: NOON, by };
                policies::put(db, ROLE, &policy, version, modified).await.map(drop)
            }
            .boxed()
        })
        .await;
}

pub async fn answer(
    world: &World,
    by: PrincipalId,
    id: RequestId,
    answer: Answer,
) -> Result<Request, EngineError> {
    let caller = world.caller(by).await;
    engine::review(&world.storage, &world.clock, &caller, id, answer, Some("fine".to_owned())).await
}

pub async fn refusal(world: &World, by: PrincipalId, id: RequestId, what: Answer) -> Refusal {
    match answer(world, by, id, what).await {
        Err(EngineError::Refused(refusal)) => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Demo is eligible and has asked; John approves by name, the team as a group.
pub async fn waiting() -> (World, RequestId) {
    let world = World::new().await;
    guarded_by(&world, vec![Approver::User { id: world.john }]).await;
    world.eligible(world.demo).await;
    let (request, told) = world.told(world.granted(world.demo, activate(world.demo))).await;
    assert_eq!(request.status, Status::PendingApproval);
    assert_eq!((request.target, request.completed_at), (None, None));
    assert_eq!(
        told,
        [
            "Add member to role requested (PIM activation)",
            "Add member to role approval requested (PIM activation)"
        ]
    );
    assert!(!world.has_role(world.demo).await, "asked is not given");
    (world, request.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_starts_at_the_approval_and_runs_the_whole_length() {
    let (world, id) = waiting().await;
    world.later(Span::hours(3)).await;
    let (given, told) = world.told(answer(&world, world.john, id, Answer::Approve)).await;
    assert_eq!(given.unwrap().status, Status::Provisioned);
    assert_eq!(
        told,
        [
            "Add member to role request approved (PIM activation)",
            "Add member to role completed (PIM activation)"
        ]
    );
    assert!(world.has_role(world.demo).await);
    let schedule = world.schedule(id.into()).await.unwrap();
    assert_eq!(schedule.window.end, Some(NOON + Span::hours(4)));
    world.clock.advance_engine(just_before(Span::hours(1)));
    assert!(world.has_role(world.demo).await);
    let (_, told) = world.told(world.later(Span(1))).await;
    assert_eq!(told, ["Remove member from role (PIM activation expired)"]);
    let history = world.history().await;
    let row = history.iter().find(|row| row.activity.contains("approved")).unwrap();
    assert_eq!(row.reason.as_deref(), Some("fine"));
    assert!(format!("{:?}", row.actor).contains("John Doe"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_still_ahead_is_kept() {
    let world = World::new().await;
    guarded_by(&world, Vec::new()).await;
    world.eligible(world.demo).await;
    let ask = activate(world.demo).lasting(Span::minutes(90)).from(NOON + Span::hours(2));
    let id = world.granted(world.demo, ask).await.id;
    let given = answer(&world, world.admin, id, Answer::Approve).await.unwrap();
    assert_eq!(given.status, Status::Granted);
    assert!(!world.has_role(world.demo).await);
    let (_, told) = world.told(world.later(Span::hours(2))).await;
    assert_eq!(told, ["Add member to role completed (PIM activation)"]);
    assert_eq!(world.request(id).await.status, Status::Provisioned);
    let schedule = world.schedule(id.into()).await.unwrap();
    assert_eq!(schedule.window.end, Some(NOON + Span::minutes(210)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_counts_from_the_answer_and_never_outlives_the_eligibility() {
    let world = World::new().await;
    guarded_by(&world, Vec::new()).await;
    let five = Expiration::AfterDateTime(NOON + Span::hours(5));
    world.granted(world.admin, assign(Kind::Eligible, world.demo).ending(five)).await;
    let two = Expiration::AfterDuration(Span::hours(2));
    let id = world.granted(world.demo, activate(world.demo).ending(two)).await.id;
    world.later(Span::hours(4)).await;
    answer(&world, world.admin, id, Answer::Approve).await.unwrap();
    let schedule = world.schedule(id.into()).await.unwrap();
    assert_eq!(schedule.window.end, Some(NOON + Span::hours(5)), "two hours, cut to what is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_asked_by_its_date_stays_and_a_late_yes_gives_nothing() {
    let world = World::new().await;
    guarded_by(&world, Vec::new()).await;
    world.eligible(world.demo).await;
    let two = Expiration::AfterDateTime(NOON + Span::hours(2));
    let id = world.granted(world.demo, activate(world.demo).ending(two)).await.id;
    world.later(Span::hours(1)).await;
    answer(&world, world.admin, id, Answer::Approve).await.unwrap();
    assert_eq!(world.schedule(id.into()).await.unwrap().window.end, Some(NOON + Span::hours(2)));
    world.later(Span::hours(2)).await;
    let five = Expiration::AfterDateTime(NOON + Span::hours(5));
    let id = world.granted(world.demo, activate(world.demo).ending(five)).await.id;
    world.later(Span::hours(2)).await;
    assert_eq!(refusal(&world, world.admin, id, Answer::Approve).await.code, ErrorCode::InvalidSchedule);
    assert_eq!(world.request(id).await.status, Status::Failed);
    assert!(!world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_ends_it_and_the_next_request_is_free() {
    let (world, id) = waiting().await;
    let (denied, told) = world.told(answer(&world, world.john, id, Answer::Deny)).await;
    assert_eq!(denied.unwrap().status, Status::Denied);
    assert_eq!(told, ["Add member to role request denied (PIM activation)"]);
    let late = refusal(&world, world.john, id, Answer::Approve).await;
    assert_eq!(late.code, ErrorCode::ApprovalClosed);
    assert_eq!(late.message, "John Doe has already denied this request");
    assert!(!world.has_role(world.demo).await);
    assert_eq!(world.granted(world.demo, activate(world.demo)).await.status, Status::PendingApproval);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_his_own_request_by_any_road() {
    let (world, id) = waiting().await;
    // By name, as a member, as a holder of a guarded role where nobody is named.
    guarded_by(&world, vec![Approver::User { id: world.demo }, Approver::Group { id: world.team }]).await;
    let own = refusal(&world, world.demo, id, Answer::Approve).await;
    assert_eq!(own.code, ErrorCode::Unauthorized);
    let (team, demo) = (world.team, world.demo);
    world
        .change(move |db| async move { principals::add_member(db, team, demo).await.map(drop) }.boxed())
        .await;
    assert_eq!(refusal(&world, world.demo, id, Answer::Approve).await.code, ErrorCode::Unauthorized);
    guarded_by(&world, Vec::new()).await;
    world.crown(world.demo).await;
    let (own, told) = world.told(refusal(&world, world.demo, id, Answer::Approve)).await;
    assert_eq!(own.message, "nobody can decide his own request");
    assert_eq!(told, ["! Add member to role request approved (PIM activation)"]);
    assert_eq!(world.request(id).await.status, Status::PendingApproval);
    assert!(!world.has_role(world.demo).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_written_down_with_the_window_that_was_asked() {
    let world = World::new().await;
    guarded_by(&world, Vec::new()).await;
    world.eligible(world.demo).await;
    let ask = activate(world.demo).lasting(Span::minutes(90)).from(NOON + Span::hours(2));
    world.granted(world.demo, ask).await;
    let history = world.history().await;
    for part in ["role requested (PIM activation)", "approval requested (PIM activation)"] {
        let row = history.iter().find(|row| row.activity.contains(part)).unwrap();
        let detail =
            |name: &str| row.details.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(detail("StartTime"), Some((NOON + Span::hours(2)).to_string().as_str()));
        assert_eq!(detail("Duration"), Some("PT1H30M"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_decide_is_judged_when_he_does() {
    let (world, id) = waiting().await;
    assert_eq!(refusal(&world, world.admin, id, Answer::Approve).await.code, ErrorCode::Unauthorized);
    // John is taken off the list, and the team put on it: as a member of it he may again.
    guarded_by(&world, vec![Approver::User { id: world.admin }]).await;
    assert_eq!(refusal(&world, world.john, id, Answer::Approve).await.code, ErrorCode::Unauthorized);
    guarded_by(&world, vec![Approver::Group { id: world.team }]).await;
    let mut db = world.storage.read().await.unwrap();
    let roles = approvals::reviewable_roles(&mut db, world.john, NOON).await.unwrap();
    assert_eq!(roles, [ROLE]);
    let request = world.request(id).await;
    assert!(approvals::may_review(&mut db, world.john, &request, NOON).await.unwrap());
    assert!(!approvals::may_review(&mut db, world.demo, &request, NOON).await.unwrap());
    drop(db);
    let (team, john) = (world.team, world.john);
    world
        .change(move |db| async move { principals::remove_member(db, team, john).await.map(drop) }.boxed())
        .await;
    assert_eq!(refusal(&world, world.john, id, Answer::Approve).await.code, ErrorCode::Unauthorized);
    world
        .change(move |db| async move { principals::add_member(db, team, john).await.map(drop) }.boxed())
        .await;
    answer(&world, world.john, id, Answer::Approve).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_group_that_made_him_eligible_gets_nothing_of_what_he_asked() {
    let world = World::new().await;
    guarded_by(&world, vec![Approver::User { id: world.admin }]).await;
    world.eligible(world.team).await;
    let (team, john) = (world.team, world.john);
    let id = world.granted(john, activate(john)).await.id;
    world
        .change(move |db| async move { principals::remove_member(db, team, john).await.map(drop) }.boxed())
        .await;
    let late = refusal(&world, world.admin, id, Answer::Approve).await;
    assert_eq!(late.code, ErrorCode::PolicyValidationFailed);
    assert_eq!(world.request(id).await.status, Status::Failed);
    // Back in the group he has nothing either: what failed is over.
    world
        .change(move |db| async move { principals::add_member(db, team, john).await.map(drop) }.boxed())
        .await;
    assert!(!world.has_role(john).await);
    assert_eq!(refusal(&world, world.admin, id, Answer::Approve).await.code, ErrorCode::ApprovalClosed);
}

#[tokio::test(flavor = "multi_thread")]
async fn approvers_who_are_all_gone_hand_nothing_on() {
    let (world, id) = waiting().await;
    // The group that was named is deleted: its members of then may not, nor may who approves where nobody is named.
    guarded_by(&world, vec![Approver::Group { id: world.team }]).await;
    let team = world.team;
    world.change(move |db| async move { principals::delete(db, team, NOON).await }.boxed()).await;
    for nobody in [world.john, world.admin, world.demo] {
        assert_eq!(refusal(&world, nobody, id, Answer::Approve).await.code, ErrorCode::Unauthorized);
    }
    assert_eq!(world.request(id).await.status, Status::PendingApproval);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_named_the_guarded_roles_approve() {
    let (world, id) = waiting().await;
    guarded_by(&world, Vec::new()).await;
    assert_eq!(refusal(&world, world.john, id, Answer::Approve).await.code, ErrorCode::Unauthorized);
    let mut db = world.storage.read().await.unwrap();
    let all: Vec<RoleId> = approvals::reviewable_roles(&mut db, world.admin, NOON).await.unwrap();
    assert!(all.contains(&ROLE) && all.contains(&GLOBAL_ADMINISTRATOR));
    drop(db);
    answer(&world, world.admin, id, Answer::Approve).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_says_why() {
    let (world, id) = waiting().await;
    let caller = world.caller(world.john).await;
    for (reason, message) in [(None, "Justification is required"), (Some(" "), "Justification is required")] {
        let reason = reason.map(str::to_owned);
        let refused =
            engine::review(&world.storage, &world.clock, &caller, id, Answer::Approve, reason).await;
        let Err(EngineError::Refused(refusal)) = refused else { panic!("{refused:?}") };
        assert_eq!((refusal.code, refusal.message.as_str()), (ErrorCode::InvalidRequest, message));
        assert_eq!(refusal.field("justification").unwrap().allowed, "1 to 500 characters");
    }
    let long = Some("x".repeat(501));
    let refused = engine::review(&world.storage, &world.clock, &caller, id, Answer::Deny, long).await;
    assert!(matches!(refused, Err(EngineError::Refused(_))), "{refused:?}");
    assert_eq!(world.request(id).await.status, Status::PendingApproval);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_without_an_answer_it_is_over() {
    let (world, id) = waiting().await;
    world.later(just_before(Span::hours(24))).await;
    assert_eq!(world.request(id).await.status, Status::PendingApproval);
    // Over at the instant, although no job has run.
    world.clock.advance_engine(Span(1));
    let late = refusal(&world, world.john, id, Answer::Approve).await;
    assert_eq!(late.code, ErrorCode::ApprovalClosed);
    assert!(late.message.contains("`TimedOut`"), "{}", late.message);
    let (_, told) = world.told(world.later(Span::ZERO)).await;
    assert_eq!(told, ["PIM activation request expired"]);
    assert_eq!(world.request(id).await.status, Status::TimedOut);
    let mut db = world.storage.read().await.unwrap();
    let approval = approvals::find(&mut db, id).await.unwrap().unwrap();
    assert_eq!((approval.status, approval.review), (StepStatus::Expired, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_timed_out_blocks_nobody_and_cannot_be_cancelled() {
    let (world, id) = waiting().await;
    world.clock.advance_engine(Span::hours(24));
    let (again, told) = world.told(world.granted(world.demo, activate(world.demo))).await;
    assert_eq!(again.status, Status::PendingApproval);
    assert_eq!(
        told,
        [
            "PIM activation request expired",
            "Add member to role requested (PIM activation)",
            "Add member to role approval requested (PIM activation)"
        ]
    );
    assert_eq!(world.request(id).await.status, Status::TimedOut);
    world.clock.advance_engine(Span::hours(24));
    let (refused, told) = world.told(world.cancel(world.demo, again.id)).await;
    assert_eq!(crate::world::code(refused), ErrorCode::NotCancellable);
    assert_eq!(told, ["PIM activation request expired", "! Add member to role canceled (PIM activation)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_requestor_or_an_administrator_withdraws_it() {
    for by_administrator in [false, true] {
        let (world, id) = waiting().await;
        let by = if by_administrator { world.admin } else { world.demo };
        let (done, told) = world.told(world.cancel(by, id)).await;
        done.unwrap();
        assert_eq!(told, ["Add member to role canceled (PIM activation)"]);
        let late = refusal(&world, world.john, id, Answer::Approve).await;
        assert!(late.message.contains("`Canceled`"), "{}", late.message);
        assert_eq!(world.later(Span::hours(25)).await, 0, "no time-out is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_what_cannot_be_given_any_more_fails_the_request() {
    let (world, id) = waiting().await;
    world.later(Span::minutes(5)).await;
    world.granted(world.admin, remove(Kind::Eligible, world.demo)).await;
    let (refused, told) = world.told(refusal(&world, world.john, id, Answer::Approve)).await;
    assert_eq!(refused.code, ErrorCode::PolicyValidationFailed);
    assert_eq!(
        told,
        [
            "Add member to role request approved (PIM activation)",
            "! Add member to role completed (PIM activation)"
        ]
    );
    assert_eq!(world.request(id).await.status, Status::Failed);
    assert!(!world.has_role(world.demo).await);

    // Whoever asked, and whoever approved, reads why.
    let wanted = Wanted::all(Which::One(id));
    let reader = Reader { id: world.demo, manages: false };
    let mut db = world.storage.read().await.unwrap();
    let rows = request_grids::page(&mut db, &wanted, reader, world.clock.engine()).await.unwrap();
    let why = "There is no eligible assignment at the start of the activation";
    assert_eq!(rows[0].failure.as_deref(), Some(why));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stricter_policy_leaves_what_waits_alone() {
    let (world, id) = waiting().await;
    let mut policy = Policy::default();
    policy.approval_end_user_assignment.approvers = vec![Approver::User { id: world.john }];
    policy.expiration_end_user_assignment.maximum_duration = Span::minutes(30);
    policy.enablement_end_user_assignment.ticketing = true;
    set(&world, policy).await;
    answer(&world, world.john, id, Answer::Approve).await.unwrap();
    assert_eq!(world.schedule(id.into()).await.unwrap().window.length(), Some(Span::hours(1)));
}

/// Sixty-four clients at the same instant: one outcome, told once, and every refusal told too.
#[tokio::test(flavor = "multi_thread")]
async fn approve_deny_and_cancel_race_for_one_outcome() {
    for round in 0..4_u64 {
        let (world, id) = waiting().await;
        let before = world.history().await.len();
        let racers = (0..64_u64).map(|n| {
            let world = world.clone();
            tokio::spawn(async move {
                match (n + round) % 3 {
                    0 => answer(&world, world.john, id, Answer::Approve).await.map(|_| Status::Provisioned),
                    1 => answer(&world, world.john, id, Answer::Deny).await.map(|_| Status::Denied),
                    _ => world.cancel(world.demo, id).await.map(|()| Status::Canceled),
                }
            })
        });
        let mut won = Vec::new();
        for racer in futures::future::join_all(racers).await {
            won.extend(racer.unwrap().ok());
        }
        assert_eq!(won.len(), 1, "{won:?}");
        assert_eq!(world.request(id).await.status, won[0]);
        assert_eq!(world.has_role(world.demo).await, won[0] == Status::Provisioned);
        // Each loser has its row; the winner one, or two when it gave the right.
        let told = world.history().await.len() - before;
        assert_eq!(told, 64 + usize::from(won[0] == Status::Provisioned));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_ask_at_once_make_one_request() {
    let world = World::new().await;
    guarded_by(&world, Vec::new()).await;
    world.eligible(world.demo).await;
    let racers = (0..64).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.submit(world.demo, activate(world.demo)).await.is_ok() })
    });
    let won =
        futures::future::join_all(racers).await.into_iter().filter(|won| *won.as_ref().unwrap()).count();
    assert_eq!(won, 1);
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM requests WHERE status = 'PendingApproval'").await, 1);
    let refused = world.history().await.into_iter().filter(|r| r.outcome == domain::audit::Outcome::Failure);
    assert_eq!(refused.count(), 63);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_account_is_disabled_or_session_ended_meanwhile_neither_approves_nor_asks() {
    let (world, id) = waiting().await;
    let (john, demo) = (world.caller(world.john).await, world.caller(world.demo).await);
    let (disabled, gone) = (world.john, world.demo);
    world
        .change(move |db| {
            async move {
                let found = principals::find(db, disabled).await?.unwrap();
                principals::update(db, &principals::Principal { enabled: false, ..found }).await?;
                sessions::end_all(db, gone, None).await.map(drop)
            }
            .boxed()
        })
        .await;
    let before = world.history().await.len();
    let given =
        engine::review(&world.storage, &world.clock, &john, id, Answer::Approve, Some("fine".into())).await;
    assert!(matches!(given, Err(EngineError::SignedOut)), "{given:?}");
    let asked = engine::submit(&world.storage, &world.clock, &demo, activate(world.demo), None).await;
    assert!(matches!(asked, Err(EngineError::SignedOut)), "{asked:?}");
    let gone = engine::cancel(&world.storage, &world.clock, &demo, id).await;
    assert!(matches!(gone, Err(EngineError::SignedOut)), "{gone:?}");
    assert_eq!(world.history().await.len(), before);
    assert_eq!(world.request(id).await.status, Status::PendingApproval);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_no_request_is_written_down() {
    let (world, _) = waiting().await;
    let nothing = RequestId(server::ids::fresh());
    let refusal = refusal(&world, world.john, nothing, Answer::Approve).await;
    assert_eq!(refusal.code, ErrorCode::NotFound);
    let history = world.history().await;
    let row = history.iter().find(|row| row.outcome == domain::audit::Outcome::Failure).unwrap();
    assert_eq!(row.targets[0].id, nothing.to_string());
}
