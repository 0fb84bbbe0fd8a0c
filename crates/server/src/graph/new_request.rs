//! Reads the body of a new request. What is not enforced is refused here, never passed over.

use domain::{
    error_code::ErrorCode,
    request::{Action, Ask, AskedWindow, Expiration, Ticket},
    schedule::Kind,
    scope::Scope,
    wire::graph::{ExpirationPattern, NewRequest, RequestSchedule},
};

use serde_json::Value;

use super::{
    body,
    call::{Call, typed},
};
use crate::error::ApiError;

const KNOWN: [&str; 11] = [
    "action",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
    "justification",
    "scheduleInfo",
    "ticketInfo",
    "isValidationOnly",
    "targetScheduleId",
    "customData",
];
const CUSTOM_DATA_MAX: usize = 2_048;

fn invalid(field: &str, message: impl Into<String>, allowed: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message).at(field, allowed)
}

fn not_supported(field: &str, allowed: &str) -> ApiError {
    ApiError::new(ErrorCode::NotSupported, format!("{field} is not supported yet")).at(field, allowed)
}

/// What a body asks.
pub struct Read {
    /// The request.
    pub ask: Ask,
    /// Free text that comes with it.
    pub custom_data: Option<String>,
    /// Only what would become of it is asked.
    pub is_validation_only: bool,
}

/// The request in the body.
pub fn read(call: &Call, kind: Kind) -> Result<Read, ApiError> {
    of_body(call.json(&KNOWN, ErrorCode::InvalidRequest)?, kind)
}

fn of_body(body: Value, kind: Kind) -> Result<Read, ApiError> {
    // A misspelt start or end that is passed over would give a right at once and for ever.
    let code = ErrorCode::InvalidRequest;
    if let Some(info) =
        body::part(&body, "scheduleInfo", &["startDateTime", "expiration", "recurrence"], code)?
    {
        body::part(info, "scheduleInfo.expiration", &["type", "endDateTime", "duration"], code)?;
    }
    body::part(&body, "ticketInfo", &["ticketNumber", "ticketSystem"], code)?;
    ask(typed(body, code)?, kind)
}

fn ask(body: NewRequest, kind: Kind) -> Result<Read, ApiError> {
    if body.app_scope_id.is_some() {
        return Err(not_supported("appScopeId", "null; directoryScopeId is `/`"));
    }
    let word = body.action.unwrap_or_default();
    let action = Action::parse(&word).ok_or_else(|| {
        let names: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        let word: String = word.chars().take(60).collect();
        invalid("action", format!("action `{word}` is not known"), &names.join(", "))
    })?;
    let scope = required(body.directory_scope_id, "directoryScopeId")?;
    let scope: Scope = scope.parse().map_err(|_| {
        let message = format!("directoryScopeId `{}` is not supported, only `/` is", short(&scope));
        ApiError::new(ErrorCode::NotSupported, message).at("directoryScopeId", "`/`, the whole directory")
    })?;
    let principal = id(body.principal_id, "principalId")?;
    let role = id(body.role_definition_id, "roleDefinitionId")?;
    if body.custom_data.as_ref().is_some_and(|text| text.chars().count() > CUSTOM_DATA_MAX) {
        return Err(invalid("customData", "customData is too long", "at most 2048 characters"));
    }
    if action == Action::AdminAssign && body.target_schedule_id.is_some() {
        let message =
            "targetScheduleId does not belong to adminAssign: a new assignment gets a schedule of its own";
        return Err(invalid("targetScheduleId", message, "null, or the action adminUpdate"));
    }
    // To take away, no window is needed; one that is sent means nothing.
    let takes_away = matches!(action, Action::AdminRemove | Action::SelfDeactivate);
    let window = match body.schedule_info {
        Some(info) if !takes_away => window(info)?,
        _ => None,
    };
    let ticket = body.ticket_info.unwrap_or_default();
    let ask = Ask {
        action,
        kind,
        principal,
        role,
        scope,
        justification: text(body.justification),
        window,
        ticket: Ticket { number: text(ticket.ticket_number), system: text(ticket.ticket_system) },
        target: body.target_schedule_id,
    };
    let is_validation_only = body.is_validation_only.unwrap_or_default();
    Ok(Read { ask, custom_data: body.custom_data, is_validation_only })
}

