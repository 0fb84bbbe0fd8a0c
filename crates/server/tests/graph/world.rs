//! A server with a few people who are signed in already, and short words for what they say.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use domain::{
    ids::{PrincipalId, RoleId, ScheduleId, SessionId, TenantId},
    policy::{Approver, Policy},
    principal::PrincipalKind,
    role,
    schedule::{Kind, Schedule},
    scope::Scope,
    time::{Instant, Window},
    wire::api::SessionState,
};
use futures::FutureExt;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use server::{
    app::{self, Options, Running, Settings},
    auth::{secret, vault::Vault},
    clock::Clock,
    ids, router,
    storage::{
        Storage, StorageError, UnitOfWork, meta,
        policies::{self, Modified},
        principals,
        principals::Principal,
        schedules, sessions,
    },
};
use sqlx::{Connection as _, Executor};
use tower::ServiceExt;

/// Noon of a Monday.
pub const NOON: Instant = Instant(1_798_459_200_000);
pub const ROLES: &str = "/v1.0/roleManagement/directory";
const ORIGIN: &str = "http://127.0.0.1:8080";

pub struct World {
    running: Running,
    router: Router,
    _folder: tempfile::TempDir,
}

/// Who is there, and which roles each holds for ever.
const PEOPLE: [(&str, &[RoleId]); 5] = [
    ("admin", &[role::GLOBAL_ADMINISTRATOR, role::PRIVILEGED_ROLE_ADMINISTRATOR]),
    ("helper", &[role::USER_ADMINISTRATOR]),
    ("reader", &[role::GLOBAL_READER]),
    ("demo", &[]),
    ("john", &[]),
];

pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub location: Option<String>,
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

