//! A fresh database with a few people, a clock that stands still, and short words for what they ask.

use std::sync::Arc;

use domain::{
    audit::{Entry, Outcome},
    error_code::ErrorCode,
    ids::{AuditId, PrincipalId, RequestId, RoleId, ScheduleId, SessionId},
    permission::Permissions,
    principal::PrincipalKind,
    request::{Action, Ask, AskedWindow, Expiration, Request, Ticket},
    role::{GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR},
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
    ids,
    jobs::run_due,
    storage::{
        Connection, Storage, StorageError, args, audit, principals, requests, rights, schedules,
        sessions::{self, SessionRecord},
    },
};
use sqlx::{Connection as _, Executor};

/// Noon of a Monday.
pub const NOON: Instant = Instant(1_798_459_200_000);

/// The role of most tests.
pub const ROLE: RoleId = USER_ADMINISTRATOR;

/// A session of this person, as sign-in would begin it.
pub async fn signed_in(storage: &Storage, principal: PrincipalId) -> SessionId {
    let id = SessionId(ids::fresh());
    let record = SessionRecord {
        id,
        principal,
        state: SessionState::SignedIn,
        second_factor: true,
        may_enrol: false,
        for_protected: false,
        pending_secret: None,
        created: NOON,
        used: NOON,
        address: "127.0.0.1".to_owned(),
        agent: String::new(),
    };
    let done: Result<(), StorageError> = storage
        .write(move |unit| {
            let record = record.clone();
            async move {
                sessions::insert(unit.db(), &record, &id.to_string()).await?;
                Ok(unit.commit_without_audit(()))
            }
            .boxed()
        })
        .await;
    done.unwrap();
    id
}

#[derive(Clone)]
pub struct World(Arc<Inner>);

pub struct Inner {
    pub storage: Storage,
    pub clock: Clock,
    pub url: String,
    pub admin: PrincipalId,
    pub demo: PrincipalId,
    pub john: PrincipalId,
    pub team: PrincipalId,
    _folder: Option<tempfile::TempDir>,
}

impl std::ops::Deref for World {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The address of a database that nobody used before.
pub async fn fresh_database() -> (String, Option<tempfile::TempDir>) {
    #[expect(clippy::disallowed_methods, reason = "the test command says here which database is meant")]
    let Ok(cluster) = std::env::var("PIMLICO_TEST_POSTGRES") else {
        let folder = tempfile::tempdir().unwrap();
        return (format!("sqlite://{}/pimlico.db", folder.path().display()), Some(folder));
    };
    let name = format!("pimlico_{}", ids::fresh().simple());
    let mut connection = sqlx::PgConnection::connect(&cluster).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let (server, _) = cluster.rsplit_once('/').unwrap();
    (format!("{server}/{name}"), None)
}

impl World {
    /// An administrator for good, two people without a role, and a team that can hold roles with John in it.
    pub async fn new() -> Self {
        let (url, folder) = fresh_database().await;
        let storage = Storage::open(&url).await.unwrap();
        let [admin, demo, john, team] = std::array::from_fn(|_| PrincipalId(ids::fresh()));
        let world = Self(Arc::new(Inner {
            storage,
            clock: Clock::manual(NOON),
            url,
            admin,
            demo,
            john,
            team,
            _folder: folder,
        }));
        world
            .change(move |db| {
                async move {
                    for (id, name) in [(admin, "Admin"), (demo, "Demo User"), (john, "John Doe")] {
                        principals::insert(db, &principal(id, PrincipalKind::User, name)).await?;
                    }
                    principals::insert(db, &principal(team, PrincipalKind::Group, "Team")).await?;
                    principals::add_member(db, team, john).await?;
                    schedules::insert(db, &for_good(admin), None, NOON).await
                }
                .boxed()
            })
            .await;
        world
    }

    /// The same database and clock behind a new connection, as after a restart.
    pub async fn restarted(&self) -> Self {
        self.storage.close().await;
        let storage = Storage::open(&self.url).await.unwrap();
        Self(Arc::new(Inner {
            storage,
            clock: self.clock.clone(),
            url: self.url.clone(),
            admin: self.admin,
            demo: self.demo,
            john: self.john,
            team: self.team,
            _folder: None,
        }))
    }

