//! Activations a second, against inserting the same rows through the same writer without a rule.

use std::sync::Arc;

use domain::{
    permission::Permissions,
    request::{Action, Ask, AskedWindow, Expiration, Ticket},
    schedule::Kind,
    time::Span,
    wire::api::{Person, Preferences, SessionState},
};
use server::{
    caller::Caller,
    clock::Clock,
    engine,
    ids::fresh,
    storage::{Connection, Storage, StorageError, args},
};

use crate::{
    people::{self, Eligible, ROLE},
    print, rate, started,
};

pub async fn compare(clients: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("bench.db").display());
    let storage = Storage::open(&url).await.expect("a database");
    let clock = Clock::system(Span::ZERO);
    let count = if clients == 1 { 2_000 } else { 20_000 };
    let eligible = people::add(&storage, count, clock.engine()).await;

    let watch = started();
    let engine = (storage.clone(), clock.clone());
    each(clients, &eligible, move |one| {
        let (storage, clock) = engine.clone();
        async move {
            let outcome = engine::submit(&storage, &clock, &caller(&one), ask(&one), None).await;
            outcome.expect("the activation is granted");
        }
    })
    .await;
    let activations = rate(count, watch.elapsed());

    let texts = Arc::new(Texts::of_the_last(&storage).await.expect("an activation"));
    let watch = started();
    let writer = (storage.clone(), texts);
    each(clients, &eligible, move |one| {
        let (storage, texts) = writer.clone();
        async move { bare(&storage, &one, texts).await.expect("the rows are inserted") }
    })
    .await;
    let inserts = rate(count, watch.elapsed());
    storage.close().await;

    let name = format!("engine::submit, {clients} client{}", if clients == 1 { "" } else { "s" });
    let ratio = activations / inserts;
    let baseline =
        format!("{activations:.0} activations/s against {inserts:.0} bare inserts/s of the same rows");
    print(&name, ratio, "times the bare loop", &baseline, "at least 0.5", ratio >= 0.5);
}

/// Deals the people out to so many tasks.
async fn each<F, Fut>(clients: usize, eligible: &[Eligible], work: F)
where
    F: Fn(Eligible) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let tasks: Vec<_> = eligible
        .chunks(eligible.len().div_ceil(clients))
        .map(|part| {
            let (part, work) = (part.to_vec(), work.clone());
            tokio::spawn(async move {
                for one in part {
                    work(one).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a client");
    }
}

fn caller(one: &Eligible) -> Caller {
    Caller {
        person: Person {
            id: one.person.id,
            display_name: one.person.display_name.clone(),
            user_principal_name: one.person.user_principal_name.clone(),
        },
        session: one.session,
        state: SessionState::SignedIn,
        second_factor: true,
        second_factor_enrolled: true,
        rights: Vec::new(),
        permissions: Permissions::NONE,
        preferences: Preferences::default(),
        address: "127.0.0.1".into(),
    }
}

fn ask(one: &Eligible) -> Ask {
    Ask {
        action: Action::SelfActivate,
        kind: Kind::Active,
        principal: one.person.id,
        role: ROLE,
        scope: one.schedule.scope,
        justification: Some("to create the account of a new colleague".into()),
        window: Some(AskedWindow { start: None, expiration: Expiration::AfterDuration(Span::hours(8)) }),
        ticket: Ticket::default(),
        target: None,
    }
}

/// The long texts of an activation that the engine wrote, so that the bare loop writes as many bytes.
struct Texts {
    ask: String,
    trace: String,
    entries: Vec<String>,
    targets: Vec<String>,
}

impl Texts {
    async fn of_the_last(storage: &Storage) -> Result<Self, StorageError> {
        let mut db = storage.read().await?;
        let request = db.all("SELECT ask, trace FROM requests LIMIT 1", args![]).await?;
        let entries = "SELECT entry FROM audit WHERE correlation = (SELECT correlation FROM audit LIMIT 1)";
        let entries = column(&mut db, entries, "entry").await?;
        let targets = "SELECT target_id FROM audit_targets WHERE audit_id = (SELECT id FROM audit LIMIT 1)";
        let targets = column(&mut db, targets, "target_id").await?;
        Ok(Self { ask: request[0].text("ask")?, trace: request[0].text("trace")?, entries, targets })
    }
}

async fn column(db: &mut Connection, sql: &str, name: &str) -> Result<Vec<String>, StorageError> {
    db.all(sql, args![]).await?.iter().map(|row| row.text(name)).collect()
}

async fn bare(storage: &Storage, one: &Eligible, texts: Arc<Texts>) -> Result<(), StorageError> {
    let one = one.clone();
    let ids: [String; 4] = std::array::from_fn(|_| fresh().to_string());
    storage
        .write(move |unit| {
            let (one, texts, ids) = (one.clone(), Arc::clone(&texts), ids.clone());
            Box::pin(async move {
                insert(unit.db(), &one, &texts, &ids).await?;
                Ok(unit.commit_without_audit(()))
            })
        })
        .await
}

async fn insert(
    db: &mut Connection,
    one: &Eligible,
    texts: &Texts,
    [schedule, request, audit, job]: &[String; 4],
) -> Result<(), StorageError> {
    let (person, now) = (one.person.id, one.person.created_at);
    let sql =
        "INSERT INTO schedules (id, kind, principal_id, role_id, scope, start_ms, end_ms, activated_from,
        created_using, created_ms, principal_key, role_key)
        VALUES ($1, 'active', $2, $3, '/', $4, $4, $5, $6, $4, $7, 'user administrator')";
    let name = &one.person.display_name;
    db.execute(sql, args![schedule, person, ROLE, now, one.schedule.id, request, name]).await?;
    let sql = "INSERT INTO requests (id, action, kind, principal_id, role_id, scope, status, created_by, created_ms,
        completed_ms, target_id, custom_data, ask, trace)
        VALUES ($1, 'selfActivate', 'active', $2, $3, '/', 'Provisioned', $2, $4, $4, $5, NULL, $6, $7)";
    db.execute(sql, args![request, person, ROLE, now, schedule, &texts.ask, &texts.trace]).await?;
    for (number, entry) in texts.entries.iter().enumerate() {
        let id = format!("{audit}-{number}");
        let sql = "INSERT INTO audit (id, at_ms, activity, category, correlation, actor_id, outcome, entry)
            VALUES ($1, $2, 'Add member to role completed', 'RoleManagement', $3, $4, 'success', $5)";
        db.execute(sql, args![&id, now, request, person, entry]).await?;
        for target in &texts.targets {
            let sql = "INSERT INTO audit_targets (audit_id, target_id) VALUES ($1, $2)";
            db.execute(sql, args![&id, target]).await?;
        }
    }
    let sql = "INSERT INTO jobs (id, kind, subject, due_ms, attempts, leased_until_ms, dead, last_error)
        VALUES ($1, 'end', $2, $3, 0, NULL, FALSE, NULL)";
    db.execute(sql, args![job, schedule, now]).await.map(drop)
}
