//! Requests: the order forms behind every change, kept for good.

use domain::{
    decide::{OpenRequestFact, TraceStep},
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    request::{Action, Ask, Request, Status},
    scope::Scope,
    text::fold,
    time::Instant,
};

use super::{Connection, Row, StorageError, args};

/// The columns of a [`Request`].
pub const COLUMNS: &str = "id, status, created_by, created_ms, completed_ms, target_id, custom_data, ask";

/// Reads the columns of [`COLUMNS`].
pub fn from_row(row: &Row) -> Result<Request, StorageError> {
    let ask = row.text("ask")?;
    Ok(Request {
        id: row.parsed("id")?,
        ask: serde_json::from_str(&ask).map_err(|error| StorageError::Corrupt(format!("ask: {error}")))?,
        status: row.word("status", Status::parse)?,
        created_by: row.parsed("created_by")?,
        created_at: Instant(row.int("created_ms")?),
        completed_at: row.int_or_null("completed_ms")?.map(Instant),
        target: row.parsed_or_null("target_id")?,
    })
}

/// Adds a request. A second open one on the same principal, role and scope is a [`StorageError::is_conflict`].
pub async fn insert(
    db: &mut Connection,
    request: &Request,
    trace: &[TraceStep],
    custom_data: Option<&str>,
) -> Result<(), StorageError> {
    let json = |error: serde_json::Error| StorageError::Corrupt(error.to_string());
    let sql = "INSERT INTO requests (id, action, kind, principal_id, role_id, scope, status, created_by, created_ms,
            completed_ms, target_id, custom_data, ask, trace, said_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let (r, ask) = (request, &request.ask);
    let values = args![
        r.id,
        ask.action.as_str(),
        ask.kind.as_str(),
        ask.principal,
        ask.role,
        ask.scope,
        r.status.as_str(),
        r.created_by,
        r.created_at,
        r.completed_at,
        r.target,
        custom_data,
        serde_json::to_string(ask).map_err(json)?,
        serde_json::to_string(trace).map_err(json)?,
        said(ask),
    ];
    db.execute(sql, values).await.map(drop)
}

/// Reason and ticket, in the form in which texts are searched.
fn said(ask: &Ask) -> String {
    let texts = [&ask.justification, &ask.ticket.number, &ask.ticket.system];
    fold(&texts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "))
}

/// Folds what older versions of the program wrote without its folded form.
pub(super) async fn fold_all(db: &mut Connection) -> Result<(), StorageError> {
    let rows = db.all(format!("SELECT {COLUMNS} FROM requests"), args![]).await?;
    for request in rows.iter().map(from_row) {
        let request = request?;
        let sql = "UPDATE requests SET said_key = $2 WHERE id = $1";
        db.execute(sql, args![request.id, said(&request.ask)]).await?;
    }
    Ok(())
}

/// The request under an id.
pub async fn find(db: &mut Connection, id: RequestId) -> Result<Option<Request>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM requests WHERE id = $1");
    db.first(sql, args![id]).await?.as_ref().map(from_row).transpose()
}

/// The open requests on one principal, role and scope.
pub async fn open(
    db: &mut Connection,
    principal: PrincipalId,
    role: RoleId,
    scope: Scope,
) -> Result<Vec<OpenRequestFact>, StorageError> {
    let sql = "SELECT id, action FROM requests WHERE principal_id = $1 AND role_id = $2 AND scope = $3
        AND status IN ('Granted', 'PendingApproval')";
    let rows = db.all(sql, args![principal, role, scope]).await?;
    rows.iter()
        .map(|row| Ok(OpenRequestFact { id: row.parsed("id")?, action: row.word("action", Action::parse)? }))
        .collect()
}

/// The open requests about one principal, on any role.
pub async fn open_of(db: &mut Connection, principal: PrincipalId) -> Result<Vec<Request>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM requests WHERE principal_id = $1 AND status IN ('Granted', 'PendingApproval')"
    );
    db.all(sql, args![principal]).await?.iter().map(from_row).collect()
}

/// The requests that made, changed or ended a schedule.
pub async fn about(db: &mut Connection, schedule: ScheduleId) -> Result<Vec<RequestId>, StorageError> {
    let sql = "SELECT id FROM requests WHERE target_id = $1";
    db.all(sql, args![schedule]).await?.iter().map(|row| row.parsed("id")).collect()
}

/// How many requests on a role wait for an approval.
pub async fn pending_on(db: &mut Connection, role: RoleId) -> Result<u64, StorageError> {
    let sql = "SELECT COUNT(*) AS n FROM requests WHERE role_id = $1 AND status = 'PendingApproval'";
    db.count(sql, args![role]).await
}

/// The request that still waits for this schedule to start.
pub async fn waiting_for(db: &mut Connection, schedule: ScheduleId) -> Result<Option<Request>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM requests WHERE target_id = $1 AND status IN ('Granted', 'PendingApproval')"
    );
    db.first(sql, args![schedule]).await?.as_ref().map(from_row).transpose()
}

/// A request that waited for approval got it: its new status, when it takes effect, and the schedule that it made.
pub async fn approve(
    db: &mut Connection,
    id: RequestId,
    status: Status,
    effective: Instant,
    target: ScheduleId,
) -> Result<(), StorageError> {
    let sql = "UPDATE requests SET status = $2, completed_ms = $3, target_id = $4
        WHERE id = $1 AND status = 'PendingApproval'";
    db.execute(sql, args![id, status.as_str(), effective, target]).await.map(drop)
}

/// Adds the rules that a later decision asked to those kept with a request.
pub async fn keep_trace(db: &mut Connection, id: RequestId, more: &[TraceStep]) -> Result<(), StorageError> {
    let json = |error: serde_json::Error| StorageError::Corrupt(error.to_string());
    let Some(row) = db.first("SELECT trace FROM requests WHERE id = $1", args![id]).await? else {
        return Ok(());
    };
    let mut trace: Vec<TraceStep> = serde_json::from_str(&row.text("trace")?).map_err(json)?;
    trace.extend_from_slice(more);
    let trace = serde_json::to_string(&trace).map_err(json)?;
    db.execute("UPDATE requests SET trace = $2 WHERE id = $1", args![id, trace]).await.map(drop)
}

/// Notes why a request that was approved could not be given any more.
pub async fn keep_failure(db: &mut Connection, id: RequestId, why: &str) -> Result<(), StorageError> {
    db.execute("UPDATE requests SET failure = $2 WHERE id = $1", args![id, why]).await.map(drop)
}

/// Moves a request on; false when it is no longer in the status `from`.
pub async fn advance(
    db: &mut Connection,
    id: RequestId,
    from: Status,
    to: Status,
    completed_at: Option<Instant>,
) -> Result<bool, StorageError> {
    let sql = "UPDATE requests SET status = $3, completed_ms = $4 WHERE id = $1 AND status = $2";
    Ok(db.execute(sql, args![id, from.as_str(), to.as_str(), completed_at]).await? == 1)
}
