//! A real server with a fresh lab, and both clocks in the test's hands.

use std::net::SocketAddr;

use domain::time::{Instant, Span};
use futures::FutureExt;
use server::{
    app::{self, Options, Running, Settings},
    auth::{totp, vault::Vault},
    clock::Clock,
    ids,
    lab::{self, Account, Lab},
    storage::{Outcome, Storage, StorageError, UnitOfWork, args, audit, credentials, meta, principals},
};
use sqlx::{Connection, Executor};
use tempfile::TempDir;

use crate::browser::Browser;

const MORNING: Instant = Instant(1_894_006_800_000);

pub struct World {
    pub clock: Clock,
    pub running: Running,
    pub url: String,
    pub lab: Option<Lab>,
    _folder: TempDir,
}

impl World {
    /// With the lab's people.
    pub async fn lab() -> Self {
        Self::start(true, settings()).await
    }

    /// The same, behind a proxy or at another address.
    pub async fn lab_behind(settings: Settings) -> Self {
        Self::start(true, settings).await
    }

    /// Set up, but no lab.
    pub async fn bare(settings: Settings) -> Self {
        Self::start(false, settings).await
    }

    async fn start(as_lab: bool, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&fresh_database(&folder).await).await.unwrap();
        let vault = Vault::open(&folder.path().join("key")).unwrap();
        let clock = Clock::manual(MORNING);
        let lab = if as_lab {
            Some(lab::open(&storage, &clock, &vault, folder.path()).await.unwrap())
        } else {
            name_tenant(&storage).await;
            None
        };
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let options = Options {
            storage,
            clock: clock.clone(),
            vault,
            lab: lab.clone(),
            outlet: server::mail::Outlet::Off,
            listen,
            settings,
        };
        let running = app::start(options).await.unwrap();
        let url = format!("http://{}", running.address);
        Self { clock, running, url, lab, _folder: folder }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// Somebody of the lab, by the part before the `@`.
    pub fn person(&self, name: &str) -> &Account {
        self.lab.as_ref().unwrap().account(name).unwrap()
    }

    /// The code of the half minute that is `steps` away from now.
    pub fn code(&self, name: &str, steps: i64) -> String {
        code_of(&self.person(name).totp_secret, self.clock.wall(), steps)
    }

    /// Signs in as far as a right password leads.
    pub async fn with_password(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let person = self.person(name);
        browser.sign_in(&person.user_principal_name, &person.password).await.ok();
        browser
    }

    /// Signs in with both factors. Both clocks go on by half a minute first, so that the code is a new one.
    pub async fn with_factor(&self, name: &str) -> Browser {
        self.clock.advance_wall(Span::seconds(30));
        let mut browser = self.with_password(name).await;
        browser.second_factor(&self.code(name, 0)).await.ok();
        browser
    }

    /// Sets a value of the whole installation.
    pub async fn set_meta(&self, name: &'static str, value: &str) {
        let value = value.to_owned();
        let done = self.running.state.storage.write(move |unit: &mut UnitOfWork| {
            let value = value.clone();
            async move {
                meta::set(unit.db(), name, &value).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        });
        done.await.unwrap();
    }

    /// Gives somebody the lab's password back, as if it had never been reset.
    pub async fn restore_password(&self, name: &str) {
        let (state, person) = (&self.running.state, self.person(name));
        let hash = state.passwords.hash(person.password.clone(), "192.0.2.1").await.unwrap();
        let mut db = state.storage.read().await.unwrap();
        let user = principals::find_user(&mut db, &person.user_principal_name).await.unwrap().unwrap();
        drop(db);
        let (id, wall) = (user.id, self.clock.wall());
        let done = state.storage.write(move |unit: &mut UnitOfWork| {
            let hash = hash.clone();
            async move {
                credentials::set_password(unit.db(), id, &hash, credentials::Origin::Own, wall).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        });
        done.await.unwrap();
    }

    /// How many rows of a table tell of somebody.
    pub async fn rows_of(&self, table: &str, id: &str) -> u64 {
        let mut db = self.running.state.storage.read().await.unwrap();
        let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE principal_id = $1");
        db.count(sql, args![id]).await.unwrap()
    }

    /// Lets the engine's clock go on a little, so that the next audit row is the newest.
    pub fn tick(&self) {
        self.clock.advance_engine(Span(1));
    }

    /// The newest audit rows as they are kept.
    pub async fn newest_entries(&self, most: i64) -> Vec<domain::audit::Entry> {
        let mut db = self.running.state.storage.read().await.unwrap();
        audit::newest(&mut db, most).await.unwrap()
    }

    /// How many audit rows there are.
    pub async fn count_rows(&self) -> u64 {
        let mut db = self.running.state.storage.read().await.unwrap();
        db.count("SELECT COUNT(*) AS n FROM audit", args![]).await.unwrap()
    }

    /// The newest audit rows: what, and whether it went well.
    pub async fn newest_rows(&self, most: i64) -> Vec<(String, domain::audit::Outcome)> {
        let mut db = self.running.state.storage.read().await.unwrap();
        let rows = audit::newest(&mut db, most).await.unwrap();
        rows.into_iter().map(|row| (row.activity, row.outcome)).collect()
    }
}

pub fn code_of(secret: &str, wall: Instant, steps: i64) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    totp::code(&secret, totp::step(wall) + steps)
}

/// On loopback, without a proxy.
pub fn settings() -> Settings {
    Settings { public_url: String::new(), dev_origin: None, trusted_proxies: Vec::new(), tls: None }
}

async fn name_tenant(storage: &Storage) {
    let named = storage.write(|unit: &mut UnitOfWork| {
        async move {
            meta::set(unit.db(), meta::TENANT_ID, "00000000-0000-4000-8000-000000000001").await?;
            meta::set(unit.db(), meta::TENANT_NAME, "Example").await?;
            Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
        }
        .boxed()
    });
    named.await.unwrap();
}

/// The address of a database that nobody used before.
pub async fn fresh_database(folder: &TempDir) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test command says here which database is meant")]
    let Ok(cluster) = std::env::var("PIMLICO_TEST_POSTGRES") else {
        return format!("sqlite://{}", folder.path().join("pimlico.db").display());
    };
    let name = format!("pimlico_{}", ids::fresh().simple());
    let mut connection = sqlx::PgConnection::connect(&cluster).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let (server, _) = cluster.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
