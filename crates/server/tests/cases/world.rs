//! A server into whose database the facts of one case after the other are put, each about people of its own.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use domain::{
    ids::{PrincipalId, RequestId, RoleId, ScheduleId, SessionId, TenantId},
    principal::PrincipalKind,
    request::{self, Ask, Expiration},
    role,
    schedule::{EndReason, Kind, Schedule},
    scope::Scope,
    time::Window,
    wire::{
        api::SessionState,
        graph::{ExpirationPattern, NewRequest, RequestSchedule, TicketInfo},
    },
};
use futures::{FutureExt, future::BoxFuture};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{
    app::{self, Options, Running, Settings},
    auth::{secret, vault::Vault},
    clock::Clock,
    ids,
    mail::Outlet,
    router,
    storage::{
        Connection, Storage, StorageError, args, meta,
        policies::{self, Modified},
        principals::{self, Principal},
        requests, schedules, sessions,
    },
};
use sqlx::{Connection as _, Executor};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    case::Case,
    given::{self, Given},
    words::{self, NOW, window_words},
};

const ORIGIN: &str = "http://127.0.0.1:8080";
/// Who may manage roles, in every case.
const ADMIN: &str = "admin";

mod answer;

pub struct World {
    running: Running,
    router: Router,
    /// Which case this is: its people and schedules have ids of their own.
    turn: u128,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: u16,
    pub body: Value,
}

