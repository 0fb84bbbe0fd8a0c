//! What a mail says: a sentence, facts, one link, and why the reader gets it.

use chrono::TimeZone;
use chrono_tz::Tz;
use domain::{
    link::Link,
    notice::{Audience, Notice, Occasion, one_line},
    time::Instant,
};

use super::link;
use crate::storage::mails::Mail;

/// A mail in words, before it becomes text or HTML. What people typed is on one line and not escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What has happened, in one or two sentences.
    pub lead: String,
    /// Names and values.
    pub facts: Vec<(&'static str, String)>,
    /// The one link.
    pub link: Link,
    /// Why the reader gets it.
    pub why: String,
}

/// Puts a mail into words for a reader in this zone.
pub fn of(mail: &Mail, tenant: &str, zone: Option<Tz>) -> Words {
    Words { lead: lead(mail), facts: facts(mail, zone), link: link::of(mail), why: why(mail, tenant) }
}

fn lead(mail: &Mail) -> String {
    let content = &mail.content;
    let (person, role) = (one_line(&content.person), one_line(&content.role_name));
    let by = content.by.as_deref().map_or_else(|| "Pimlico".to_owned(), one_line);
    match mail.notice {
        Notice::ApprovalAsked => format!(
            "{person} asks to activate the {role} role. The role stays inactive until somebody decides. Without an \
             answer the request expires 24 hours after it was made."
        ),
        Notice::Approved => format!("{by} approved the request from {person} to activate the {role} role."),
        Notice::Denied => format!("{by} denied the request from {person} to activate the {role} role."),
        Notice::Failed => {
            let why = content.failure.as_deref().map(one_line).unwrap_or_default();
            format!(
                "{by} approved the request from {person} to activate the {role} role, but it cannot be given any \
                 more: {}. The role is not active.",
                why.trim_end_matches('.')
            )
        }
        Notice::TimedOut => format!(
            "Nobody answered the request from {person} to activate the {role} role within 24 hours, so it has \
             expired. If the role is still needed, activate it again from My roles."
        ),
        Notice::Activated => format!("The {role} role is active for {person}."),
        Notice::AssignedEligible => format!(
            "{by} made {person} eligible for the {role} role. An eligible assignment gives nothing until it is \
             activated."
        ),
        Notice::AssignedActive => format!("{by} assigned the {role} role to {person} as active."),
        Notice::Updated => format!("{by} changed the assignment of {person} to the {role} role."),
        Notice::Removed => format!("{by} removed the assignment of {person} to the {role} role."),
        Notice::Canceled => format!("{by} closed the request for {person} and the {role} role."),
        Notice::Test => {
            format!("{by} asked for this mail from the set-up check. It arrived, so mails from Pimlico work.")
        }
    }
}

fn facts(mail: &Mail, zone: Option<Tz>) -> Vec<(&'static str, String)> {
    let content = &mail.content;
    let mut facts = Vec::new();
    let mut fact = |name: &'static str, value: Option<String>| {
        facts
            .extend(value.map(|value| one_line(&value)).filter(|value| !value.is_empty()).map(|v| (name, v)));
    };
    if mail.notice != Notice::Test {
        fact("Role", Some(content.role_name.clone()));
        let name = &content.user_principal_name;
        let person =
            if name.is_empty() { content.person.clone() } else { format!("{} ({name})", content.person) };
        fact("Person", Some(person));
        fact("Resource", Some("Directory".to_owned()));
    }
    fact("Reason", content.reason.clone());
    let ticket = match (&content.ticket.number, &content.ticket.system) {
        (Some(number), Some(system)) => Some(format!("{number} ({system})")),
        (number, system) => number.clone().or_else(|| system.clone()),
    };
    fact("Ticket", ticket);
    let decided = matches!(mail.notice, Notice::Approved | Notice::Denied | Notice::Failed);
    let by = match mail.notice {
        Notice::Approved | Notice::Denied | Notice::Failed => Some("Reviewed by"),
        Notice::AssignedEligible | Notice::AssignedActive => Some("Assigned by"),
        Notice::Updated => Some("Changed by"),
        Notice::Removed => Some("Removed by"),
        _ => None,
    };
    if let Some(name) = by {
        fact(name, content.by.clone());
    }
    if decided {
        fact("Justification", content.decision.clone());
    }
    if matches!(mail.notice, Notice::Test | Notice::Removed | Notice::Failed) {
        return facts;
    }
    let start = content.start.map_or_else(|| "when it is approved".to_owned(), |at| moment(at, zone));
    fact("Start", Some(start));
    match (content.end, content.length) {
        (Some(end), _) => fact("End", Some(moment(end, zone))),
        (None, Some(length)) => fact("Duration", Some(length.words())),
        (None, None) => fact("End", Some("never (permanent)".to_owned())),
    }
    facts
}

fn why(mail: &Mail, tenant: &str) -> String {
    let tenant = one_line(tenant);
    let reason = match (mail.notice, mail.slot.map(|slot| slot.occasion), link::reader(mail)) {
        (Notice::Test, ..) => format!("an administrator of {tenant} sent a test mail to this address"),
        (_, _, Audience::Requestor) => format!("it is about your own role in {tenant}"),
        (_, _, Audience::Approver) => format!("you may approve requests for this role in {tenant}"),
        (_, Some(Occasion::Activation), Audience::Admin) => {
            format!("you hear of activations of this role in {tenant}")
        }
        (_, _, Audience::Admin) => format!("you hear of assignments to this role in {tenant}"),
    };
    format!("You get this mail because {reason}. Opening the link decides nothing.")
}

/// An instant in UTC and, where the reader has chosen one, in his zone.
pub fn moment(at: Instant, zone: Option<Tz>) -> String {
    const SHAPE: &str = "%-d %b %Y, %H:%M";
    let Some(utc) = chrono::Utc.timestamp_millis_opt(at.0).single() else { return at.to_string() };
    let own = zone.filter(|zone| *zone != Tz::UTC).map(|zone| {
        let local = utc.with_timezone(&zone);
        let shape = if local.date_naive() == utc.date_naive() { "%H:%M" } else { SHAPE };
        format!(" ({} in {zone})", local.format(shape))
    });
    format!("{} UTC{}", utc.format(SHAPE), own.unwrap_or_default())
}