/// What is kept and shown to others is what the rules measured: the text without the blanks around it.
fn text(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn required(text: Option<String>, field: &str) -> Result<String, ApiError> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid(field, format!("{field} is required"), "a value"))
}

fn id<T: std::str::FromStr>(text: Option<String>, field: &str) -> Result<T, ApiError> {
    let text = required(text, field)?;
    text.parse().map_err(|_| invalid(field, format!("{field} `{}` is no id", short(&text)), "a GUID"))
}

/// What somebody sent is shown back only in part.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The wished window; none when no end is said, which the rules then refuse where one is needed.
fn window(info: RequestSchedule) -> Result<Option<AskedWindow>, ApiError> {
    if info.recurrence.is_some_and(|value| !value.is_null()) {
        return Err(not_supported("recurrence", "null"));
    }
    let Some(pattern) = info.expiration else { return Ok(None) };
    let word = belonging(&pattern)?;
    let ExpirationPattern { end_date_time, duration, .. } = pattern;
    let expiration = match word.as_str() {
        "noexpiration" => Expiration::NoExpiration,
        "afterduration" => {
            let text = duration.unwrap_or_default();
            let span = text.parse().map_err(|_| {
                let text: String = text.chars().take(60).collect();
                invalid(
                    "duration",
                    format!("duration `{text}` is not understood"),
                    "days, hours and minutes, such as `PT8H`",
                )
            })?;
            Expiration::AfterDuration(span)
        }
        "afterdatetime" => Expiration::AfterDateTime(
            end_date_time
                .ok_or_else(|| invalid("end", "endDateTime is missing", "a date and time with an offset"))?,
        ),
        _ => return Ok(None),
    };
    Ok(Some(AskedWindow { start: info.start_date_time, expiration }))
}

