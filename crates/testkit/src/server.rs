//! The server of a test.

use std::{collections::HashMap, net::SocketAddr, sync::Mutex};

use domain::{
    ids::{PrincipalId, RoleId},
    schedule::AssignmentType,
    time::{Instant, Span},
    wire::api::{AssignmentRow, Assignments, RecoveryCodes},
};
use server::{app::Running, clock::Clock, mail::Outlet};
use tempfile::TempDir;
use tokio::sync::Mutex as Turn;

use crate::{Client, Person, lab, start, totp};

/// 7 January 2030, 09:00 in UTC: a Monday morning, and far from every change of the hour.
const MORNING: Instant = Instant(1_894_006_800_000);

/// A server on a loopback port of its own, with a fresh lab, and both clocks at a morning of 2030, standing still until they
/// are moved; those for browsers go on.
pub struct TestServer {
    data: TempDir,
    database: String,
    clock: Clock,
    outlet: Outlet,
    address: SocketAddr,
    url: String,
    people: Vec<Person>,
    running: Turn<Option<Running>>,
    /// The half minute of the last code that was handed out to each: no code counts twice.
    used: Mutex<HashMap<String, i64>>,
}

impl TestServer {
    /// On the embedded database.
    pub async fn start() -> Self {
        Self::start_on(None).await
    }

    /// On a database that is there and empty; the embedded one where none is named.
    pub async fn start_on(database: Option<String>) -> Self {
        Self::start_with(database, Outlet::Lab).await
    }

    /// The same, with its mails sent somewhere else than to the lab's panel.
    pub async fn start_with(database: Option<String>, outlet: Outlet) -> Self {
        Self::start_by(Clock::manual(MORNING), database, outlet).await
    }

    /// For browsers, which have clocks of their own: both clocks go on by themselves. One that stands still would seem to
    /// have been moved each time it is looked at.
    pub async fn start_running(outlet: Outlet) -> Self {
        Self::start_by(Clock::running(MORNING), None, outlet).await
    }

    async fn start_by(clock: Clock, database: Option<String>, outlet: Outlet) -> Self {
        let data = TempDir::new().expect("a folder for the server's data");
        let file = data.path().join("pimlico.db");
        let database = database.unwrap_or_else(|| format!("sqlite://{}", file.display()));
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = start::start(data.path(), &database, &clock, outlet.clone(), free).await;
        let address = running.address;
        let people = lab::people(data.path());
        let url = format!("http://{address}");
        let (running, used) = (Turn::new(Some(running)), Mutex::default());
        Self { data, database, clock, outlet, address, url, people, running, used }
    }

    /// Where it is, without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it; what it answered for is on disk.
    pub async fn stop(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.stop().await;
        }
    }

    /// Stops it, if it runs, and starts it again on the same data and address.
    pub async fn restart(&self) {
        self.stop().await;
        let outlet = self.outlet.clone();
        let running = start::start(self.data.path(), &self.database, &self.clock, outlet, self.address).await;
        *self.running.lock().await = Some(running);
    }

    /// The engine's clock.
    pub fn engine_now(&self) -> Instant {
        self.clock.engine()
    }

    /// Moves the clock of schedules, requests and audit.
    pub fn advance_engine(&self, by: Span) {
        self.clock.advance_engine(by);
    }

    /// Moves the clock of sessions, codes and lockout, and the engine's with it.
    pub fn advance_wall(&self, by: Span) {
        self.clock.advance_wall(by);
    }

    /// Somebody of the lab, by the part of the sign-in name before the `@`.
    pub fn person(&self, name: &str) -> &Person {
        let is = |person: &&Person| person.user_principal_name.split('@').next() == Some(name);
        self.people.iter().find(is).unwrap_or_else(|| panic!("the lab has no `{name}`"))
    }

    /// A one-time code that was not used before. Where this half minute's was, both clocks move on to the next.
    pub fn code(&self, name: &str) -> String {
        let mut used = self.used.lock().expect("no test panics while it holds this");
        let last = used.get(name).copied();
        if last == Some(self.clock.wall().0 / totp::STEP_MILLIS) {
            self.clock.advance_wall(Span(totp::STEP_MILLIS));
        }
        let now = self.clock.wall();
        used.insert(name.to_owned(), now.0 / totp::STEP_MILLIS);
        totp::code(&self.person(name).totp_secret, now)
    }

    /// The code of a secret that somebody has just been shown.
    pub fn code_by(&self, secret: &str) -> String {
        totp::code(secret, self.clock.wall())
    }

    /// Somebody who is not signed in.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Somebody of the lab, signed in, with a second factor only where sign-in asks for it.
    pub async fn client_of(&self, name: &str) -> Client {
        let client = self.client();
        let person = self.person(name);
        client.password(&person.user_principal_name, &person.password).await.ok();
        if client.session().await.state == domain::wire::api::SessionState::SecondFactor {
            client.second_factor(&self.code(name)).await.ok();
        }
        client
    }

    /// Somebody of the lab, signed in with a second factor.
    pub async fn client_with_factor(&self, name: &str) -> Client {
        let client = self.client_of(name).await;
        if !client.session().await.second_factor_given {
            client.second_factor(&self.code(name)).await.ok();
        }
        client
    }

    /// The administrator makes somebody eligible for ever.
    pub async fn make_eligible(&self, name: &str, role: RoleId) {
        let whom = self.client_of(name).await.id().await;
        self.client_with_factor("admin").await.make_eligible(whom, role).await.ok();
    }

    /// The administrator gives somebody an active role for eight hours.
    pub async fn make_active(&self, name: &str, role: RoleId) {
        let whom = self.client_of(name).await.id().await;
        self.client_with_factor("admin").await.make_active(whom, role).await.ok();
    }

    /// The administrator makes a role ask for the approval of these people; of the guardians where nobody is named.
    pub async fn ask_approval(&self, role: RoleId, approvers: &[&str]) {
        let mut people = Vec::new();
        for name in approvers {
            people.push(self.client_of(name).await.id().await);
        }
        self.client_with_factor("admin").await.ask_approval(role, &people).await;
    }

    /// Ten new recovery codes.
    pub async fn recovery_codes(&self, client: &Client) -> Vec<String> {
        let none = serde_json::json!({});
        client.post("/api/account/recovery-codes", &none).await.ok().parse::<RecoveryCodes>().codes
    }

    /// Who holds a role for ever, by a direct active assignment.
    pub async fn permanent_holders(&self, client: &Client, role: RoleId) -> Vec<PrincipalId> {
        let page: Assignments =
            client.get(&format!("/api/assignments?tab=active&role={role}&top=100")).await.ok().parse();
        let lasts = |row: &AssignmentRow| {
            row.end_date_time.is_none() && row.assignment_type == Some(AssignmentType::Assigned)
        };
        page.rows.into_iter().filter(lasts).map(|row| row.principal_id).collect()
    }

    /// What the audit history tells of a person's role, oldest first, once it has so many rows: the last one is
    /// written by a job.
    pub async fn story_of(&self, name: &str, role: &str, rows: usize) -> Vec<String> {
        let reader = self.client_with_factor("admin").await;
        let person = self.person(name).user_principal_name.clone();
        let mut story = Vec::new();
        for _ in 0..200 {
            story = reader.story(&person, role).await;
            if story.len() >= rows {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        story
    }
}
