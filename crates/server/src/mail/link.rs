//! Which link a mail has.

use domain::{
    link::Link,
    notice::{Audience, Notice, Occasion, Slot},
    schedule::Kind,
};

use crate::storage::mails::Mail;

/// The one link of a mail. Where it does not name what it is about, the list that would hold it.
pub fn of(mail: &Mail) -> Link {
    let kind = kind(mail.slot);
    let reader = reader(mail);
    let list = match (mail.content.role, reader) {
        (_, Audience::Requestor) | (None, _) => Link::MyRoles(kind),
        (Some(role), _) => Link::Assignments(role, kind),
    };
    match (mail.notice, reader) {
        (Notice::Test, _) => Link::SetupCheck,
        (Notice::ApprovalAsked, _) => mail.request.map_or(Link::ApproveRequests, Link::Decide),
        (Notice::Approved | Notice::Denied, Audience::Approver) => Link::ApproveRequests,
        (Notice::Denied | Notice::Failed | Notice::TimedOut | Notice::Canceled, Audience::Requestor) => {
            Link::MyRequests
        }
        (Notice::AssignedEligible, Audience::Requestor) => mail.content.schedule.map_or(list, Link::Activate),
        (Notice::Activated, Audience::Admin) => mail.content.schedule.map_or(list, Link::RemoveActivation),
        _ => list,
    }
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
