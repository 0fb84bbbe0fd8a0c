//! `/auditLogs/directoryAudits`.

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    audit::{Actor, Category, Change, Entry, Target},
    permission::Permission,
    time::Span,
};
use futures::stream;
use serde_json::{Value, json};

use super::{answer, audit_query::AuditQuery, call::Call, users::nothing_expanded};
use crate::{
    audit_csv,
    error::ApiError,
    odata::{Opt, Place, Query},
    reading::{Broken, Reader},
    storage::{Connection, Row, StorageError, audit, listing, meta, select::Slice, tables},
};

/// So many rows of a file are read at once.
const CHUNK: u64 = 500;

const CONTEXT: &str = "auditLogs/directoryAudits";

/// One page of the history, the newest first; all of it as a file for whoever wants CSV.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    call.needs(Permission::ReadAudit)?;
    let query = call.options(Opt::KEYSET)?;
    nothing_expanded(&query)?;
    let wanted = AuditQuery::new(&query)?;
    let mut db = call.db().await?;
    let tenant = tenant(&mut db).await?;
    if call.wants_csv() {
        return csv(call, wanted, &query, &tenant);
    }
    let size = query.page_size();
    let slice = Slice { skip: query.skip, top: u64::from(size) + 1 };
    let rows = wanted.rows(&mut db, query.after.as_ref(), slice).await?;
    let count = if query.count { Some(wanted.count(&mut db).await?) } else { None };
    let mut entries = entries(&rows)?;
    let more = entries.len() > size as usize;
    entries.truncate(size as usize);
    let next = match entries.last().zip(rows.get(entries.len().saturating_sub(1))).filter(|_| more) {
        Some((entry, row)) => Some(call.link(&wanted.next(&query, row, &place(entry))?)),
        None => None,
    };
    let rows = entries.iter().map(|entry| shape(entry, &tenant)).collect();
    answer::page(call, CONTEXT, &tables::AUDITS, rows, (count, next), &query)
}

/// All rows, written as they are read. `$top` is then how many there are at most.
fn csv(call: &Call, wanted: AuditQuery, query: &Query, tenant: &Value) -> Result<Response, ApiError> {
    if !wanted.is_by_time() {
        return Err(ApiError::bad(
            "$orderby",
            "a file has the order of time",
            "activityDateTime, asc or desc",
        ));
    }
    if query.count || !query.select.is_empty() {
        let option = if query.count { "$count" } else { "$select" };
        let message = "a file has all columns, and no count";
        return Err(ApiError::bad(option, message, "$filter, $orderby, $top, $skip and $skiptoken"));
    }
    let day = call.state.clock.engine().to_string().chars().take(10).collect::<String>();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"PIM-Audit-{day}.csv\"")),
    ];
    let name = tenant["name"].as_str().unwrap_or_default().to_owned();
    let first = Reading {
        reader: Reader::new(&call.state, &call.caller, Some(Permission::ReadAudit)),
        // What is written while the file is being read does not make it longer.
        wanted: wanted.until(call.state.clock.engine() + Span(1)),
        name,
        after: query.after.clone(),
        skip: query.skip,
        left: query.top.map_or(u64::MAX, u64::from),
        text: audit_csv::HEADER.to_owned(),
    };
    let parts = stream::try_unfold(Some(first), |reading| async move {
        match reading {
            Some(reading) => reading.part().await.map(Some),
            None => Ok(None),
        }
    });
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// A file that is being read.
struct Reading {
    reader: Reader,
    wanted: AuditQuery,
    name: String,
    after: Option<Place>,
    skip: u64,
    left: u64,
    text: String,
}

impl Reading {
    /// The next part, and what is left to read.
    async fn part(mut self) -> Result<(Bytes, Option<Self>), Broken> {
        let slice = Slice { skip: self.skip, top: CHUNK.min(self.left) };
        let rows = self.wanted.rows(&mut self.reader.db().await?, self.after.as_ref(), slice).await?;
        let entries = entries(&rows)?;
        let mut text = std::mem::take(&mut self.text);
        for entry in &entries {
            audit_csv::line(&mut text, entry, &self.name);
        }
        let read = entries.len() as u64;
        (self.after, self.skip, self.left) = (entries.last().map(place), 0, self.left - read);
        let more = read == slice.top && self.left > 0;
        Ok((Bytes::from(text), more.then_some(self)))
    }
}

fn entries(rows: &[Row]) -> Result<Vec<Entry>, StorageError> {
    rows.iter().map(|row| audit::parse(&row.text("entry")?)).collect()
}

fn place(entry: &Entry) -> Place {
    Place { at: entry.at, id: entry.id.to_string() }
}

/// One row of the history.
pub async fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    call.needs(Permission::ReadAudit)?;
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let mut db = call.db().await?;
    let tenant = tenant(&mut db).await?;
    let mut select = listing::audits(None);
    select.and("id = {}", id.to_ascii_lowercase());
    let row = select.first(&mut db).await?.ok_or_else(|| ApiError::not_found(id))?;
    answer::entity(call, CONTEXT, &tables::AUDITS, from_row(&row, &tenant)?, &query)
}

/// The organisation, as rows name it.
pub async fn tenant(db: &mut Connection) -> Result<Value, StorageError> {
    let tenant = meta::tenant(db).await?;
    Ok(tenant.map(|tenant| json!({"id": tenant.id, "name": tenant.display_name})).unwrap_or_default())
}

fn from_row(row: &Row, tenant: &Value) -> Result<Value, StorageError> {
    Ok(shape(&audit::parse(&row.text("entry")?)?, tenant))
}

/// A row as Graph writes it.
pub fn shape(entry: &Entry, tenant: &Value) -> Value {
    let (service, operation) = match entry.category {
        Category::RoleManagement => ("PIM", "CreateRequest"),
        _ => ("Core Directory", "Update"),
    };
    let initiated_by = match &entry.actor {
        Actor::Person { id, name, user_principal_name, address } => json!({
            "user": {
                "id": id,
                "displayName": name,
                "userPrincipalName": user_principal_name,
                "ipAddress": address,
                "userType": "Member",
                "homeTenantId": tenant["id"],
                "homeTenantName": tenant["name"],
            },
            "app": null,
        }),
        Actor::System { name } => json!({
            "user": null,
            "app": {"appId": null, "displayName": name, "servicePrincipalId": null, "servicePrincipalName": null},
        }),
    };
    let details: Vec<Value> =
        entry.details.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({
        "id": entry.id,
        "activityDateTime": entry.at,
        "activityDisplayName": entry.activity,
        "category": entry.category,
        "correlationId": entry.correlation,
        "initiatedBy": initiated_by,
        "loggedByService": service,
        "operationType": operation,
        "result": entry.outcome,
        "resultReason": entry.reason,
        "targetResources": entry.targets.iter().map(target).collect::<Vec<_>>(),
        "additionalDetails": details,
    })
}

fn target(target: &Target) -> Value {
    let is_user = target.kind == "User" && target.name.contains('@');
    json!({
        "id": target.id,
        "displayName": target.name,
        "type": target.kind,
        "userPrincipalName": is_user.then_some(&target.name),
        "groupType": null,
        "modifiedProperties": target.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// The values are JSON texts, so texts carry their quotes.
fn change(change: &Change) -> Value {
    let text = |value: &Option<String>| value.as_ref().map(|value| json!(value).to_string());
    json!({"displayName": change.name, "oldValue": text(&change.before), "newValue": text(&change.after)})
}
