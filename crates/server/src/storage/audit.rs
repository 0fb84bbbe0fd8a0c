//! The audit history. Rows are written once and never changed.

use domain::audit::{Actor, Entry};

use super::{Connection, StorageError, args};

/// Writes one row. Called by the unit of work alone.
pub(super) async fn insert(db: &mut Connection, entry: &Entry) -> Result<(), StorageError> {
    let bytes = serde_json::to_string(entry).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    let actor = match &entry.actor {
        Actor::Person { id, .. } => *id,
        Actor::System { .. } => None,
    };
    let sql = "INSERT INTO audit (id, at_ms, activity, category, correlation, actor_id, outcome, entry)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = args![
        entry.id,
        entry.at,
        &entry.activity,
        word(&entry.category),
        &entry.correlation,
        actor,
        word(&entry.outcome),
        bytes,
    ];
    db.execute(sql, values).await?;
    for target in &entry.targets {
        let sql = "INSERT INTO audit_targets (audit_id, target_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        db.execute(sql, args![entry.id, &target.id]).await?;
    }
    Ok(())
}

/// The newest rows first, as many as asked; for tests and the console.
pub async fn newest(db: &mut Connection, most: i64) -> Result<Vec<Entry>, StorageError> {
    let sql = "SELECT entry FROM audit ORDER BY at_ms DESC, id DESC LIMIT $1";
    db.all(sql, args![most]).await?.iter().map(|row| parse(&row.text("entry")?)).collect()
}

/// A stored row read back.
pub fn parse(entry: &str) -> Result<Entry, StorageError> {
    serde_json::from_str(entry).map_err(|error| StorageError::Corrupt(format!("audit entry: {error}")))
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
