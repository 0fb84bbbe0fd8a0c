//! `/auditLogs/directoryAudits`.

use axum::response::Response;
use domain::{
    audit::{Actor, Category, Change, Entry, Target},
    permission::Permission,
};
use serde_json::{Value, json};

use super::{answer, call::Call, listed, users::nothing_expanded};
use crate::{
    error::ApiError,
    odata::Opt,
    storage::{Connection, Row, StorageError, audit, listing, meta},
};

const CONTEXT: &str = "auditLogs/directoryAudits";

/// One page of the history, the newest first.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    call.needs(Permission::ReadAudit)?;
    let query = call.options(Opt::LIST)?;
    nothing_expanded(&query)?;
    let mut db = call.db().await?;
    let tenant = tenant(&mut db).await?;
    let (rows, count) =
        listed::page(&mut db, listing::audits(), &listing::AUDITS, &query, "at_ms DESC", "id DESC").await?;
    let rows = rows.iter().map(|row| from_row(row, &tenant)).collect::<Result<Vec<_>, _>>()?;
    answer::list(call, CONTEXT, rows, count, &query)
}

/// One row of the history.
pub async fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    call.needs(Permission::ReadAudit)?;
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let mut db = call.db().await?;
    let tenant = tenant(&mut db).await?;
    let mut select = listing::audits();
    select.and("id = {}", id.to_ascii_lowercase());
    let row = select.first(&mut db).await?.ok_or_else(|| ApiError::not_found(id))?;
    answer::entity(call, CONTEXT, from_row(&row, &tenant)?, &query)
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
