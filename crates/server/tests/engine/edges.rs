//! The engine at its edges: what happens between the instant of a start and its record, and to schedules that hang
//! on others.

use domain::{
    audit::Entry,
    error_code::ErrorCode,
    ids::{PrincipalId, RoleId, ScheduleId},
    permission::Permissions,
    principal::PrincipalKind,
    request::{Action, Ask, AskedWindow, Expiration, Request, Status, Ticket},
    role,
    schedule::{Kind, Schedule},
    scope::Scope,
    time::{Instant, Span, Window},
    wire::api::{Person, Preferences, SessionState},
};
use futures::FutureExt;
use server::{
    caller::Caller,
    clock::Clock,
    engine::{self, EngineError},
    ids, jobs,
    storage::{
        Outcome, Storage, StorageError, UnitOfWork, audit, jobs as store, principals, requests, rights,
        schedules,
    },
};

use crate::world::{fresh_database, signed_in};

const START: Instant = Instant(1_776_153_600_000);

struct Tenant {
    storage: Storage,
    clock: Clock,
    root: PrincipalId,
    ada: PrincipalId,
    group: PrincipalId,
    _folder: Option<tempfile::TempDir>,
}

impl Tenant {
    /// A permanent Global Administrator, a user and a role-assignable group that she belongs to.
    async fn new() -> Self {
        let (url, folder) = fresh_database().await;
        let storage = Storage::open(&url).await.unwrap();
        let [root, ada, group] = std::array::from_fn(|_| PrincipalId(ids::fresh()));
        let people = [
            (root, PrincipalKind::User, "root"),
            (ada, PrincipalKind::User, "ada"),
            (group, PrincipalKind::Group, "operators"),
        ];
        let work = storage.write(move |unit: &mut UnitOfWork| {
            async move {
                for (id, kind, name) in people {
                    principals::insert(unit.db(), &principal(id, kind, name)).await?;
                }
                principals::add_member(unit.db(), group, ada).await?;
                let held = Schedule {
                    id: ScheduleId(root.0),
                    kind: Kind::Active,
                    principal: root,
                    role: role::GLOBAL_ADMINISTRATOR,
                    scope: Scope::Directory,
                    window: Window::permanent(START),
                    activated_from: None,
                };
                schedules::insert(unit.db(), &held, None, START).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        });
        work.await.unwrap();
        Self { storage, clock: Clock::manual(START), root, ada, group, _folder: folder }
    }

    async fn submit(&self, by: PrincipalId, ask: Ask) -> Result<Request, ErrorCode> {
        let done =
            engine::submit(&self.storage, &self.clock, &caller(&self.storage, by).await, ask, None).await;
        done.map(|submitted| submitted.request).map_err(code)
    }

    async fn cancel(&self, by: PrincipalId, request: &Request) -> Result<(), ErrorCode> {
        engine::cancel(&self.storage, &self.clock, &caller(&self.storage, by).await, request.id)
            .await
            .map_err(code)
    }

    async fn status(&self, request: &Request) -> Status {
        let mut db = self.storage.read().await.unwrap();
        requests::find(&mut db, request.id).await.unwrap().unwrap().status
    }

    async fn run_jobs(&self) {
        jobs::run_due(&self.storage, &self.clock).await.unwrap();
    }

    async fn holds(&self, who: PrincipalId, role: RoleId) -> bool {
        let mut db = self.storage.read().await.unwrap();
        let rights = rights::in_force(&mut db, who, self.clock.engine()).await.unwrap();
        rights::roles(&rights).any(|held| held == role)
    }

    /// The names of the rows about somebody.
    async fn told_of(&self, who: PrincipalId) -> Vec<String> {
        let mut db = self.storage.read().await.unwrap();
        let rows = audit::newest(&mut db, 100).await.unwrap();
        let about = |row: &Entry| row.targets.iter().any(|target| target.id == who.to_string());
        rows.into_iter().filter(about).map(|row| row.activity).collect()
    }
}

fn principal(id: PrincipalId, kind: PrincipalKind, name: &str) -> principals::Principal {
    principals::Principal {
        id,
        kind,
        display_name: name.to_owned(),
        user_principal_name: format!("{name}@example.org"),
        enabled: true,
        mail: None,
        mail_nickname: None,
        job_title: None,
        description: None,
        manager: None,
        is_assignable_to_role: kind == PrincipalKind::Group,
        is_emergency: false,
        created_at: START,
        version: 1,
    }
}

async fn caller(storage: &Storage, id: PrincipalId) -> Caller {
    Caller {
        person: Person { id, display_name: String::new(), user_principal_name: String::new() },
        session: signed_in(storage, id).await,
        state: SessionState::SignedIn,
        second_factor: true,
        second_factor_enrolled: true,
        rights: Vec::new(),
        permissions: Permissions::NONE,
        preferences: Preferences::default(),
        address: "127.0.0.1".to_owned(),
    }
}

fn code(error: EngineError) -> ErrorCode {
    match error {
        EngineError::Refused(refusal) => refusal.code,
        error => panic!("{error:?}"),
    }
}

fn ask(action: Action, kind: Kind, principal: PrincipalId, role: RoleId) -> Ask {
    Ask {
        action,
        kind,
        principal,
        role,
        scope: Scope::Directory,
        justification: Some("help desk".to_owned()),
        window: None,
        ticket: Ticket::default(),
        target: None,
    }
}

fn from(ask: Ask, start: Span, expiration: Expiration) -> Ask {
    Ask { window: Some(AskedWindow { start: Some(START + start), expiration }), ..ask }
}

const ROLE: RoleId = role::USER_ADMINISTRATOR;
const HOUR: Span = Span::hours(1);

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_whose_start_is_moved_to_now_leaves_no_request_open() {
    let t = Tenant::new().await;
    let later = from(ask(Action::AdminAssign, Kind::Eligible, t.ada, ROLE), HOUR, Expiration::NoExpiration);
    let assigned = t.submit(t.root, later).await.unwrap();
    assert_eq!(assigned.status, Status::Granted);
    let now =
        from(ask(Action::AdminUpdate, Kind::Eligible, t.ada, ROLE), Span::ZERO, Expiration::NoExpiration);
    t.submit(t.root, now).await.unwrap();
    t.run_jobs().await;
    assert_eq!(t.status(&assigned).await, Status::Provisioned);
    let activate = from(
        ask(Action::SelfActivate, Kind::Active, t.ada, ROLE),
        Span::ZERO,
        Expiration::AfterDuration(HOUR),
    );
    assert_eq!(t.submit(t.ada, activate).await.map(|r| r.status), Ok(Status::Provisioned));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_an_eligibility_takes_along_what_was_scheduled_on_it() {
    let t = Tenant::new().await;
    let later = from(ask(Action::AdminAssign, Kind::Eligible, t.group, ROLE), HOUR, Expiration::NoExpiration);
    let assigned = t.submit(t.root, later).await.unwrap();
    let activate =
        from(ask(Action::SelfActivate, Kind::Active, t.ada, ROLE), HOUR, Expiration::AfterDuration(HOUR));
    let activation = t.submit(t.ada, activate).await.unwrap();
    t.cancel(t.root, &assigned).await.unwrap();
    assert_eq!(t.status(&activation).await, Status::Canceled);
    assert!(
        t.told_of(t.ada).await.contains(&"Remove member from role in PIM completed (timebound)".to_owned())
    );
    t.clock.advance_engine(HOUR);
    t.run_jobs().await;
    assert!(!t.holds(t.ada, ROLE).await);
    assert_eq!(t.status(&activation).await, Status::Canceled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_begun_is_not_cancelled_before_its_start_is_recorded() {
    let t = Tenant::new().await;
    let global = role::GLOBAL_ADMINISTRATOR;
    let later = from(ask(Action::AdminAssign, Kind::Active, t.ada, global), HOUR, Expiration::NoExpiration);
    let second = t.submit(t.root, later).await.unwrap();
    t.clock.advance_engine(HOUR);
    // The second holder counts from this instant on, so the first may go; then the second must stay.
    t.submit(t.ada, ask(Action::AdminRemove, Kind::Active, t.root, global)).await.unwrap();
    assert_eq!(t.cancel(t.ada, &second).await, Err(ErrorCode::NotCancellable));
    assert!(t.holds(t.ada, global).await);
    t.run_jobs().await;
    assert_eq!(t.status(&second).await, Status::Provisioned);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_author_or_an_administrator_cancels_a_request() {
    let t = Tenant::new().await;
    let later = from(ask(Action::AdminAssign, Kind::Active, t.ada, ROLE), HOUR, Expiration::NoExpiration);
    let assigned = t.submit(t.root, later).await.unwrap();
    assert_eq!(t.cancel(t.ada, &assigned).await, Err(ErrorCode::Unauthorized));
    assert_eq!(t.cancel(t.group, &assigned).await, Err(ErrorCode::NotFound));
    assert_eq!(t.status(&assigned).await, Status::Granted);
    assert_eq!(t.cancel(t.root, &assigned).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_an_activation_with_his_group_reads_it_in_his_history() {
    let t = Tenant::new().await;
    let now =
        from(ask(Action::AdminAssign, Kind::Eligible, t.group, ROLE), Span::ZERO, Expiration::NoExpiration);
    t.submit(t.root, now).await.unwrap();
    let activate = from(
        ask(Action::SelfActivate, Kind::Active, t.ada, ROLE),
        Span::ZERO,
        Expiration::AfterDuration(HOUR),
    );
    t.submit(t.ada, activate).await.unwrap();
    assert!(t.holds(t.ada, ROLE).await);
    t.submit(t.root, ask(Action::AdminRemove, Kind::Eligible, t.group, ROLE)).await.unwrap();
    assert!(!t.holds(t.ada, ROLE).await);
    assert!(
        t.told_of(t.ada).await.contains(&"Remove member from role in PIM completed (timebound)".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claimed_job_is_nobodys_next_until_its_lease_is_over() {
    let t = Tenant::new().await;
    let later = from(ask(Action::AdminAssign, Kind::Active, t.ada, ROLE), HOUR, Expiration::NoExpiration);
    t.submit(t.root, later).await.unwrap();
    t.clock.advance_engine(HOUR);
    let (engine, wall, lease) = (t.clock.engine(), t.clock.wall(), Span::seconds(30));
    let claim = t.storage.write(move |unit: &mut UnitOfWork| {
        async move {
            let claimed = store::claim(unit.db(), engine, wall, lease, 9).await?;
            Ok(unit.commit_without_audit(claimed.len())) as Outcome<usize, StorageError>
        }
        .boxed()
    });
    assert_eq!(claim.await.unwrap(), 1);
    let mut db = t.storage.read().await.unwrap();
    assert_eq!(store::next_due(&mut db, wall).await.unwrap(), None);
    assert_eq!(store::next_due(&mut db, wall + lease).await.unwrap(), Some(START + HOUR));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_last_administrators_who_remove_each_other_at_once_leave_one() {
    for _ in 0..5 {
        let t = Tenant::new().await;
        let global = role::GLOBAL_ADMINISTRATOR;
        let now =
            from(ask(Action::AdminAssign, Kind::Active, t.ada, global), Span::ZERO, Expiration::NoExpiration);
        t.submit(t.root, now).await.unwrap();
        let remove = |who| ask(Action::AdminRemove, Kind::Active, who, global);
        let (one, other) = tokio::join!(t.submit(t.root, remove(t.ada)), t.submit(t.ada, remove(t.root)));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1);
        assert_ne!(t.holds(t.root, global).await, t.holds(t.ada, global).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_equal_requests_at_once_one_is_taken_and_each_is_told() {
    let t = Tenant::new().await;
    let now =
        from(ask(Action::AdminAssign, Kind::Eligible, t.ada, ROLE), Span::ZERO, Expiration::NoExpiration);
    t.submit(t.root, now).await.unwrap();
    let later =
        || from(ask(Action::SelfActivate, Kind::Active, t.ada, ROLE), HOUR, Expiration::AfterDuration(HOUR));
    let all = futures::future::join_all((0..8).map(|_| t.submit(t.ada, later()))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
    let twin =
        |answer: &&Result<Request, ErrorCode>| **answer == Err(ErrorCode::PendingRoleAssignmentRequest);
    assert_eq!(all.iter().filter(twin).count(), 7);
    let told = t.told_of(t.ada).await;
    assert_eq!(
        told.iter().filter(|name| *name == "Add member to role requested (PIM activation)").count(),
        8
    );
}
