//! The timeline of a request: what the history tells of it, and what is still to come.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    approval::StepStatus,
    audit::{ACTIVATION_EXPIRED, APPROVAL_EXPIRED, Actor, Entry, Outcome},
    ids::{RequestId, ScheduleId},
    permission::Permission,
    request::{Action, Request, Status},
    role,
    time::Instant,
    wire::audit::{Timeline, TimelineEntry, TimelineKind, TimelineResult},
};

use super::receipts::receipts;
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract,
    storage::{Connection, StorageError, approvals, audit, requests, schedules},
};

/// The timeline, for who asked, whom it is about, who may decide it, and the readers of the history. Nobody else is
/// told that the request exists.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Timeline>, ApiError> {
    let id: RequestId = extract::id(&id)?;
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    let request = requests::find(&mut db, id).await?.ok_or_else(|| ApiError::not_found(id))?;
    let own = request.created_by == caller.id() || request.ask.principal == caller.id();
    let reader = caller.permissions.allows(Permission::ReadAudit);
    let reads = own || reader || approvals::may_review(&mut db, caller.id(), &request, now).await?;
    if !reads {
        return Err(ApiError::not_found(id));
    }
    let mut entries = told(&mut db, &request).await?;
    entries.extend(receipts(&mut db, id, reader).await?);
    // Equal instants keep the order of their acts, mails last.
    entries.sort_by_key(|entry| entry.at);
    entries.extend(to_come(&mut db, &request, now).await?);
    Ok(Json(Timeline { request: id, status: request.status.as_str().to_owned(), entries }))
}

/// What the history tells of the request, and of the later ones that changed or ended what it gave.
async fn told(db: &mut Connection, request: &Request) -> Result<Vec<TimelineEntry>, StorageError> {
    let made = ScheduleId::from(request.id);
    let mut ids = vec![request.id];
    if request.target == Some(made) {
        ids.extend(requests::about(db, made).await?.into_iter().filter(|id| *id != request.id));
    }
    let own = request.id.to_string();
    let rows = audit::of_requests(db, &ids).await?;
    let of_this = |entry: &Entry| {
        // An act on one schedule may end others too, each with a row of its own.
        let about = entry.details.iter().find(|(name, _)| name == "ScheduleId");
        entry.correlation == own || about.is_none_or(|(_, id)| *id == made.to_string())
    };
    Ok(rows
        .iter()
        .filter(|entry| of_this(entry))
        .map(|entry| moment(request, entry, entry.correlation == own))
        .collect())
}

fn moment(request: &Request, entry: &Entry, own: bool) -> TimelineEntry {
    let failed = entry.outcome == Outcome::Failure;
    let kind = kind(request.ask.action, &entry.activity, own);
    let actor = match &entry.actor {
        Actor::Person { name, .. } | Actor::System { name } => name.clone(),
    };
    let told = |name: &str| ["Due", "Processed", "TicketNumber", "TicketSystem", "ErrorCode"].contains(&name);
    let mut details: Vec<(String, String)> = Vec::new();
    for target in &entry.targets {
        for change in &target.changes {
            let value = match (&change.before, &change.after) {
                (None, Some(after)) => after.clone(),
                (before, after) => {
                    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
                    format!("{} instead of {}", word(after), word(before))
                }
            };
            details.push((change.name.clone(), value));
        }
    }
    if !matches!(kind, TimelineKind::Started | TimelineKind::Changed) {
        details.clear();
    }
    details.extend(entry.details.iter().filter(|(name, _)| told(name)).cloned());
    TimelineEntry {
        at: entry.at,
        kind,
        actor: Some(actor),
        text: text(request, kind, &entry.activity, failed),
        result: if failed { TimelineResult::Failed } else { TimelineResult::Done },
        reason: entry.reason.clone(),
        details,
    }
}

