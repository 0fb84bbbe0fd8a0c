//! Brings a database to this program's version, and refuses one of a newer program.

use super::{Outcome, Storage, StorageError, UnitOfWork, args, principals, requests};

/// The steps, in order. A step that landed is never changed.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_core.sql"),
    include_str!("migrations/0002_auth.sql"),
    include_str!("migrations/0003_read.sql"),
    include_str!("migrations/0004_grids.sql"),
    include_str!("migrations/0005_approvals.sql"),
    include_str!("migrations/0006_mail.sql"),
    include_str!("migrations/0007_audit.sql"),
    include_str!("migrations/0008_guard.sql"),
    include_str!("migrations/0009_audit_search.sql"),
    include_str!("migrations/0010_said.sql"),
    include_str!("migrations/0011_nickname.sql"),
    include_str!("migrations/0012_first.sql"),
    include_str!("migrations/0013_trusted.sql"),
    include_str!("migrations/0014_known_addresses.sql"),
];

/// The version of the database that this program writes.
pub const VERSION: usize = STEPS.len();

/// The version from which on folded texts stand beside mail addresses, titles and descriptions.
const FOLDED: usize = 8;

/// The version from which on the folded reason and ticket stand beside a request.
const SAID: usize = 10;

/// Any number that nothing else on the database locks.
const LOCK: i64 = 0x70_69_6d_6c_69_63_6f;

pub(super) async fn run(storage: &Storage) -> Result<(), StorageError> {
    if storage.is_embedded() {
        return storage.write(|unit| Box::pin(step(unit))).await;
    }
    // Of several replicas that start together, one brings the database up to date and the others find it so.
    let mut turn = storage.read().await?;
    turn.batch(format!("SELECT pg_advisory_lock({LOCK})")).await?;
    let outcome = storage.write(|unit| Box::pin(step(unit))).await;
    turn.batch(format!("SELECT pg_advisory_unlock({LOCK})")).await?;
    outcome
}

async fn step(unit: &mut UnitOfWork) -> Outcome<(), StorageError> {
    let db = unit.db();
    db.batch(
        "CREATE TABLE IF NOT EXISTS schema_version (only_row BIGINT PRIMARY KEY, version BIGINT NOT NULL)",
    )
    .await?;
    let found = db.first("SELECT version FROM schema_version", args![]).await?;
    let found = found.map(|row| row.int("version")).transpose()?.unwrap_or_default();
    let found = usize::try_from(found).unwrap_or_default();
    if found > VERSION {
        return Err(StorageError::Refused(format!(
            "the database has version {found} and this program knows up to {VERSION}: use the newer program"
        )));
    }
    for sql in &STEPS[found..] {
        db.batch(localised(sql, db.is_embedded())).await?;
    }
    if found < FOLDED {
        principals::fold_all(db).await?;
    }
    if found < SAID {
        requests::fold_all(db).await?;
    }
    let version = i64::try_from(VERSION).unwrap_or(i64::MAX);
    let upsert = "INSERT INTO schema_version (only_row, version) VALUES (1, $1)
        ON CONFLICT (only_row) DO UPDATE SET version = excluded.version";
    db.execute(upsert, args![version]).await?;
    Ok(unit.commit_without_audit(()))
}

/// Text is compared by its bytes on both: the embedded database does so by itself, the served one is told.
fn localised(sql: &str, embedded: bool) -> String {
    if embedded { sql.replace("BYTEA", "BLOB") } else { sql.replace(" TEXT", " TEXT COLLATE \"C\"") }
}
