//! Takes a request: assign, update, remove, activate, deactivate.

use std::sync::Arc;

use domain::{
    approval::Approval,
    audit::{self, Category, Entry, Moment, Outcome, Target},
    decide::{self, Decision, Effect, Facts, Grant, Refusal},
    error_code::ErrorCode,
    ids::{AuditId, RequestId},
    permission::Permission,
    request::{Action, Ask, Request, Status},
    time::Instant,
};
use futures::future::FutureExt;

use super::{
    EngineError,
    allowed::{self, Rights},
    also,
    apply::{self, Applied},
    facts,
    notify::{Event, notify},
    record::{self, FreshRows},
    start, time_out,
};
use crate::{
    caller::Caller,
    clock::Clock,
    ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork, approvals,
        jobs::{self, JobKind},
        requests,
    },
};

/// A request that was taken.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// As it is kept.
    pub request: Request,
    /// Free text that came with it.
    pub custom_data: Option<String>,
}

/// Everything about one submission that must not change when its unit of work runs again.
struct Submission {
    ask: Ask,
    caller: Caller,
    custom_data: Option<String>,
    id: RequestId,
    /// For starts that are caught up with, that it was asked, that it is done, and what else it did.
    audit: [AuditId; 4],
    now: Instant,
}

/// Takes a request. A refusal commits one audit row of the failure and nothing else.
pub async fn submit(
    storage: &Storage,
    clock: &Clock,
    caller: &Caller,
    ask: Ask,
    custom_data: Option<String>,
) -> Result<Submitted, EngineError> {
    let submission = Submission {
        ask,
        caller: caller.clone(),
        custom_data,
        id: RequestId(ids::fresh()),
        audit: FreshRows::fresh().0,
        now: clock.engine(),
    };
    let work = Arc::new(submission);
    let outcome = match attempt(storage, &work).await {
        // The database's own guard found the twin, because two asked at the same instant. Asked again, the rules see
        // it too, and the refusal gets its audit row.
        Err(EngineError::Refused(_)) => attempt(storage, &work).await,
        outcome => outcome,
    };
    outcome?.map_err(EngineError::Refused)
}

async fn attempt(
    storage: &Storage,
    submission: &Arc<Submission>,
) -> Result<Result<Submitted, Box<Refusal>>, EngineError> {
    let submission = submission.clone();
    storage
        .write(move |unit| {
            let submission = submission.clone();
            async move { run(unit, &submission).await }.boxed()
        })
        .await
}

/// The five beats.
async fn run(
    unit: &mut UnitOfWork,
    submission: &Submission,
) -> crate::storage::Outcome<Result<Submitted, Box<Refusal>>, EngineError> {
    let Submission { ask, caller, id, now, .. } = submission;
    let mut caller_facts = caller.facts();
    let rights = Rights::load(unit.db(), caller, *now).await?;
    caller_facts.permissions = rights.permissions;
    let (mut facts, principal) = facts::load(unit.db(), ask, caller_facts, *now).await?;
    let holder = record::target_of(ask.principal, principal);
    let mut entries = start::catch_up(unit.db(), &facts.open_requests, submission.audit[0], *now).await?;
    entries.extend(time_out::catch_up(unit.db(), &facts.open_requests, submission.audit[0], *now).await?);
    if !entries.is_empty() {
        facts.open_requests = requests::open(unit.db(), ask.principal, ask.role, ask.scope).await?;
    }

    let Decision { verdict, trace } = decide::decide(ask, &facts, *id);

    let grant = match verdict {
        Ok(grant) => grant,
        Err(mut refusal) => {
            refusal.trace = trace;
            entries.push(refused(submission, &facts, holder, &refusal));
            return Ok(unit.commit(&entries, Err(Box::new(refusal))).await?);
        }
    };
    let mut applied = Vec::new();
    for effect in &grant.effects {
        if let Effect::End { id, .. } = effect {
            // It may have begun without a job having said so: its history is told whole before its end.
            entries.extend(start::tell_begun(unit.db(), *id, submission.audit[0], *now).await?);
        }
        applied.extend(apply::effect(unit.db(), effect, *id, *now).await?);
    }
    let request = request(submission, &grant);
    match requests::insert(unit.db(), &request, &trace, submission.custom_data.as_deref()).await {
        Err(error) if error.is_conflict() => return Err(EngineError::Refused(Box::new(twin()))),
        other => other?,
    }
    if request.status == Status::PendingApproval {
        let justified = facts.policy.approval_end_user_assignment.is_approver_justification_required;
        let approval = Approval::asked(*id, *now, justified);
        approvals::insert(unit.db(), &approval).await?;
        jobs::set(unit.db(), JobKind::TimeOut, (*id).into(), Some(approval.due)).await?;
    }
    let from = entries.len();
    entries.extend(granted(unit.db(), submission, &grant, holder, &applied).await?);
    for row in &mut entries[from..] {
        tell_right(row, ask.action, &rights, &applied, &facts);
    }
    if let Some(event) = event(ask.action, grant.status, applied.first()) {
        notify(unit.db(), event, &request, Some(&caller.person), *now).await?;
    }
    let submitted = Submitted { request, custom_data: submission.custom_data.clone() };
    Ok(unit.commit(&entries, Ok(submitted)).await?)
}

