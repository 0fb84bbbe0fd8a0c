//! Requests: asking, cancelling, and how they are written.

use axum::response::Response;
use domain::{
    ids::RequestId,
    request::{Action, Ask, Expiration, Request, Status},
    schedule::Kind,
};
use serde_json::{Value, json};

use super::{
    answer,
    call::Call,
    new_request::{self, Read},
    path::{Family, Of},
};
use crate::{
    engine,
    error::ApiError,
    extract,
    storage::{Row, StorageError, requests},
};

/// Takes a request.
pub async fn create(call: &Call, kind: Kind) -> Result<Response, ApiError> {
    call.options(&[])?;
    let Read { ask, custom_data, is_validation_only } = new_request::read(call, kind)?;
    let context = format!("roleManagement/directory/{}", Of { family: Family::Requests, kind }.name());
    if is_validation_only {
        let request = engine::validate(&call.state.storage, &call.state.clock, &call.caller, ask).await?;
        let mut value = taken(&request, custom_data.as_deref());
        value["isValidationOnly"] = json!(true);
        return Ok(answer::created(call, &context, value, None));
    }
    let submitted =
        engine::submit(&call.state.storage, &call.state.clock, &call.caller, ask, custom_data).await?;
    let mut value = taken(&submitted.request, submitted.custom_data.as_deref());
    if submitted.request.status == Status::PendingApproval {
        value["approvalId"] = json!(submitted.request.id);
    }
    Ok(answer::created(call, &context, value, None))
}

/// A request in the answer to asking it. One that waits for an approver has a status of its own there, as the live
/// service gives it; read again, it is `PendingApproval` (contract 5.4).
fn taken(request: &Request, custom_data: Option<&str>) -> Value {
    let mut value = shape(request, custom_data);
    if request.status == Status::PendingApproval {
        value["status"] = json!("PendingApprovalProvisioning");
    }
    value
}

/// Withdraws a request.
pub async fn cancel(call: &Call, kind: Kind, id: &str) -> Result<Response, ApiError> {
    call.options(&[])?;
    let id: RequestId = extract::id(id)?;
    let found = requests::find(&mut call.db().await?, id).await?;
    // What is not there at all is the engine's to refuse: it writes that down.
    if found.is_some_and(|request| request.ask.kind != kind) {
        return Err(ApiError::not_found(id));
    }
    engine::cancel(&call.state.storage, &call.state.clock, &call.caller, id).await?;
    Ok(answer::done())
}

/// A stored request as Graph writes it.
pub fn from_row(row: &Row) -> Result<Value, StorageError> {
    let custom_data = row.text_or_null("custom_data")?;
    let mut value = shape(&requests::from_row(row)?, custom_data.as_deref());
    value["approvalId"] = json!(row.text_or_null("approval_id")?);
    Ok(value)
}

fn shape(request: &Request, custom_data: Option<&str>) -> Value {
    let ask = &request.ask;
    // A removal is echoed without target and completion, as the live service does.
    let removal = matches!(ask.action, Action::AdminRemove | Action::SelfDeactivate);
    json!({
        "id": request.id,
        "status": request.status.as_str(),
        "createdDateTime": request.created_at,
        "completedDateTime": request.completed_at.filter(|_| !removal),
        "approvalId": null,
        "customData": custom_data,
        "action": ask.action.as_str(),
        "principalId": ask.principal,
        "roleDefinitionId": ask.role,
        "directoryScopeId": ask.scope,
        "appScopeId": null,
        "isValidationOnly": false,
        "targetScheduleId": request.target.filter(|_| !removal),
        "justification": ask.justification,
        "createdBy": {
            "application": null,
            "device": null,
            "user": {"displayName": null, "id": request.created_by},
        },
        "scheduleInfo": schedule_info(request, ask),
        "ticketInfo": {"ticketNumber": ask.ticket.number, "ticketSystem": ask.ticket.system},
    })
}

/// The end is echoed as it was asked; a start that had passed, or was not given, is the instant of the request.
fn schedule_info(request: &Request, ask: &Ask) -> Value {
    let Some(window) = ask.window else { return Value::Null };
    let start = window.start.unwrap_or(request.created_at).max(request.created_at);
    let expiration = match window.expiration {
        Expiration::NoExpiration => json!({"type": "noExpiration", "endDateTime": null, "duration": null}),
        Expiration::AfterDuration(span) => {
            json!({"type": "afterDuration", "endDateTime": null, "duration": span.to_string()})
        }
        Expiration::AfterDateTime(end) => {
            json!({"type": "afterDateTime", "endDateTime": end, "duration": null})
        }
    };
    json!({"startDateTime": start, "recurrence": null, "expiration": expiration})
}