async fn database(folder: &tempfile::TempDir) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test command says here which database is meant")]
    let Ok(cluster) = std::env::var("PIMLICO_TEST_POSTGRES") else {
        return format!("sqlite://{}/pimlico.db", folder.path().display());
    };
    let name = format!("pimlico_{}", ids::fresh().simple());
    let mut connection = sqlx::PgConnection::connect(&cluster).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let (server, _) = cluster.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&database(&folder).await).await.unwrap();
        change(&storage, |db| {
            async move {
                meta::set(db, meta::TENANT_ID, &TenantId(words::id("tenant")).to_string()).await?;
                meta::set(db, meta::TENANT_NAME, "Contoso").await
            }
            .boxed()
        })
        .await;
        let running = app::start(Options {
            storage,
            clock: Clock::manual(NOW),
            vault: Vault::open(&folder.path().join("key")).unwrap(),
            lab: None,
            outlet: Outlet::Off,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            settings: Settings {
                public_url: ORIGIN.to_owned(),
                dev_origin: None,
                trusted_proxies: Vec::new(),
                tls: None,
            },
        })
        .await
        .unwrap();
        Self { router: router::build(running.state.clone()), running, turn: 0, _folder: folder }
    }

    /// From here on names stand for others than before.
    pub fn next(&mut self) {
        self.turn += 1;
    }

    /// What an id of a case is in this turn.
    fn mine(&self, id: Uuid) -> Uuid {
        Uuid::from_u128(id.as_u128() ^ (self.turn << 100))
    }

    fn principal(&self, name: &str) -> PrincipalId {
        PrincipalId(self.mine(words::id(name)))
    }

    fn schedule(&self, id: ScheduleId) -> ScheduleId {
        ScheduleId(self.mine(id.0))
    }

    /// Puts the facts of a case into the database.
    pub async fn prepare(&self, given: &Given) {
        let role = given::role_id(&given.role);
        let (people, groups) = self.cast(given);
        let rows: Vec<_> = given.has.iter().map(|line| self.scheduled(line, given)).collect();
        // An eligibility that a case names only as what stood behind an activation: it is over.
        let behind = rows.iter().filter_map(|row| row.activated_from);
        let gone: Vec<_> = behind.filter(|id| rows.iter().all(|row| row.id != *id)).collect();
        let over = |id| Schedule { id, ..self.lasting("gone", "ada", Kind::Eligible, role) };
        let gone: Vec<_> = gone.into_iter().map(over).collect();
        // Who manages roles holds the guarded role that the case is not about.
        let crown = match role {
            role::PRIVILEGED_ROLE_ADMINISTRATOR => role::GLOBAL_ADMINISTRATOR,
            _ => role::PRIVILEGED_ROLE_ADMINISTRATOR,
        };
        let mut crowns = vec![self.lasting("crown", ADMIN, Kind::Active, crown)];
        crowns.extend(guardians(given).map(|name| self.lasting(&name, &name, Kind::Active, role)));
        let open: Vec<_> = given.open.iter().map(|action| self.open_request(*action, given)).collect();
        let policy = given::policy(&given.policy);
        let (ada, admin) = (self.principal("ada"), self.principal(ADMIN));
        let second_factor = given.second_factor;
        change(&self.running.state.storage, move |db| {
            let (people, rows, open, policy) = (people.clone(), rows.clone(), open.clone(), policy.clone());
            let (groups, crowns, gone) = (groups.clone(), crowns.clone(), gone.clone());
            async move {
                // Guarded roles count everybody, so nobody holds anything from an earlier case.
                let over =
                    "UPDATE schedules SET ended_ms = $1, end_reason = 'removed' WHERE ended_ms IS NULL";
                db.execute(over, args![NOW]).await?;
                for person in people {
                    principals::insert(db, &person).await?;
                    if person.enabled && person.kind == PrincipalKind::User {
                        sessions::insert(
                            db,
                            &session(person.id, second_factor),
                            &secret::hash(&token(person.id)),
                        )
                        .await?;
                    }
                }
                for group in groups {
                    principals::add_member(db, group, ada).await?;
                }
                // What is activated refers to the eligibility behind it, which is put there first.
                let (behind, from): (Vec<_>, Vec<_>) =
                    rows.into_iter().partition(|row| row.activated_from.is_none());
                for row in &gone {
                    schedules::insert(db, row, None, NOW).await?;
                    schedules::end(db, row.id, NOW, EndReason::Removed).await?;
                }
                for row in behind.into_iter().chain(from).chain(crowns) {
                    schedules::insert(db, &row, None, NOW).await?;
                }
                for request in open {
                    requests::insert(db, &request, &[], None).await?;
                }
                let version = policies::find(db, role).await?.version;
                let modified = Modified { at: NOW, by: admin };
                assert!(policies::put(db, role, &policy, version, modified).await?);
                Ok(())
            }
            .boxed()
        })
        .await;
    }

    /// Everybody whom a case names, and which of them are groups that ada is in.
    fn cast(&self, given: &Given) -> (Vec<Principal>, Vec<PrincipalId>) {
        let mut names = vec!["ada".to_owned(), ADMIN.to_owned()];
        names.extend([given.principal.clone()].into_iter().chain(given.caller.clone()));
        let of = |line: &String| line.split_once(" of ").map(|(_, name)| name.to_owned());
        names.extend(given.has.iter().filter_map(of));
        names.extend(guardians(given));
        names.sort();
        names.dedup();
        names.retain(|name| name != "unknown");
        let groups = names.iter().filter(|name| is_group(name)).map(|name| self.principal(name)).collect();
        (names.iter().map(|name| self.person(name)).collect(), groups)
    }

    fn person(&self, name: &str) -> Principal {
        let facts = given::principal(name).expect("somebody known");
        let id = self.principal(name);
        Principal {
            id,
            kind: if is_group(name) { PrincipalKind::Group } else { facts.kind },
            display_name: name.to_owned(),
            user_principal_name: format!("{}@contoso.example", id.0.simple()),
            enabled: facts.enabled,
            mail: None,
            mail_nickname: None,
            job_title: None,
            description: None,
            manager: None,
            is_assignable_to_role: facts.is_assignable_to_role || name == "other",
            is_emergency: false,
            created_at: NOW,
            version: 1,
        }
    }

    /// A schedule without end that holds already.
    fn lasting(&self, id: &str, principal: &str, kind: Kind, role: RoleId) -> Schedule {
        Schedule {
            id: ScheduleId(self.mine(words::id(id))),
            kind,
            principal: self.principal(principal),
            role,
            scope: Scope::Directory,
            window: Window::permanent(NOW),
            activated_from: None,
        }
    }

    fn scheduled(&self, line: &str, given: &Given) -> Schedule {
        let schedule = given::schedule(line, given);
        Schedule {
            id: self.schedule(schedule.id),
            principal: PrincipalId(self.mine(schedule.principal.0)),
            activated_from: schedule.activated_from.map(|id| self.schedule(id)),
            ..schedule
        }
    }

    fn open_request(&self, action: request::Action, given: &Given) -> request::Request {
        let principal = self.principal(&given.principal);
        let waits_for =
            given.has.iter().map(|line| self.scheduled(line, given)).find(|row| row.window.start > NOW);
        let id = RequestId(self.mine(words::id("open")));
        request::Request {
            id,
            ask: Ask {
                action,
                kind: waits_for.as_ref().map_or(Kind::Active, |row| row.kind),
                principal,
                role: given::role_id(&given.role),
                scope: Scope::Directory,
                justification: None,
                window: None,
                ticket: request::Ticket::default(),
                target: None,
            },
            status: request::Status::Granted,
            created_by: principal,
            created_at: NOW,
            completed_at: waits_for.as_ref().map(|row| row.window.start),
            target: Some(waits_for.map_or(ScheduleId(id.0), |row| row.id)),
        }
    }

    /// Posts what the case asks, as its caller.
    pub async fn ask(&self, case: &Case) -> Answer {
        let given = &case.given;
        let usual = if case.ask.action.is_own() { given.principal.as_str() } else { ADMIN };
        let caller = self.principal(given.caller.as_deref().unwrap_or(usual));
        let ask = given::ask(&case.ask, given);
        let collection = match ask.kind {
            Kind::Eligible => "roleEligibilityScheduleRequests",
            Kind::Active => "roleAssignmentScheduleRequests",
        };
        let path = format!("/v1.0/roleManagement/directory/{collection}");
        self.send("POST", &path, caller, &serde_json::to_value(self.wire(&ask)).unwrap()).await
    }

    async fn send(&self, method: &str, path: &str, caller: PrincipalId, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, format!("pimlico={}", token(caller)))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    fn wire(&self, ask: &Ask) -> NewRequest {
        let expiration = |expiration| {
            let (kind, duration, end) = match expiration {
                Expiration::NoExpiration => ("noExpiration", None, None),
                Expiration::AfterDuration(length) => ("afterDuration", Some(length.to_string()), None),
                Expiration::AfterDateTime(end) => ("afterDateTime", None, Some(end)),
            };
            ExpirationPattern { kind: Some(kind.to_owned()), duration, end_date_time: end }
        };
        NewRequest {
            action: Some(ask.action.as_str().to_owned()),
            principal_id: Some(self.mine(ask.principal.0).to_string()),
            role_definition_id: Some(ask.role.to_string()),
            directory_scope_id: Some(ask.scope.as_str().to_owned()),
            justification: ask.justification.clone(),
            schedule_info: ask.window.map(|window| RequestSchedule {
                start_date_time: window.start,
                expiration: Some(expiration(window.expiration)),
                recurrence: None,
            }),
            ticket_info: Some(TicketInfo {
                ticket_number: ask.ticket.number.clone(),
                ticket_system: ask.ticket.system.clone(),
            }),
            target_schedule_id: ask.target.map(|id| self.schedule(id)),
            ..NewRequest::default()
        }
    }

    /// What became of an effect, in its own words where it came true.
    pub async fn effect(&self, effect: &str, given: &Given, target: Option<ScheduleId>) -> String {
        let words: Vec<_> = effect.split(' ').collect();
        let mut db = self.running.state.storage.read().await.unwrap();
        let named = |name: &str| self.schedule(ScheduleId(words::id(name)));
        match words[0] {
            "create" => {
                let made = schedules::find(&mut db, target.expect("it made one"))
                    .await
                    .unwrap()
                    .expect("the schedule was made");
                let behind = given.has.iter().filter_map(|line| line.split(' ').next());
                let from = made.activated_from.map(|id| {
                    behind
                        .clone()
                        .find(|name| named(name) == id)
                        .map_or(" from ?".into(), |name| format!(" from {name}"))
                });
                format!(
                    "create {} {}{}",
                    made.kind.as_str(),
                    window_words(made.window),
                    from.unwrap_or_default()
                )
            }
            "move" => {
                let moved = schedules::find(&mut db, named(words[1])).await.unwrap();
                let window = moved.map_or("nowhere".to_owned(), |moved| window_words(moved.window));
                format!("move {} {window}", words[1])
            }
            _ => match schedules::find(&mut db, named(words[1])).await.unwrap() {
                None => effect.to_owned(),
                Some(_) => format!("{} is there", words[1]),
            },
        }
    }

    /// The rules that were asked, as they are kept with the request.
    pub async fn trace(&self, id: RequestId) -> Vec<String> {
        let mut db = self.running.state.storage.read().await.unwrap();
        let row = db.first("SELECT trace FROM requests WHERE id = $1", args![id]).await.unwrap().unwrap();
        trace_words(&serde_json::from_str(&row.text("trace").unwrap()).unwrap())
    }
}

