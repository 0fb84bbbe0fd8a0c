//! How the database itself stands.

use domain::time::Instant;

use super::{Connection, StorageError, args};

/// How the database itself stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The version of its tables.
    pub version: i64,
    /// How large it is, in bytes.
    pub bytes: i64,
    /// Whether it keeps what it acknowledged through a power cut.
    pub durable: bool,
    /// Its own clock; none where it has none.
    pub clock: Option<Instant>,
}

/// How the jobs stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jobs {
    /// When the oldest job is, or was, due, on the engine's clock.
    pub oldest: Option<Instant>,
    /// How many were laid aside for a person to look at.
    pub dead: u64,
    /// What one of them ran into.
    pub error: Option<String>,
}

/// How the database itself stands.
pub async fn database(db: &mut Connection) -> Result<Database, StorageError> {
    let version = number(db, "SELECT version AS n FROM schema_version").await?;
    if db.is_embedded() {
        let pages = number(db, "SELECT page_count AS n FROM pragma_page_count").await?;
        let size = number(db, "SELECT page_size AS n FROM pragma_page_size").await?;
        // Both settings were looked at when it was opened, which refuses it otherwise; the journal can be seen again.
        let journal = db.first("PRAGMA journal_mode", args![]).await?;
        let journal = journal.map(|row| row.text("journal_mode")).transpose()?;
        return Ok(Database {
            version,
            bytes: pages * size,
            durable: journal.as_deref() == Some("wal"),
            clock: None,
        });
    }
    let bytes = number(db, "SELECT pg_database_size(current_database()) AS n").await?;
    let sql = "SELECT COUNT(*) AS n FROM pg_settings WHERE name IN ('synchronous_commit', 'fsync') AND setting = 'off'";
    let durable = db.count(sql, args![]).await? == 0;
    let clock = number(db, "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS n").await?;
    Ok(Database { version, bytes, durable, clock: Some(Instant(clock)) })
}

/// How the jobs stand.
pub async fn jobs(db: &mut Connection) -> Result<Jobs, StorageError> {
    let row = db.first("SELECT MIN(due_ms) AS due_ms FROM jobs WHERE dead = $1", args![false]).await?;
    let error = "SELECT last_error FROM jobs WHERE dead = $1 ORDER BY due_ms DESC, id LIMIT 1";
    let error = db.first(error, args![true]).await?;
    Ok(Jobs {
        oldest: row.map(|row| row.int_or_null("due_ms")).transpose()?.flatten().map(Instant),
        dead: db.count("SELECT COUNT(*) AS n FROM jobs WHERE dead = $1", args![true]).await?,
        error: error.map(|row| row.text_or_null("last_error")).transpose()?.flatten(),
    })
}

async fn number(db: &mut Connection, sql: &str) -> Result<i64, StorageError> {
    let row = db.first(sql, args![]).await?;
    Ok(row.map(|row| row.int("n")).transpose()?.unwrap_or_default())
}