/// The type of an end, in small letters. An end of another type than it says could be taken for either.
fn belonging(pattern: &ExpirationPattern) -> Result<String, ApiError> {
    let word = pattern.kind.clone().unwrap_or_default();
    let kind = word.to_ascii_lowercase();
    if !["", "notspecified", "noexpiration", "afterduration", "afterdatetime"].contains(&kind.as_str()) {
        let allowed = "noExpiration, afterDuration with a duration, or afterDateTime with an endDateTime";
        let message = format!("expiration type `{}` is not known", short(&word));
        return Err(invalid("expiration", message, allowed));
    }
    if pattern.duration.is_some() && kind != "afterduration" {
        let message = format!("a duration does not belong to the expiration type `{word}`");
        return Err(invalid("duration", message, "null, or the type afterDuration"));
    }
    if pattern.end_date_time.is_some() && kind != "afterdatetime" {
        let message = format!("an endDateTime does not belong to the expiration type `{word}`");
        return Err(invalid("end", message, "null, or the type afterDateTime"));
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(change: &Value) -> Result<Ask, ErrorCode> {
        let mut body = json!({
            "action": "SelfActivate", "principalId": "11111111-2222-3333-4444-555555555555",
            "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "directoryScopeId": "/",
            "scheduleInfo": {"expiration": {"type": "AfterDuration", "duration": "PT5H"}},
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        of_body(body, Kind::Active).map(|read| read.ask).map_err(|error| error.code())
    }

    #[test]
    fn words_match_in_any_case() {
        let ask = read(&json!({})).unwrap();
        assert_eq!(ask.action, Action::SelfActivate);
        assert_eq!(ask.window.unwrap().expiration, Expiration::AfterDuration(domain::time::Span::hours(5)));
        let ask = read(&json!({"action": "adminRemove", "scheduleInfo": {"expiration": null}})).unwrap();
        assert_eq!(ask.window, None);
        // As the kits of Graph send it, null by null and with its types.
        let ask = read(&json!({
            "ticketInfo": {"@odata.type": "#microsoft.graph.ticketInfo", "ticketNumber": "T-1", "ticketSystem": null},
            "scheduleInfo": {
                "@odata.type": "#microsoft.graph.requestSchedule", "startDateTime": null, "recurrence": null,
                "expiration": {"type": "noExpiration", "type@odata.type": "x", "endDateTime": null, "duration": null},
            },
        }));
        let ask = ask.unwrap();
        assert_eq!((ask.is_permanent(), ask.ticket.number.as_deref()), (true, Some("T-1")));
    }

    #[test]
    fn what_is_not_enforced_or_not_understood_is_refused() {
        let window = |expiration: Value| json!({"scheduleInfo": {"expiration": expiration}});
        for (change, code) in [
            (json!({"appScopeId": "/x"}), ErrorCode::NotSupported),
            (json!({"directoryScopeId": "/administrativeUnits/x"}), ErrorCode::NotSupported),
            (json!({"directoryScopeId": null}), ErrorCode::InvalidRequest),
            (json!({"action": "grab"}), ErrorCode::InvalidRequest),
            (json!({"action": null}), ErrorCode::InvalidRequest),
            (json!({"principalId": "me"}), ErrorCode::InvalidRequest),
            (json!({"principalId": null}), ErrorCode::InvalidRequest),
            (json!({"roleDefinitionId": "x"}), ErrorCode::InvalidRequest),
            (json!({"customData": "x".repeat(3_000)}), ErrorCode::InvalidRequest),
            (
                json!({"scheduleInfo": {"recurrence": {}, "expiration": {"type": "noExpiration"}}}),
                ErrorCode::NotSupported,
            ),
            (window(json!({"type": "sometimes"})), ErrorCode::InvalidRequest),
            (window(json!({"type": "noExpiration", "duration": "PT8H"})), ErrorCode::InvalidRequest),
            (
                window(json!({"type": "noExpiration", "endDateTime": "2026-12-01T00:00:00Z"})),
                ErrorCode::InvalidRequest,
            ),
            (
                window(
                    json!({"type": "afterDuration", "duration": "PT5H", "endDateTime": "2026-12-01T00:00:00Z"}),
                ),
                ErrorCode::InvalidRequest,
            ),
            (window(json!({"type": "notSpecified", "duration": "PT8H"})), ErrorCode::InvalidRequest),
            (window(json!({"duration": "PT8H"})), ErrorCode::InvalidRequest),
            (window(json!({"type": "afterDuration", "Duration": "PT5H"})), ErrorCode::InvalidRequest),
            (window(json!(["afterDuration", null, "PT5H"])), ErrorCode::InvalidRequest),
            (json!({"scheduleInfo": {"startDatetime": "2027-01-01T00:00:00Z"}}), ErrorCode::InvalidRequest),
            (json!({"scheduleInfo": "now"}), ErrorCode::InvalidRequest),
            (json!({"ticketInfo": {"number": "T-1"}}), ErrorCode::InvalidRequest),
            (
                json!({"action": "adminAssign", "targetScheduleId": "11111111-2222-3333-4444-555555555555"}),
                ErrorCode::InvalidRequest,
            ),
            (window(json!({"type": "afterDuration", "duration": "P6M"})), ErrorCode::InvalidRequest),
            (window(json!({"type": "afterDateTime"})), ErrorCode::InvalidRequest),
            (
                window(json!({"type": "afterDateTime", "endDateTime": "2026-01-01T00:00:00"})),
                ErrorCode::InvalidRequest,
            ),
        ] {
            assert_eq!(read(&change).map(|_| ()), Err(code), "{change}");
        }
    }
}
