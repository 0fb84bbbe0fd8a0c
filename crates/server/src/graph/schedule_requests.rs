//! `roleAssignmentScheduleRequests` and `roleEligibilityScheduleRequests`: ask, look at, withdraw.

use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    capability,
    error_code::ErrorCode,
    ids::RequestId,
    permission::Permission,
    request::{Action, Ask, AskedWindow, Expiration, Ticket},
    schedule::Kind,
    scope::Scope,
    time::Span,
    wire::graph::{NewRequest, RequestSchedule},
};
use serde::Serialize;

use super::shape;
use crate::{
    app::AppState,
    caller::Caller,
    engine,
    error::ApiError,
    extract::{self, Body},
    storage::{principals, requests},
};

#[derive(Serialize)]
struct Entity {
    #[serde(rename = "@odata.context")]
    context: String,
    #[serde(flatten)]
    request: domain::wire::graph::Request,
}

/// `POST roleAssignmentScheduleRequests`.
pub async fn create_active(
    state: State<AppState>,
    caller: Caller,
    uri: OriginalUri,
    body: Body<NewRequest>,
) -> Result<Response, ApiError> {
    create(state, caller, uri, body, Kind::Active).await
}

/// `POST roleEligibilityScheduleRequests`.
pub async fn create_eligible(
    state: State<AppState>,
    caller: Caller,
    uri: OriginalUri,
    body: Body<NewRequest>,
) -> Result<Response, ApiError> {
    create(state, caller, uri, body, Kind::Eligible).await
}

async fn create(
    State(state): State<AppState>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Body(body): Body<NewRequest>,
    kind: Kind,
) -> Result<Response, ApiError> {
    let (ask, custom_data) = parse(body, kind)?;
    let submitted = engine::submit(&state.storage, &state.clock, &caller, ask, custom_data).await?;
    let request = shape::request(&submitted.request, submitted.custom_data);
    let entity = Entity { context: context(&state, uri.path()), request };
    Ok((StatusCode::CREATED, Json(entity)).into_response())
}

/// `GET .../{id}`. One's own, or anybody's with the permission.
pub async fn item(
    State(state): State<AppState>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id: RequestId = extract::id(&id)?;
    let mut db = state.storage.read().await?;
    let kind = kind_of(uri.path());
    let found = requests::find_with_data(&mut db, id).await?.filter(|(request, _)| request.ask.kind == kind);
    let (request, custom_data) = found.ok_or_else(|| ApiError::not_found(id))?;
    let own = request.ask.principal == caller.id() || request.created_by == caller.id();
    if !own {
        // Whoever may not see it is not told that it exists.
        capability::needs(caller.permissions, Permission::ReadRoleManagement)
            .map_err(|_| ApiError::not_found(id))?;
    }
    let mut shaped = shape::request(&request, custom_data);
    if uri.query().is_some_and(|query| query.contains("expand")) {
        let principal = principals::find(&mut db, request.ask.principal).await?;
        shaped.principal = principal.as_ref().map(shape::directory_object);
        shaped.role_definition = domain::role::find(request.ask.role).map(shape::role_definition);
    }
    let path = uri.path().rsplit_once('/').map_or(uri.path(), |(collection, _)| collection);
    Ok(Json(Entity { context: context(&state, path), request: shaped }).into_response())
}

