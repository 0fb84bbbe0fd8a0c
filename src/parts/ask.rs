//! A domain request in Graph's shape.

use domain::{
    request::{Ask, Expiration},
    wire::graph::{ExpirationPattern, NewRequest, RequestSchedule, TicketInfo},
};

/// The word in the *Scope* column; every assignment holds in the whole directory so far.
pub const DIRECTORY: &str = "Directory";

/// What is posted for a request.
pub fn to_wire(ask: &Ask) -> NewRequest {
    let schedule_info = ask.window.map(|window| RequestSchedule {
        start_date_time: window.start,
        expiration: Some(expiration(window.expiration)),
        recurrence: None,
    });
    let ticket = &ask.ticket;
    let has_ticket = ticket.number.is_some() || ticket.system.is_some();
    NewRequest {
        action: Some(ask.action.as_str().to_owned()),
        principal_id: Some(ask.principal.to_string()),
        role_definition_id: Some(ask.role.to_string()),
        directory_scope_id: Some(ask.scope.as_str().to_owned()),
        justification: ask.justification.clone(),
        schedule_info,
        ticket_info: has_ticket.then(|| TicketInfo {
            ticket_number: ticket.number.clone(),
            ticket_system: ticket.system.clone(),
        }),
        target_schedule_id: ask.target,
        ..NewRequest::default()
    }
}

fn expiration(expiration: Expiration) -> ExpirationPattern {
    match expiration {
        Expiration::NoExpiration => {
            ExpirationPattern { kind: Some("noExpiration".into()), ..ExpirationPattern::default() }
        }
        Expiration::AfterDuration(length) => ExpirationPattern {
            kind: Some("afterDuration".into()),
            duration: Some(length.to_string()),
            ..ExpirationPattern::default()
        },
        Expiration::AfterDateTime(end) => ExpirationPattern {
            kind: Some("afterDateTime".into()),
            end_date_time: Some(end),
            ..ExpirationPattern::default()
        },
    }
}