/// The same id for the same name in every test.
pub fn id(name: &str) -> PrincipalId {
    let mut bytes = [0x11; 16];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    PrincipalId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&database(&folder).await).await.unwrap();
        let clock = Clock::manual(NOON);
        storage.write(|unit| seed(unit).boxed()).await.unwrap();
        let vault = Vault::open(&folder.path().join("key")).unwrap();
        let settings = Settings {
            public_url: ORIGIN.to_owned(),
            dev_origin: None,
            trusted_proxies: Vec::new(),
            tls: None,
        };
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = app::start(Options {
            storage,
            clock,
            vault,
            lab: None,
            outlet: server::mail::Outlet::Off,
            listen,
            settings,
        })
        .await
        .unwrap();
        Self { router: router::build(running.state.clone()), running, _folder: folder }
    }

    /// Says something as somebody; nobody is the empty name.
    pub async fn send(&self, who: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send_on(who, method, path, body, ("accept", "*/*")).await
    }

    /// The same with one header more.
    pub async fn send_on(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
        (name, value): (&str, &str),
    ) -> Answer {
        let path = path.replace(' ', "%20").replace('"', "%22");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, format!("pimlico={who}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(name, value)
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, location, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// Opens a file without reading it.
    pub async fn open(&self, who: &str, accept: &str, path: &str) -> Body {
        let request = Request::builder()
            .uri(path)
            .header(header::COOKIE, format!("pimlico={who}"))
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body()
    }

    /// The database.
    pub fn storage(&self) -> &Storage {
        &self.running.state.storage
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, "GET", path, None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send(who, "POST", path, Some(body)).await
    }

    /// The clocks, to move them.
    pub fn clock(&self) -> &Clock {
        &self.running.state.clock
    }

    /// The administrator makes somebody eligible for ever.
    pub async fn make_eligible(&self, whom: PrincipalId, role: RoleId) -> Answer {
        let body = json!({
            "action": "adminAssign", "principalId": whom, "roleDefinitionId": role, "directoryScopeId": "/",
            "justification": "needed", "scheduleInfo": {"expiration": {"type": "NoExpiration"}},
        });
        self.post("admin", &format!("{ROLES}/roleEligibilityScheduleRequests"), body).await
    }

    /// Somebody activates a role for an hour, from now or a later start.
    pub async fn activate(&self, who: &str, role: RoleId, start: Option<Instant>) -> Answer {
        let body = json!({
            "action": "selfActivate", "principalId": id(who), "roleDefinitionId": role, "directoryScopeId": "/",
            "justification": "work",
            "scheduleInfo": {"startDateTime": start, "expiration": {"type": "AfterDuration", "duration": "PT1H"}},
        });
        self.post(who, &format!("{ROLES}/roleAssignmentScheduleRequests"), body).await
    }
}

impl World {
    /// There is a program that can be given rights, with the id of its name.
    pub async fn add_robot(&self, name: &'static str) {
        let robot = Principal {
            kind: PrincipalKind::ServicePrincipal,
            user_principal_name: id(name).to_string(),
            ..person(name)
        };
        let done: Result<(), StorageError> = self
            .running
            .state
            .storage
            .write(move |unit| {
                let robot = robot.clone();
                async move {
                    principals::insert(unit.db(), &robot).await?;
                    Ok(unit.commit_without_audit(()))
                }
                .boxed()
            })
            .await;
        done.unwrap();
    }

    /// A role asks for the approval of these from now on.
    pub async fn ask_approval(&self, role: RoleId, approvers: Vec<Approver>) {
        let mut policy = Policy::default();
        policy.approval_end_user_assignment.is_approval_required = true;
        policy.approval_end_user_assignment.approvers = approvers;
        let done: Result<(), StorageError> = self
            .running
            .state
            .storage
            .write(move |unit| {
                let policy = policy.clone();
                async move {
                    let version = policies::find(unit.db(), role).await?.version;
                    let modified = Modified { at: NOON, by: id("admin") };
                    assert!(policies::put(unit.db(), role, &policy, version, modified).await?);
                    Ok(unit.commit_without_audit(()))
                }
                .boxed()
            })
            .await;
        done.unwrap();
    }
}

impl Answer {
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.body["error"]["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert!(self.body["error"]["message"].is_string() && self.body["error"]["innerError"].is_object());
    }

    /// One property of every row.
    pub fn each(self, name: &str) -> Vec<Value> {
        let body = self.ok(200);
        body["value"].as_array().unwrap().iter().map(|row| row[name].clone()).collect()
    }
}

async fn seed(unit: &mut UnitOfWork) -> server::storage::Outcome<(), StorageError> {
    let db = unit.db();
    meta::set(db, meta::TENANT_ID, &TenantId(id("tenant").0).to_string()).await?;
    meta::set(db, meta::TENANT_NAME, "Contoso").await?;
    meta::set(db, meta::TENANT_DOMAIN, "contoso.example").await?;
    for (name, roles) in PEOPLE {
        principals::insert(db, &person(name)).await?;
        for role in roles {
            let mut key = id(name).0.as_u128() ^ role.0.as_u128();
            key ^= 1;
            let schedule = Schedule {
                id: ScheduleId(uuid::Uuid::from_u128(key)),
                kind: Kind::Active,
                principal: id(name),
                role: *role,
                scope: Scope::Directory,
                window: Window::permanent(NOON),
                activated_from: None,
            };
            schedules::insert(db, &schedule, None, NOON).await?;
        }
        let session = sessions::SessionRecord {
            id: SessionId(id(name).0),
            principal: id(name),
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
        sessions::insert(db, &session, &secret::hash(name)).await?;
    }
    Ok(unit.commit_without_audit(()))
}

fn person(name: &str) -> Principal {
    Principal {
        id: id(name),
        kind: PrincipalKind::User,
        display_name: name.to_uppercase(),
        user_principal_name: format!("{name}@contoso.example"),
        enabled: true,
        mail: None,
        mail_nickname: None,
        job_title: None,
        description: None,
        manager: (name == "demo").then(|| id("admin")),
        is_assignable_to_role: false,
        is_emergency: false,
        created_at: NOON,
        version: 1,
    }
}