/// What there is to tell by mail. An activation that starts later is told when it does.
fn event(action: Action, status: Status, main: Option<&Applied>) -> Option<Event<'_>> {
    let schedule = main.map(|applied| &applied.schedule);
    match (action, status) {
        (Action::SelfActivate, Status::PendingApproval) => Some(Event::ApprovalRequested),
        (Action::SelfActivate, Status::Granted) => None,
        (Action::SelfActivate, _) => schedule.map(Event::Activated),
        (Action::AdminAssign, _) => schedule.map(Event::Assigned),
        (Action::AdminUpdate, _) => schedule.map(Event::Updated),
        (Action::AdminRemove, _) => schedule.map(Event::Removed),
        _ => None,
    }
}

/// Writes down by which right it was asked.
fn tell_right(row: &mut Entry, action: Action, rights: &Rights, applied: &[Applied], facts: &Facts) {
    match action {
        Action::SelfActivate => {
            let from = applied.first().and_then(|main| main.schedule.activated_from);
            allowed::by_eligibility(row, from, &facts.schedules, facts.now);
        }
        action if action.is_own() => allowed::by(row, "Own assignment"),
        _ => rights.tell(row, Permission::ManageRoles),
    }
}

/// The row of a failure.
fn refused(submission: &Submission, facts: &Facts, holder: Target, refusal: &Refusal) -> Entry {
    let Submission { ask, caller, now, audit: [_, id, ..], .. } = submission;
    let permanent = match ask.action {
        Action::AdminAssign => ask.is_permanent(),
        _ => facts.schedules.iter().any(|s| s.kind == ask.kind && s.window.end.is_none()),
    };
    let activity = audit::activity(ask.action, ask.kind, permanent, Moment::Requested);
    let mut row = record::entry(*id, *now, activity, Category::RoleManagement, record::actor(caller));
    row.outcome = Outcome::Failure;
    row.correlation = submission.id.to_string();
    row.reason = Some(refusal.message.clone());
    row.targets = vec![record::role_target(ask.role, Vec::new()), holder];
    row.details = vec![("ErrorCode".to_owned(), refusal.code.as_str().to_owned())];
    row.details.extend(
        ask.justification.iter().map(|text| ("Justification".to_owned(), text.chars().take(500).collect())),
    );
    row
}

fn request(submission: &Submission, grant: &Grant) -> Request {
    let waits = grant.status == Status::PendingApproval;
    Request {
        id: submission.id,
        ask: submission.ask.clone(),
        status: grant.status,
        created_by: submission.caller.id(),
        created_at: submission.now,
        completed_at: (!waits).then_some(grant.effective),
        target: (!waits).then_some(grant.target),
    }
}

/// One row that it was asked, and one that it is done where it takes effect at once.
async fn granted(
    db: &mut Connection,
    submission: &Submission,
    grant: &Grant,
    holder: Target,
    applied: &[Applied],
) -> Result<Vec<Entry>, StorageError> {
    let Submission { ask, caller, now, audit: [_, asked, done, base], .. } = submission;
    let main = applied.first();
    let permanent = main.is_some_and(|a| a.schedule.window.end.is_none());
    let changes = main.map(|a| record::window_changes(a.before, a.after)).unwrap_or_default();
    let targets = vec![record::role_target(ask.role, changes), holder];
    let mut details =
        main.map_or_else(|| record::wish_details(ask, *now), |a| record::schedule_details(&a.schedule));
    details.push(("RequestId".to_owned(), submission.id.to_string()));
    for other in applied.iter().skip(1) {
        let what = other.reason.map_or("rescheduled", domain::schedule::EndReason::as_str);
        details.push(("Also".to_owned(), format!("{} {what}", other.schedule.id)));
    }
    details.extend(
        applied.iter().filter_map(|a| a.cancelled).map(|id| ("CancelledRequest".to_owned(), id.to_string())),
    );
    for (name, value) in [("TicketNumber", &ask.ticket.number), ("TicketSystem", &ask.ticket.system)] {
        details.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
    }
    let row = |id: AuditId, moment: Moment| {
        let activity = audit::activity(ask.action, ask.kind, permanent, moment);
        let mut row = record::entry(id, *now, activity, Category::RoleManagement, record::actor(caller));
        row.correlation = submission.id.to_string();
        row.reason.clone_from(&ask.justification);
        row.targets.clone_from(&targets);
        row.details.clone_from(&details);
        row
    };
    let mut rows = vec![row(*asked, Moment::Requested)];
    match grant.status {
        Status::Granted => {}
        Status::PendingApproval => rows.push(row(*done, Moment::ApprovalRequested)),
        // An update is one row: its name has no moment.
        _ if ask.action == Action::AdminUpdate => {}
        _ => rows.push(row(*done, Moment::Completed)),
    }
    for other in applied.iter().skip(1) {
        let why = "the eligible assignment behind it was removed or changed";
        let mut row = also::row(db, other, why, record::actor(caller), *base, *now).await?;
        row.correlation = submission.id.to_string();
        rows.push(row);
    }
    Ok(rows)
}

/// The same words as the rule's: here the database's own guard said it, because two asked at the same instant.
fn twin() -> Refusal {
    Refusal {
        code: ErrorCode::PendingRoleAssignmentRequest,
        message: "There is already an existing pending Role assignment request.".to_owned(),
        findings: Vec::new(),
        trace: Vec::new(),
    }
}
