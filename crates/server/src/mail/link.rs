//! The one link of each mail. The portal's own tests read every one of these addresses back, so that no mail leads to a
//! screen that is not there. An address opens a screen and decides nothing.

use domain::{
    notice::{Audience, Notice, Occasion, Slot},
    schedule::Kind,
};

use crate::storage::mails::Mail;

/// What the button says, and where it leads, without the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What the button says.
    pub label: &'static str,
    /// The path in the portal.
    pub path: String,
}

/// The link of a mail.
pub fn of(mail: &Mail) -> Link {
    let tab = if kind(mail.slot) == Kind::Active { "?tab=active" } else { "" };
    let role = mail.content.role.map(|id| id.to_string()).unwrap_or_default();
    let request = mail.request.map(|id| id.to_string()).unwrap_or_default();
    let schedule = mail.content.schedule.map(|id| id.to_string()).unwrap_or_default();
    let mine = Link { label: "Open My roles", path: format!("/my-roles{tab}") };
    let (label, path) = match (mail.notice, reader(mail)) {
        (Notice::Test, _) => ("Open the set-up check", "/setup-check".to_owned()),
        (Notice::ApprovalAsked, _) => ("Approve or deny request", format!("/approve-requests/{request}")),
        (Notice::Denied | Notice::TimedOut | Notice::Canceled, Audience::Requestor) => {
            ("Open My requests", "/my-requests".to_owned())
        }
        (Notice::Approved | Notice::Denied, Audience::Approver) => {
            ("Open Approve requests", "/approve-requests".to_owned())
        }
        (Notice::AssignedEligible, Audience::Requestor) => {
            ("Activate role", format!("/my-roles/activate/{schedule}"))
        }
        (Notice::Activated, Audience::Admin) => {
            ("See or remove the activation", format!("/assignments/{schedule}/remove?tab=active"))
        }
        (_, Audience::Requestor) => return mine,
        _ => ("Open the role's assignments", format!("/roles/{role}{tab}")),
    };
    Link { label, path }
}

/// As what the reader reads it: whoever an added address belongs to has nothing of his own to look at.
pub(super) fn reader(mail: &Mail) -> Audience {
    match mail.slot {
        Some(slot) if mail.recipient.principal.is_some() => slot.audience,
        _ => Audience::Admin,
    }
}

fn kind(slot: Option<Slot>) -> Kind {
    match slot.map(|slot| slot.occasion) {
        Some(Occasion::Eligibility) => Kind::Eligible,
        _ => Kind::Active,
    }
}