/// `POST .../{id}/cancel`.
pub async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    engine::cancel(&state.storage, &state.clock, &caller, extract::id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn kind_of(path: &str) -> Kind {
    if path.to_ascii_lowercase().contains("/roleeligibilityschedule") { Kind::Eligible } else { Kind::Active }
}

fn context(state: &AppState, path: &str) -> String {
    let (version, rest) = path.trim_start_matches('/').split_once('/').unwrap_or(("v1.0", path));
    format!("{}/{version}/$metadata#{rest}/$entity", state.origin())
}

/// From the wire to the domain: what is missing or not understood is refused here, everything else by the rules.
fn parse(body: NewRequest, kind: Kind) -> Result<(Ask, Option<String>), ApiError> {
    unsupported(&body)?;
    let action = required(body.action.as_deref(), "action")?;
    let action = Action::parse(action).ok_or_else(|| {
        let known: Vec<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        invalid("action", format!("action `{}` is not known", short(action)), known.join(", "))
    })?;
    let principal = identifier(body.principal_id.as_deref(), "principalId")?;
    let role = identifier(body.role_definition_id.as_deref(), "roleDefinitionId")?;
    let scope = required(body.directory_scope_id.as_deref(), "directoryScopeId")?;
    let scope: Scope = scope.parse().map_err(|error: domain::scope::ScopeError| {
        let message = domain::scope::ScopeError(short(&error.0)).to_string();
        ApiError::new(ErrorCode::NotSupported, message).at("directoryScopeId", "`/`")
    })?;
    let ticket = body.ticket_info.unwrap_or_default();
    let ask = Ask {
        action,
        kind,
        principal,
        role,
        scope,
        justification: body.justification,
        // What removes has no window; one that is sent along is ignored, as the live service does.
        window: match action {
            Action::AdminRemove | Action::SelfDeactivate => None,
            _ => body.schedule_info.map(window).transpose()?.flatten(),
        },
        ticket: Ticket { number: ticket.ticket_number, system: ticket.ticket_system },
        target: body.target_schedule_id,
    };
    if body.custom_data.as_ref().is_some_and(|data| data.chars().count() > 1_000) {
        return Err(invalid("customData", "customData is too long", "at most 1,000 characters"));
    }
    Ok((ask, body.custom_data))
}

/// Until a feature exists its input is refused, never taken and passed over.
fn unsupported(body: &NewRequest) -> Result<(), ApiError> {
    let refused = |field: &str, allowed: &str| {
        Err(ApiError::new(ErrorCode::NotSupported, format!("{field} is not supported yet"))
            .at(field, allowed))
    };
    if body.is_validation_only == Some(true) {
        return refused("isValidationOnly", "false, or left out");
    }
    if body.app_scope_id.is_some() {
        return refused("appScopeId", "null, with directoryScopeId `/`");
    }
    if body.schedule_info.as_ref().is_some_and(|info| info.recurrence.as_ref().is_some_and(|r| !r.is_null()))
    {
        return refused("recurrence", "null");
    }
    Ok(())
}

fn window(info: RequestSchedule) -> Result<Option<AskedWindow>, ApiError> {
    let Some(pattern) = info.expiration else { return Ok(None) };
    let kind = pattern.kind.unwrap_or_default();
    let expiration = match kind.to_ascii_lowercase().as_str() {
        "noexpiration" => Expiration::NoExpiration,
        "afterduration" => {
            let duration = required(pattern.duration.as_deref(), "duration")?;
            let length: Span = duration.parse().map_err(|error: domain::time::TimeError| {
                invalid(
                    "duration",
                    error.0.chars().take(160).collect::<String>(),
                    "ISO 8601 in days, hours and minutes",
                )
            })?;
            Expiration::AfterDuration(length)
        }
        "afterdatetime" => match pattern.end_date_time {
            Some(end) => Expiration::AfterDateTime(end),
            None => {
                return Err(invalid(
                    "endDateTime",
                    "endDateTime is required",
                    "a date and time with an offset",
                ));
            }
        },
        "" | "notspecified" => return Ok(None),
        _ => {
            let message = format!("expiration type `{}` is not known", short(&kind));
            return Err(invalid("expiration", message, "noExpiration, afterDateTime or afterDuration"));
        }
    };
    Ok(Some(AskedWindow { start: info.start_date_time, expiration }))
}

fn required<'t>(text: Option<&'t str>, field: &str) -> Result<&'t str, ApiError> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid(field, format!("{field} is required"), "a value"))
}

fn identifier<T: std::str::FromStr>(text: Option<&str>, field: &str) -> Result<T, ApiError> {
    let text = required(text, field)?;
    text.parse().map_err(|_| invalid(field, format!("{field} `{}` is no id", short(text)), "a GUID"))
}

fn invalid(field: &str, message: impl Into<String>, allowed: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message).at(field, allowed)
}

/// What somebody sent is shown back only in part.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
