//! Puts the mails of an event into the outbox, inside the unit of work that makes it. Nothing is sent here.

use std::collections::HashMap;

use domain::{
    ids::RoleId,
    notice::{self, Audience, Candidates, Notice, Occasion, Recipient},
    request::{Action, Ask, Expiration, Request},
    role,
    schedule::{AssignmentType, Kind, Schedule},
    text::fold,
    time::{Instant, Span},
    wire::api::Person,
};

use crate::storage::{
    Connection, StorageError, audiences,
    mails::{self, Content, Mail, State},
    policies, principals,
};

/// Those who hear of assignments and activations (`reference/portal-blades.md` 9).
const ADMINISTRATORS: [RoleId; 3] =
    [role::GLOBAL_ADMINISTRATOR, role::PRIVILEGED_ROLE_ADMINISTRATOR, role::SECURITY_ADMINISTRATOR];

/// An approver is asked about the same person and role once in so long, as long as requests are withdrawn.
const WHILE: Span = Span::minutes(5);
/// What the receipt says of a mail that waits for this.
const ASKED_LATELY: &str = "asked within the last five minutes, about a request that was withdrawn";

/// Something about a request that somebody may have to know.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// It waits for an approver.
    ApprovalRequested,
    /// An approver said yes.
    Approved {
        /// Why.
        justification: &'a str,
    },
    /// An approver said no.
    Denied {
        /// Why.
        justification: &'a str,
    },
    /// An approver said yes, but it cannot be given any more.
    Failed {
        /// Why he said yes.
        justification: &'a str,
        /// What it failed for.
        why: &'a str,
    },
    /// Nobody answered in time.
    TimedOut,
    /// It was withdrawn.
    Cancelled,
    /// The activation that was asked is in force.
    Activated(&'a Schedule),
    /// The assignment that was asked is made.
    Assigned(&'a Schedule),
    /// The assignment has another window.
    Updated(&'a Schedule),
    /// The assignment, or activation, is taken away.
    Removed(&'a Schedule),
}

/// Decides who is told of an event, and puts the mails into the outbox. `by` is whose act it is; none is the system.
pub async fn notify(
    db: &mut Connection,
    event: Event<'_>,
    request: &Request,
    by: Option<&Person>,
    now: Instant,
) -> Result<(), StorageError> {
    let (notice, occasion) = (event.notice(), event.occasion(&request.ask));
    if event.is_decision() {
        mails::withdraw(db, request.id, Notice::ApprovalAsked, now).await?;
    }
    let policy = policies::of_role(db, request.ask.role).await?;
    let mut candidates = Candidates { actor: actor(db, by).await?, ..Candidates::default() };
    for audience in notice.audiences() {
        match audience {
            Audience::Admin => candidates.admins = audiences::holders(db, &ADMINISTRATORS, now).await?,
            Audience::Requestor => {
                candidates.requestors = audiences::of_principal(db, request.ask.principal).await?;
            }
            Audience::Approver => {
                let mut approvers = audiences::approvers(db, &policy, now).await?;
                // Nobody may decide his own request, with whichever account, so nobody is asked to.
                let own = principals::find(db, request.ask.principal).await?.map(|p| fold(p.address()));
                approvers.retain(|one| {
                    one.principal != Some(request.ask.principal) && Some(fold(&one.address)) != own
                });
                candidates.approvers = approvers;
            }
        }
    }
    let letters = notice::letters(notice, occasion, &policy.notifications, &candidates);
    if letters.is_empty() {
        return Ok(());
    }
    // Who asks, withdraws and asks again must not fill the approvers' mailboxes: each is asked once in a while, and of
    // what is still open by then.
    let lately = match notice {
        Notice::ApprovalAsked => {
            mails::asked_lately(db, request.ask.principal, request.ask.role, now - WHILE).await?
        }
        _ => HashMap::new(),
    };
    let content = content(db, event, request, by).await?;
    let permanent = content.start.is_some() && content.end.is_none();
    let subject = notice.subject(&content.person, &content.role_name, permanent);
    for (n, letter) in letters.into_iter().enumerate() {
        let not_before = lately.get(&letter.recipient.address).map(|left| *left + WHILE);
        let mail = Mail {
            // The same when this runs again, so that nobody is told twice.
            id: format!("{}.{}.{n:04}", request.id, notice.as_str()),
            request: Some(request.id),
            notice,
            slot: Some(letter.slot),
            words: not_before.map(|_| ASKED_LATELY.to_owned()),
            recipient: letter.recipient,
            subject: subject.clone(),
            content: content.clone(),
            state: State::Queued,
            created_at: now,
            done_at: None,
            attempts: 0,
            first_tried: None,
        };
        mails::enqueue(db, &mail, not_before).await?;
    }
    Ok(())
}

impl Event<'_> {
    fn notice(self) -> Notice {
        match self {
            Self::ApprovalRequested => Notice::ApprovalAsked,
            Self::Approved { .. } => Notice::Approved,
            Self::Denied { .. } => Notice::Denied,
            Self::Failed { .. } => Notice::Failed,
            Self::TimedOut => Notice::TimedOut,
            Self::Cancelled => Notice::Canceled,
            Self::Activated(_) => Notice::Activated,
            Self::Assigned(schedule) if schedule.kind == Kind::Eligible => Notice::AssignedEligible,
            Self::Assigned(_) => Notice::AssignedActive,
            Self::Updated(_) => Notice::Updated,
            Self::Removed(_) => Notice::Removed,
        }
    }

    fn schedule(self) -> Option<Schedule> {
        match self {
            Self::Activated(schedule)
            | Self::Assigned(schedule)
            | Self::Updated(schedule)
            | Self::Removed(schedule) => Some(schedule.clone()),
            _ => None,
        }
    }

    fn occasion(self, ask: &Ask) -> Occasion {
        let activated = match self.schedule() {
            Some(schedule) => schedule.assignment_type() == Some(AssignmentType::Activated),
            None => ask.action == Action::SelfActivate,
        };
        match ask.kind {
            Kind::Active if activated => Occasion::Activation,
            Kind::Active => Occasion::Assignment,
            Kind::Eligible => Occasion::Eligibility,
        }
    }

    /// Whether nobody has to answer any more.
    const fn is_decision(self) -> bool {
        matches!(
            self,
            Self::Approved { .. }
                | Self::Denied { .. }
                | Self::Failed { .. }
                | Self::TimedOut
                | Self::Cancelled
        )
    }
}

async fn actor(db: &mut Connection, by: Option<&Person>) -> Result<Option<Recipient>, StorageError> {
    let Some(by) = by else { return Ok(None) };
    let found = principals::find(db, by.id).await?;
    let address = found.map_or_else(|| by.user_principal_name.clone(), |p| p.address().to_owned());
    Ok(Some(Recipient { principal: Some(by.id), address }))
}

async fn content(
    db: &mut Connection,
    event: Event<'_>,
    request: &Request,
    by: Option<&Person>,
) -> Result<Content, StorageError> {
    let ask = &request.ask;
    let person = principals::find(db, ask.principal).await?;
    let (person, name) = person.map_or_else(
        || (ask.principal.to_string(), String::new()),
        |p| {
            let name = Some(p.user_principal_name).filter(|name| name.contains('@')).unwrap_or_default();
            (p.display_name, name)
        },
    );
    let schedule = event.schedule();
    let window = schedule.as_ref().map(|schedule| schedule.window);
    let asked = ask.window.filter(|_| window.is_none());
    let ahead = asked.and_then(|w| w.start).filter(|start| *start > request.created_at);
    let decision = match event {
        Event::Approved { justification }
        | Event::Denied { justification }
        | Event::Failed { justification, .. } => Some(justification),
        _ => None,
    };
    let failure = match event {
        Event::Failed { why, .. } => Some(why.to_owned()),
        _ => None,
    };
    Ok(Content {
        role: Some(ask.role),
        role_name: role::find(ask.role).map(|role| role.display_name.clone()).unwrap_or_default(),
        person,
        user_principal_name: name,
        by: by.map(|by| by.display_name.clone()),
        reason: ask.justification.clone(),
        decision: decision.filter(|text| !text.is_empty()).map(ToOwned::to_owned),
        failure,
        ticket: ask.ticket.clone(),
        start: window.map(|w| w.start).or(ahead),
        end: window.and_then(|w| w.end).or_else(|| match asked?.expiration {
            Expiration::AfterDateTime(end) => Some(end),
            _ => None,
        }),
        length: asked.and_then(|asked| match asked.expiration {
            Expiration::AfterDuration(length) => Some(length),
            _ => None,
        }),
        schedule: schedule.map(|schedule| schedule.id).or(request.target),
    })
}