/// A trace in the words of a case; nothing where there is none.
pub fn trace_words(steps: &Value) -> Vec<String> {
    let word = |step: &Value| if step["passed"] == true { "yes" } else { "no" };
    let steps = steps.as_array().map(Vec::as_slice).unwrap_or_default();
    steps.iter().map(|step| format!("{} {}", step["rule"].as_str().unwrap_or_default(), word(step))).collect()
}

fn is_group(name: &str) -> bool {
    ["group", "plain group", "other"].contains(&name)
}

/// The others who hold the role permanently.
fn guardians(given: &Given) -> impl Iterator<Item = String> + use<> {
    (0..given.other_guardians).map(|n| format!("other {n}"))
}

/// The cookie of somebody's session.
fn token(id: PrincipalId) -> String {
    id.0.simple().to_string()
}

fn session(id: PrincipalId, second_factor: bool) -> sessions::SessionRecord {
    sessions::SessionRecord {
        id: SessionId(id.0),
        principal: id,
        state: SessionState::SignedIn,
        second_factor,
        may_enrol: false,
        for_protected: false,
        pending_secret: None,
        created: NOW,
        used: NOW,
        address: "127.0.0.1".to_owned(),
        agent: String::new(),
    }
}

async fn change(
    storage: &Storage,
    work: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, Result<(), StorageError>> + Send + Sync + 'static,
) {
    let work = std::sync::Arc::new(work);
    let done: Result<(), StorageError> = storage
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
