//! The audit history. Rows are written once and never changed.

use domain::{
    audit::{Actor, Entry},
    audit_type::AuditType,
    ids::RequestId,
    text::fold,
};

use super::{Arg, Connection, StorageError, args};

/// So many rows go into one statement.
const CHUNK: usize = 50;
/// The searched words of a row stand in an index, whose rows may not be long.
const MOST_SEARCHED: usize = 2_400;

/// Writes rows. Called by the unit of work alone.
pub(super) async fn insert(db: &mut Connection, entries: &[Entry]) -> Result<(), StorageError> {
    for entries in entries.chunks(CHUNK) {
        let columns =
            "INSERT INTO audit (id, at_ms, activity, category, correlation, actor_id, outcome, entry, actor_key,
            actor_upn, type, search_key)";
        let values = entries.iter().map(columns_of).collect::<Result<Vec<_>, _>>()?;
        insert_rows(db, columns, "", values).await?;
        let columns = "INSERT INTO audit_targets (audit_id, target_id, name_key, told_ms)";
        let targets = entries
            .iter()
            .flat_map(|entry| entry.targets.iter().map(|t| args![entry.id, &t.id, fold(&t.name), entry.at]));
        insert_rows(db, columns, " ON CONFLICT DO NOTHING", targets.collect()).await?;
    }
    Ok(())
}

fn columns_of(entry: &Entry) -> Result<Vec<Arg>, StorageError> {
    let bytes = serde_json::to_string(entry).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    let (actor, actor_key, actor_upn) = match &entry.actor {
        Actor::Person { id, name, user_principal_name, .. } => (*id, fold(name), fold(user_principal_name)),
        Actor::System { name } => (None, fold(name), String::new()),
    };
    Ok(args![
        entry.id,
        entry.at,
        &entry.activity,
        word(&entry.category),
        &entry.correlation,
        actor,
        word(&entry.outcome),
        bytes,
        actor_key,
        actor_upn,
        AuditType::of(entry.category, &entry.activity).as_str(),
        search_key(entry),
    ])
}

/// The words by which a row is found: what, who, which role, whom, the ticket and why. The longest stand last, because
/// what is too long is cut.
fn search_key(entry: &Entry) -> String {
    let mut words = vec![entry.activity.as_str()];
    match &entry.actor {
        Actor::Person { name, user_principal_name, .. } => words.extend([name, user_principal_name.as_str()]),
        Actor::System { name } => words.push(name),
    }
    words.extend(entry.targets.iter().map(|target| target.name.as_str()));
    let told = |wanted: &str| {
        let found = entry.details.iter().filter(|(name, _)| name.starts_with(wanted));
        found.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    words.extend(told("Ticket"));
    words.extend(entry.reason.as_deref());
    words.extend(told("Justification"));
    let mut key = fold(&words.join("\n"));
    key.truncate(key.floor_char_boundary(MOST_SEARCHED));
    key
}

/// One statement for all rows: each statement is a journey of its own.
async fn insert_rows(
    db: &mut Connection,
    columns: &str,
    conflict: &str,
    rows: Vec<Vec<Arg>>,
) -> Result<(), StorageError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut n = 0;
    let mut place = || {
        n += 1;
        format!("${n}")
    };
    let places: Vec<String> = rows
        .iter()
        .map(|row| format!("({})", row.iter().map(|_| place()).collect::<Vec<_>>().join(", ")))
        .collect();
    let sql = format!("{columns} VALUES {}{conflict}", places.join(", "));
    db.execute(sql, rows.into_iter().flatten().collect()).await.map(drop)
}

/// The newest rows first, as many as asked; for tests and the console.
pub async fn newest(db: &mut Connection, most: i64) -> Result<Vec<Entry>, StorageError> {
    let sql = "SELECT entry FROM audit ORDER BY at_ms DESC, id DESC LIMIT $1";
    db.all(sql, args![most]).await?.iter().map(|row| parse(&row.text("entry")?)).collect()
}

/// Everything that is told of some requests, the oldest first.
pub async fn of_requests(db: &mut Connection, ids: &[RequestId]) -> Result<Vec<Entry>, StorageError> {
    let mut rows = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let sql = format!("SELECT entry FROM audit WHERE correlation IN ({})", marks.join(", "));
        for row in db.all(sql, ids.iter().flat_map(|id| args![*id]).collect()).await? {
            rows.push(parse(&row.text("entry")?)?);
        }
    }
    rows.sort_by_key(|entry: &Entry| (entry.at, entry.id));
    Ok(rows)
}

/// A stored row read back.
pub fn parse(entry: &str) -> Result<Entry, StorageError> {
    serde_json::from_str(entry).map_err(|error| StorageError::Corrupt(format!("audit entry: {error}")))
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