    /// Changes rows without a use case, to prepare a test.
    pub async fn change(
        &self,
        work: impl for<'c> Fn(&'c mut Connection) -> futures::future::BoxFuture<'c, Result<(), StorageError>>
        + Send
        + Sync
        + 'static,
    ) {
        let work = Arc::new(work);
        let done: Result<(), StorageError> = self
            .storage
            .write(move |unit| {
                let work = work.clone();
                async move {
                    work(unit.db()).await?;
                    Ok(unit.commit_without_audit(()))
                }
                .boxed()
            })
            .await;
        done.unwrap();
    }

    /// Makes somebody an administrator for good.
    pub async fn crown(&self, id: PrincipalId) {
        self.change(move |db| async move { schedules::insert(db, &for_good(id), None, NOON).await }.boxed())
            .await;
    }

    /// A new person.
    pub async fn person(&self, name: &'static str) -> PrincipalId {
        let id = PrincipalId(ids::fresh());
        self.change(move |db| {
            async move { principals::insert(db, &principal(id, PrincipalKind::User, name)).await }.boxed()
        })
        .await;
        id
    }

    /// A call by this person, with the rights of this instant and a second factor given.
    pub async fn caller(&self, id: PrincipalId) -> Caller {
        let mut db = self.storage.read().await.unwrap();
        let found = principals::find(&mut db, id).await.unwrap().unwrap();
        let rights = rights::in_force(&mut db, id, self.clock.engine()).await.unwrap();
        drop(db);
        Caller {
            person: Person {
                id,
                display_name: found.display_name,
                user_principal_name: found.user_principal_name,
            },
            session: signed_in(&self.storage, id).await,
            state: SessionState::SignedIn,
            second_factor: true,
            second_factor_enrolled: true,
            permissions: Permissions::of_roles(rights::roles(&rights)),
            rights,
            preferences: Preferences::default(),
            address: "127.0.0.1".to_owned(),
        }
    }

    pub async fn submit(&self, by: PrincipalId, ask: Ask) -> Result<Request, EngineError> {
        let caller = self.caller(by).await;
        engine::submit(&self.storage, &self.clock, &caller, ask, None).await.map(|done| done.request)
    }

    /// What is asked is given.
    pub async fn granted(&self, by: PrincipalId, ask: Ask) -> Request {
        self.submit(by, ask).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// What is asked is refused, with this code.
    pub async fn refused(&self, by: PrincipalId, ask: Ask) -> ErrorCode {
        code(self.submit(by, ask).await)
    }

    /// Deletes a person, as an administrator does it: all rights end with him.
    pub async fn delete(&self, id: PrincipalId) {
        let (caller, base) = (self.caller(self.admin).await, AuditId(ids::fresh()));
        let now = self.clock.engine();
        let done: Result<(), StorageError> = self
            .storage
            .write(move |unit| {
                let caller = caller.clone();
                async move {
                    let rows = engine::end_everything_of(unit.db(), id, &caller, base, now).await?;
                    principals::delete(unit.db(), id, now).await?;
                    unit.commit(&rows, ()).await
                }
                .boxed()
            })
            .await;
        done.unwrap();
    }

    pub async fn cancel(&self, by: PrincipalId, id: RequestId) -> Result<(), EngineError> {
        let caller = self.caller(by).await;
        engine::cancel(&self.storage, &self.clock, &caller, id).await
    }

    /// Makes somebody eligible for [`ROLE`] for a year.
    pub async fn eligible(&self, id: PrincipalId) -> Request {
        self.granted(self.admin, assign(Kind::Eligible, id).lasting(Span::days(365))).await
    }

    /// Whether somebody has [`ROLE`] at this instant.
    pub async fn has_role(&self, id: PrincipalId) -> bool {
        let mut db = self.storage.read().await.unwrap();
        let rights = rights::in_force(&mut db, id, self.clock.engine()).await.unwrap();
        rights.iter().any(|schedule| schedule.role == ROLE)
    }

    pub async fn request(&self, id: RequestId) -> Request {
        let mut db = self.storage.read().await.unwrap();
        requests::find(&mut db, id).await.unwrap().unwrap()
    }

    pub async fn schedule(&self, id: ScheduleId) -> Option<Schedule> {
        let mut db = self.storage.read().await.unwrap();
        schedules::find(&mut db, id).await.unwrap()
    }

    pub async fn count(&self, sql: &str) -> u64 {
        let mut db = self.storage.read().await.unwrap();
        db.count(sql, args![]).await.unwrap()
    }

    /// The whole audit history, oldest first.
    pub async fn history(&self) -> Vec<Entry> {
        let mut db = self.storage.read().await.unwrap();
        let mut rows = audit::newest(&mut db, 10_000).await.unwrap();
        rows.reverse();
        rows
    }

    /// The names of the rows that a piece of work adds to the history, failures marked with `!`.
    pub async fn told<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        let before: Vec<_> = self.history().await.into_iter().map(|row| row.id).collect();
        let value = work.await;
        let rows = self.history().await.into_iter().filter(|row| !before.contains(&row.id));
        let mark = |row: &Entry| if row.outcome == Outcome::Failure { "! " } else { "" };
        (value, rows.map(|row| format!("{}{}", mark(&row), row.activity)).collect())
    }

