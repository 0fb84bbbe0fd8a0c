//! A domain request in Graph's shape.

use domain::{
    request::{Ask, Expiration},
    wire::graph::{ExpirationPattern, NewRequest, RequestSchedule, TicketInfo},
};

/// The word in the *Scope* column; every assignment holds in the whole directory so far.
pub const DIRECTORY: &str = "Directory";

/// Where a form needs the whole settings of a role, and the person may not read them.
pub const UNREAD_SETTINGS: &str =
    "You may not read the settings of this role. Roles that read roles, such as Global Reader, may.";

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

#[cfg(test)]
mod tests {
    use domain::{
        request::{Action, AskedWindow, Ticket},
        schedule::Kind,
        scope::Scope,
        time::Span,
    };

    use super::*;

    #[test]
    fn an_activation_is_posted_in_graphs_own_words() {
        let ask = Ask {
            action: Action::SelfActivate,
            kind: Kind::Active,
            principal: "00000000-0000-0000-0000-000000000001".parse().expect("an id"),
            role: "00000000-0000-0000-0000-000000000002".parse().expect("an id"),
            scope: Scope::Directory,
            justification: Some("why".into()),
            window: Some(AskedWindow {
                start: None,
                expiration: Expiration::AfterDuration(Span::minutes(90)),
            }),
            ticket: Ticket::default(),
            target: None,
        };
        let wire = serde_json::to_value(to_wire(&ask)).expect("a request is JSON");
        assert_eq!(wire["action"], "selfActivate");
        assert_eq!(wire["directoryScopeId"], "/");
        assert_eq!(wire["scheduleInfo"]["expiration"]["type"], "afterDuration");
        assert_eq!(wire["scheduleInfo"]["expiration"]["duration"], "PT1H30M");
        assert!(wire["ticketInfo"].is_null());
        assert!(wire.get("targetScheduleId").is_none());
    }
}
