//! What each act puts into the outbox, and what a decision takes out of it again.

use domain::{
    approval::Answer,
    ids::{PrincipalId, RequestId},
    notice::Notice,
    policy::{Approver, NotificationLevel, Policy},
    role::GLOBAL_ADMINISTRATOR,
    schedule::Kind,
    time::{Instant, Span},
};
use futures::FutureExt;
use server::{
    mail::{Surroundings, compose},
    storage::{
        StorageError,
        mails::{self, Settled, State},
        principals,
    },
};

use crate::{
    approval::{answer, guarded_by, set},
    world::{But, NOON, World, activate, assign, deactivate, remove, update},
};

/// The mails about a request as `notice name`, those that were withdrawn in brackets.
async fn told(world: &World, id: RequestId) -> Vec<String> {
    let names = [(world.admin, "admin"), (world.demo, "demo"), (world.john, "john")];
    let mut db = world.storage.read().await.unwrap();
    let mails = mails::of_request(&mut db, id).await.unwrap();
    mails
        .iter()
        .map(|mail| {
            let name = |(id, _): &&(PrincipalId, &str)| Some(*id) == mail.recipient.principal;
            let name = names.iter().find(name).map_or(mail.recipient.address.as_str(), |(_, name)| name);
            let text = format!("{} {name}", mail.notice.as_str());
            if mail.state == State::Withdrawn { format!("({text})") } else { text }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_its_change_and_its_end_are_told_to_the_assignee_and_the_other_administrators() {
    let world = World::new().await;
    world.crown(world.john).await;
    for (kind, word) in [(Kind::Eligible, "assignedEligible"), (Kind::Active, "assignedActive")] {
        let lasting = assign(kind, world.demo).lasting(Span::days(30));
        let request = world.granted(world.admin, lasting).await;
        assert_eq!(told(&world, request.id).await, [format!("{word} demo"), format!("{word} john")]);
        let shorter = update(kind, world.demo).lasting(Span::days(3));
        let request = world.granted(world.admin, shorter).await;
        assert_eq!(told(&world, request.id).await, ["updated demo", "updated john"]);
        let request = world.granted(world.john, remove(kind, world.demo)).await;
        assert_eq!(told(&world, request.id).await, ["removed demo", "removed admin"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_the_requestors_address_is_not_asked_to_approve() {
    let world = World::new().await;
    let (demo, john, admin) = (world.demo, world.john, world.admin);
    guarded_by(&world, [demo, john, admin].map(|id| Approver::User { id }).to_vec()).await;
    world.eligible(demo).await;
    world
        .change(move |db| {
            async move {
                for id in [demo, john] {
                    let account = principals::find(db, id).await?.unwrap();
                    let mail = Some("Both@Pimlico.example".to_owned());
                    principals::update(db, &principals::Principal { mail, ..account }).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await;
    let request = world.granted(demo, activate(demo)).await;
    assert_eq!(told(&world, request.id).await, ["approvalAsked admin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_cannot_be_read_keeps_no_other_from_leaving() {
    let world = World::new().await;
    let spoilt = world.granted(world.admin, assign(Kind::Eligible, world.demo)).await;
    world
        .change(|db| {
            async move { db.execute("UPDATE mails SET content = '?'", Vec::new()).await.map(drop) }.boxed()
        })
        .await;
    let fine = world.granted(world.admin, assign(Kind::Eligible, world.john)).await;
    let wall = world.clock.wall();
    let claimed: Result<_, StorageError> = world
        .storage
        .write(move |unit| {
            async move {
                let claimed = mails::claim(unit.db(), wall, Span::minutes(1), 16).await?;
                Ok(unit.commit_without_audit(claimed))
            }
            .boxed()
        })
        .await;
    let claimed: Vec<_> = claimed.unwrap().into_iter().map(|mail| mail.request.unwrap()).collect();
    assert!(!claimed.is_empty() && claimed.iter().all(|id| *id == fine.id), "{claimed:?}");
    let refused =
        format!("SELECT COUNT(*) AS n FROM mails WHERE request_id = '{}' AND state = 'refused'", spoilt.id);
    assert!(world.count(&refused).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_hears_of_its_assignment_as_its_members() {
    let world = World::new().await;
    let request = world.granted(world.admin, assign(Kind::Eligible, world.team)).await;
    assert_eq!(told(&world, request.id).await, ["assignedEligible john"]);
    let mut db = world.storage.read().await.unwrap();
    let mail = mails::of_request(&mut db, request.id).await.unwrap().remove(0);
    assert_eq!(mail.subject, "PIM: Team was permanently assigned the User Administrator role (eligible)");
    assert_eq!(
        (mail.content.by.as_deref(), mail.content.reason.as_deref()),
        (Some("Admin"), Some("because"))
    );
    assert_eq!(mail.content.user_principal_name, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_is_told_when_it_begins_and_giving_it_back_to_nobody() {
    let world = World::new().await;
    world.eligible(world.demo).await;
    let later = world.granted(world.demo, activate(world.demo).from(NOON + Span::hours(1))).await;
    assert_eq!(told(&world, later.id).await, [""; 0]);
    world.later(Span::hours(1)).await;
    assert_eq!(told(&world, later.id).await, ["activated demo", "activated admin"]);
    world.later(Span::minutes(10)).await;
    let given_back = world.granted(world.demo, deactivate(world.demo)).await;
    assert_eq!(told(&world, given_back.id).await, [""; 0]);
    let now = world.granted(world.demo, activate(world.demo)).await;
    assert_eq!(told(&world, now.id).await, ["activated demo", "activated admin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn approvers_are_asked_and_told_who_decided() {
    let world = World::new().await;
    guarded_by(&world, vec![Approver::Group { id: world.team }, Approver::User { id: world.admin }]).await;
    world.eligible(world.demo).await;
    let id = world.granted(world.demo, activate(world.demo)).await.id;
    assert_eq!(told(&world, id).await, ["approvalAsked admin", "approvalAsked john"]);
    answer(&world, world.john, id, Answer::Approve).await.unwrap();
    assert_eq!(
        told(&world, id).await,
        [
            "activated demo",
            "activated admin",
            "(approvalAsked admin)",
            "(approvalAsked john)",
            "approved demo",
            "approved admin"
        ],
        "what nobody has to answer any more does not leave"
    );
    let mut db = world.storage.read().await.unwrap();
    let mails = mails::of_request(&mut db, id).await.unwrap();
    let approved = mails.iter().find(|mail| mail.notice == Notice::Approved).unwrap();
    assert_eq!(approved.content.decision.as_deref(), Some("fine"));
    assert_eq!(approved.content.by.as_deref(), Some("John Doe"));
    assert_eq!(approved.content.length, Some(Span::hours(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_a_time_out_and_a_withdrawal_are_told_to_the_requestor() {
    let world = World::new().await;
    guarded_by(&world, Vec::new()).await;
    world.crown(world.john).await;
    world.eligible(world.demo).await;
    let id = world.granted(world.demo, activate(world.demo)).await.id;
    answer(&world, world.john, id, Answer::Deny).await.unwrap();
    let told_of = |all: Vec<String>| -> Vec<String> {
        all.into_iter().filter(|one| !one.contains("approvalAsked")).collect()
    };
    assert_eq!(told_of(told(&world, id).await), ["denied demo", "denied admin"]);

    let id = world.granted(world.demo, activate(world.demo)).await.id;
    world.later(Span::hours(24)).await;
    assert_eq!(told_of(told(&world, id).await), ["timedOut demo"]);

    let id = world.granted(world.demo, activate(world.demo)).await.id;
    world.cancel(world.admin, id).await.unwrap();
    assert_eq!(told_of(told(&world, id).await), ["canceled demo"]);

    let id = world.granted(world.demo, activate(world.demo)).await.id;
    world.cancel(world.demo, id).await.unwrap();
    assert_eq!(told(&world, id).await, ["(approvalAsked admin)", "(approvalAsked john)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_comes_too_late_is_told_to_the_requestor_with_the_reason() {
    let world = World::new().await;
    guarded_by(&world, vec![Approver::User { id: world.john }]).await;
    world.eligible(world.demo).await;
    let id = world.granted(world.demo, activate(world.demo)).await.id;
    world.later(Span::minutes(5)).await;
    world.granted(world.admin, remove(Kind::Eligible, world.demo)).await;
    answer(&world, world.john, id, Answer::Approve).await.unwrap_err();
    assert_eq!(told(&world, id).await, ["(approvalAsked john)", "failed demo"]);
    let mut db = world.storage.read().await.unwrap();
    let mail = mails::of_request(&mut db, id).await.unwrap().pop().unwrap();
    let around =
        Surroundings { public_url: "https://pim.example".into(), tenant: "Example".into(), zone: None };
    let composed = compose(&mail, &around);
    assert_eq!(
        composed.subject,
        "PIM: The request from Demo User to activate the User Administrator role failed"
    );
    let why = mail.content.failure.unwrap();
    assert!(why.contains("eligible"), "{why}");
    for text in [&composed.text, &composed.html] {
        assert!(text.contains(why.trim_end_matches('.')) && text.contains("John Doe"), "{text}");
    }
    assert_eq!(composed.path, "/my-requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slots_of_the_role_say_who_is_told() {
    let world = World::new().await;
    let mut policy = Policy::default();
    policy.notifications[6].recipients = vec!["soc@example.org".into()];
    policy.notifications[6].is_default_recipients_enabled = false;
    policy.notifications[7].level = NotificationLevel::Critical;
    set(&world, policy).await;
    world.eligible(world.demo).await;
    let request = world.granted(world.demo, activate(world.demo)).await;
    assert_eq!(told(&world, request.id).await, ["activated soc@example.org"]);
    // Another role keeps its own slots.
    let other = activate(world.demo).on(GLOBAL_ADMINISTRATOR);
    world.granted(world.admin, assign(Kind::Eligible, world.demo).on(GLOBAL_ADMINISTRATOR)).await;
    let request = world.granted(world.demo, other).await;
    assert_eq!(told(&world, request.id).await, ["activated demo", "activated admin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_tells_nobody() {
    let world = World::new().await;
    world.refused(world.demo, activate(world.demo)).await;
    assert_eq!(world.count("SELECT COUNT(*) AS n FROM mails").await, 0);
}

/// Takes what is due, and says what became of each; leaves it under way where nothing is said.
async fn carried(world: &World, became: Option<State>) {
    let wall = world.clock.wall();
    world
        .change(move |db| {
            async move {
                for mail in mails::claim(db, wall, mails::LEASE, 16).await? {
                    if let Some(state) = became {
                        mails::settle(db, &mail.id, &settled(state, wall)).await?;
                    }
                }
                Ok(())
            }
            .boxed()
        })
        .await;
}

fn settled(state: State, wall: Instant) -> Settled {
    let done_at = (state != State::Queued).then_some(NOON);
    Settled { state, words: None, done_at, first_tried: wall, next: wall + Span::minutes(1) }
}

/// Whether a mail could leave now, and whether one could five minutes later.
async fn leaves(world: &World) -> (bool, bool) {
    let wall = world.clock.wall();
    let mut db = world.storage.read().await.unwrap();
    let now = mails::is_due(&mut db, wall).await.unwrap();
    (now, mails::is_due(&mut db, wall + Span::minutes(5)).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_withdraws_and_asks_again_reaches_an_approver_once_in_five_minutes() {
    let world = World::new().await;
    guarded_by(&world, vec![Approver::User { id: world.admin }]).await;
    world.eligible(world.demo).await;
    carried(&world, Some(State::Sent)).await;
    let ask = async || world.granted(world.demo, activate(world.demo)).await.id;
    let withdraw = async |id| world.cancel(world.demo, id).await.unwrap();

    // One that was withdrawn before it left told nobody.
    withdraw(ask().await).await;
    let id = ask().await;
    assert_eq!(leaves(&world).await, (true, true));

    carried(&world, Some(State::Sent)).await;
    withdraw(id).await;
    let id = ask().await;
    assert_eq!(leaves(&world).await, (false, true), "the next one waits");
    let mut db = world.storage.read().await.unwrap();
    let words = mails::of_request(&mut db, id).await.unwrap().remove(0).words.unwrap();
    assert!(words.contains("within the last five minutes"), "{words}");
    drop(db);
    withdraw(id).await;
    assert_eq!(leaves(&world).await, (false, false), "what was withdrawn meanwhile never leaves");

    // Another person's request reaches him all the same, and so does this one after five minutes.
    world.eligible(world.john).await;
    carried(&world, Some(State::Sent)).await;
    let johns = world.granted(world.john, activate(world.john)).await.id;
    assert_eq!(leaves(&world).await, (true, true));
    world.cancel(world.john, johns).await.unwrap();
    world.later(Span(Span::minutes(5).0 + 1)).await;
    let id = ask().await;
    assert_eq!(leaves(&world).await, (true, true));

    // One that is under way when it is withdrawn may have reached him; one that failed then has not.
    carried(&world, None).await;
    withdraw(id).await;
    let again = ask().await;
    assert_eq!(leaves(&world).await, (false, true));
    withdraw(again).await;
    let wall = world.clock.wall();
    let mail = format!("{id}.approvalAsked.0000");
    world
        .change(move |db| {
            let mail = mail.clone();
            async move { mails::settle(db, &mail, &settled(State::Queued, wall)).await }.boxed()
        })
        .await;
    ask().await;
    assert_eq!(leaves(&world).await, (true, true));
}