    /// Moves the engine's clock and lets the jobs run that are due.
    pub async fn later(&self, by: Span) -> usize {
        self.clock.advance_engine(by);
        run_due(&self.storage, &self.clock).await.unwrap()
    }
}

pub fn code<T: std::fmt::Debug>(outcome: Result<T, EngineError>) -> ErrorCode {
    match outcome {
        Err(EngineError::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn principal(id: PrincipalId, kind: PrincipalKind, name: &str) -> principals::Principal {
    principals::Principal {
        id,
        kind,
        display_name: name.to_owned(),
        user_principal_name: match kind {
            PrincipalKind::User => format!("{}@pimlico.example", id.0.simple()),
            _ => id.to_string(),
        },
        enabled: true,
        mail: None,
        mail_nickname: None,
        job_title: None,
        description: None,
        manager: None,
        is_assignable_to_role: kind == PrincipalKind::Group,
        is_emergency: false,
        created_at: NOON,
        version: 1,
    }
}

fn for_good(id: PrincipalId) -> Schedule {
    Schedule {
        id: ScheduleId(ids::fresh()),
        kind: Kind::Active,
        principal: id,
        role: GLOBAL_ADMINISTRATOR,
        scope: Scope::Directory,
        window: Window::permanent(NOON),
        activated_from: None,
    }
}

fn ask(action: Action, kind: Kind, principal: PrincipalId) -> Ask {
    Ask {
        action,
        kind,
        principal,
        role: ROLE,
        scope: Scope::Directory,
        justification: Some("because".to_owned()),
        window: None,
        ticket: Ticket::default(),
        target: None,
    }
}

/// Assigned for good, until told otherwise.
pub fn assign(kind: Kind, to: PrincipalId) -> Ask {
    ask(Action::AdminAssign, kind, to).ending(Expiration::NoExpiration)
}

pub fn update(kind: Kind, of: PrincipalId) -> Ask {
    ask(Action::AdminUpdate, kind, of)
}

pub fn remove(kind: Kind, from: PrincipalId) -> Ask {
    ask(Action::AdminRemove, kind, from)
}

/// For an hour from now, until told otherwise.
pub fn activate(id: PrincipalId) -> Ask {
    ask(Action::SelfActivate, Kind::Active, id).lasting(Span::hours(1))
}

pub fn deactivate(id: PrincipalId) -> Ask {
    ask(Action::SelfDeactivate, Kind::Active, id)
}

/// Changes of an ask, so that a test says only what it is about.
pub trait But {
    fn lasting(self, length: Span) -> Self;
    fn ending(self, expiration: Expiration) -> Self;
    fn from(self, start: Instant) -> Self;
    fn on(self, role: RoleId) -> Self;
}

impl But for Ask {
    fn lasting(self, length: Span) -> Self {
        self.ending(Expiration::AfterDuration(length))
    }
    fn ending(self, expiration: Expiration) -> Self {
        let start = self.window.and_then(|window| window.start);
        Self { window: Some(AskedWindow { start, expiration }), ..self }
    }
    fn from(self, start: Instant) -> Self {
        let window = self.window.map(|window| AskedWindow { start: Some(start), ..window });
        Self { window, ..self }
    }
    fn on(self, role: RoleId) -> Self {
        Self { role, ..self }
    }
}

/// A millisecond less.
pub const fn just_before(span: Span) -> Span {
    Span(span.0 - 1)
}
