//! Schedules: who has which role from when until when.

use domain::{
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    role,
    schedule::{EndReason, Kind, Schedule},
    scope::Scope,
    text::fold,
    time::{Instant, Window},
};

use super::{Connection, Row, StorageError, args};

/// The columns of a [`Schedule`].
pub const COLUMNS: &str = "id, kind, principal_id, role_id, scope, start_ms, end_ms, activated_from";

/// Reads the columns of [`COLUMNS`].
pub fn from_row(row: &Row) -> Result<Schedule, StorageError> {
    Ok(Schedule {
        id: row.parsed("id")?,
        kind: row.word("kind", Kind::parse)?,
        principal: row.parsed("principal_id")?,
        role: row.parsed("role_id")?,
        scope: row.word("scope", |word| word.parse().ok())?,
        window: Window { start: Instant(row.int("start_ms")?), end: row.int_or_null("end_ms")?.map(Instant) },
        activated_from: row.parsed_or_null("activated_from")?,
    })
}

/// The schedule under an id, unless it ended.
pub async fn find(db: &mut Connection, id: ScheduleId) -> Result<Option<Schedule>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM schedules WHERE id = $1 AND ended_ms IS NULL");
    db.first(sql, args![id]).await?.as_ref().map(from_row).transpose()
}

/// What a decision needs to know: the principal's own schedules on this role that are not over, the eligible ones of
/// his groups, and what was activated from any of these.
pub async fn for_decision(
    db: &mut Connection,
    principal: PrincipalId,
    role: RoleId,
    scope: Scope,
    now: Instant,
) -> Result<Vec<Schedule>, StorageError> {
    // Three short index searches: as one condition with OR, SQLite reads every schedule of the role instead. CROSS JOIN
    // keeps it from beginning at the wrong end.
    let sql = format!(
        "SELECT {COLUMNS} FROM schedules WHERE scope = $3 AND (end_ms IS NULL OR end_ms > $4) AND id IN (
            SELECT id FROM schedules WHERE principal_id = $1 AND role_id = $2 AND ended_ms IS NULL
            UNION SELECT s.id FROM group_members m CROSS JOIN schedules s
                WHERE m.member_id = $1 AND s.principal_id = m.group_id AND s.role_id = $2 AND s.kind = 'eligible' AND s.ended_ms IS NULL
            UNION SELECT a.id FROM schedules e CROSS JOIN schedules a
                WHERE a.activated_from = e.id AND e.principal_id = $1 AND e.role_id = $2 AND e.kind = 'eligible' AND e.ended_ms IS NULL
                    AND a.ended_ms IS NULL)
        ORDER BY id"
    );
    db.all(sql, args![principal, role, scope, now]).await?.iter().map(from_row).collect()
}

/// How many other enabled users hold a role by a direct, permanent, assigned schedule in force now.
pub async fn other_guardians(
    db: &mut Connection,
    role: RoleId,
    except: PrincipalId,
    now: Instant,
) -> Result<u64, StorageError> {
    let sql = "SELECT COUNT(DISTINCT s.principal_id) AS n FROM schedules s JOIN principals p ON p.id = s.principal_id
        WHERE s.role_id = $1 AND s.kind = 'active' AND s.activated_from IS NULL AND s.ended_ms IS NULL
            AND s.end_ms IS NULL AND s.start_ms <= $3 AND s.principal_id <> $2
            AND p.kind = 'user' AND p.enabled = $4 AND p.deleted_ms IS NULL";
    db.count(sql, args![role, except, now, true]).await
}

/// Adds a schedule.
pub async fn insert(
    db: &mut Connection,
    schedule: &Schedule,
    created_using: Option<RequestId>,
    now: Instant,
) -> Result<(), StorageError> {
    let sql =
        "INSERT INTO schedules (id, kind, principal_id, role_id, scope, start_ms, end_ms, activated_from,
            created_using, created_ms, principal_key, role_key)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, name_key, $11 FROM principals WHERE id = $3";
    let s = schedule;
    let role_key = role::find(s.role).map(|role| fold(&role.display_name)).unwrap_or_default();
    let values = args![
        s.id,
        s.kind.as_str(),
        s.principal,
        s.role,
        s.scope,
        s.window.start,
        s.window.end,
        s.activated_from,
        created_using.map(|id| id.to_string()),
        now,
        role_key,
    ];
    if db.execute(sql, values).await? == 1 {
        Ok(())
    } else {
        Err(StorageError::Corrupt(format!("schedule of an unknown principal {}", s.principal)))
    }
}

/// Gives a schedule another window.
pub async fn reschedule(
    db: &mut Connection,
    id: ScheduleId,
    window: Window,
    now: Instant,
) -> Result<(), StorageError> {
    let sql = "UPDATE schedules SET start_ms = $2, end_ms = $3, modified_ms = $4 WHERE id = $1 AND ended_ms IS NULL";
    db.execute(sql, args![id, window.start, window.end, now]).await.map(drop)
}

/// Ends a schedule; false when it had ended.
pub async fn end(
    db: &mut Connection,
    id: ScheduleId,
    at: Instant,
    reason: EndReason,
) -> Result<bool, StorageError> {
    let sql = "UPDATE schedules SET ended_ms = $2, end_reason = $3 WHERE id = $1 AND ended_ms IS NULL";
    Ok(db.execute(sql, args![id, at, reason.as_str()]).await? == 1)
}

/// How many activations of a role are in force.
pub async fn activated_on(db: &mut Connection, role: RoleId, now: Instant) -> Result<u64, StorageError> {
    let sql =
        "SELECT COUNT(*) AS n FROM schedules WHERE role_id = $1 AND kind = 'active' AND ended_ms IS NULL
            AND activated_from IS NOT NULL AND start_ms <= $2 AND (end_ms IS NULL OR end_ms > $2)";
    db.count(sql, args![role, now]).await
}

/// Everything that a principal holds or may activate, on any role, that has not ended.
pub async fn of_principal(
    db: &mut Connection,
    principal: PrincipalId,
) -> Result<Vec<Schedule>, StorageError> {
    let sql =
        format!("SELECT {COLUMNS} FROM schedules WHERE principal_id = $1 AND ended_ms IS NULL ORDER BY id");
    db.all(sql, args![principal]).await?.iter().map(from_row).collect()
}

/// What was activated from an eligible schedule and has not ended; of one member alone when `by` names him.
pub async fn activated_from(
    db: &mut Connection,
    eligibility: ScheduleId,
    by: Option<PrincipalId>,
) -> Result<Vec<Schedule>, StorageError> {
    let sql =
        format!("SELECT {COLUMNS} FROM schedules WHERE activated_from = $1 AND ended_ms IS NULL ORDER BY id");
    let rows = db.all(sql, args![eligibility]).await?;
    let found: Vec<Schedule> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|s| by.is_none_or(|id| id == s.principal)).collect())
}