/// The kind of moment that a row's name tells (`reference/portal-blades.md` 10).
fn kind(action: Action, activity: &str, own: bool) -> TimelineKind {
    let removes = matches!(action, Action::AdminRemove | Action::SelfDeactivate);
    let about = |part: &str| activity.contains(part);
    if activity == APPROVAL_EXPIRED {
        TimelineKind::TimedOut
    } else if activity == ACTIVATION_EXPIRED || (activity.starts_with("Remove") && !removes) {
        TimelineKind::Ended
    } else if about("approval requested") {
        TimelineKind::ApprovalAsked
    } else if about("request approved") {
        TimelineKind::Approved
    } else if about("request denied") {
        TimelineKind::Denied
    } else if about(" canceled") {
        TimelineKind::Canceled
    } else if about(" completed") {
        TimelineKind::Started
    } else if !own || action == Action::AdminUpdate {
        TimelineKind::Changed
    } else {
        TimelineKind::Asked
    }
}

fn text(request: &Request, kind: TimelineKind, activity: &str, failed: bool) -> String {
    let role = role::find(request.ask.role).map_or("the role", |role| role.display_name.as_str());
    if failed {
        return format!("Refused: {activity}");
    }
    match kind {
        TimelineKind::Asked => match request.ask.action {
            Action::SelfActivate => format!("Asked to activate {role}"),
            Action::SelfDeactivate => format!("Asked to deactivate {role}"),
            Action::AdminAssign => format!("Asked to assign {role}"),
            Action::AdminRemove => format!("Asked to remove {role}"),
            _ => format!("Asked to change {role}"),
        },
        TimelineKind::ApprovalAsked => "Sent to the approvers".to_owned(),
        TimelineKind::Approved => "Approved".to_owned(),
        TimelineKind::Denied => "Denied".to_owned(),
        TimelineKind::TimedOut => "Nobody answered in time".to_owned(),
        TimelineKind::Canceled => "Cancelled".to_owned(),
        TimelineKind::Started => match request.ask.action {
            Action::SelfActivate => format!("{role} is active"),
            Action::SelfDeactivate => format!("{role} was deactivated"),
            Action::AdminRemove => format!("{role} was removed"),
            _ => format!("{role} is assigned"),
        },
        TimelineKind::Changed => "The window was changed".to_owned(),
        TimelineKind::Ended if activity == ACTIVATION_EXPIRED => "The time was over".to_owned(),
        TimelineKind::Ended if activity.contains("(PIM deactivate)") => {
            if activity.contains("requested") { "Asked to deactivate" } else { "Deactivated" }.to_owned()
        }
        TimelineKind::Ended if activity.contains("requested") => "Asked to remove".to_owned(),
        TimelineKind::Ended => "Ended".to_owned(),
        TimelineKind::Mail => String::new(),
    }
}

/// What is still due: the answer of an approver, the start, the end.
async fn to_come(
    db: &mut Connection,
    request: &Request,
    now: Instant,
) -> Result<Vec<TimelineEntry>, StorageError> {
    let waits = |at, kind, text: &str| TimelineEntry {
        at,
        kind,
        actor: None,
        text: text.to_owned(),
        result: TimelineResult::Waiting,
        reason: None,
        details: Vec::new(),
    };
    let mut entries = Vec::new();
    if request.status == Status::PendingApproval {
        let open = approvals::find(db, request.id).await?.filter(|a| a.status == StepStatus::InProgress);
        entries
            .extend(open.map(|a| waits(a.due, TimelineKind::TimedOut, "Waits for an approver until then")));
    }
    let Some(schedule) = schedules::find(db, ScheduleId::from(request.id)).await? else { return Ok(entries) };
    if schedule.window.start > now {
        entries.push(waits(schedule.window.start, TimelineKind::Started, "Starts"));
    }
    entries.extend(schedule.window.end.map(|end| waits(end, TimelineKind::Ended, "Ends")));
    Ok(entries)
}
