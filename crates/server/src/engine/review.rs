//! An approver answers. The first answer counts, and what a yes gives is decided at this instant.

use std::sync::Arc;

use domain::{
    approval::{Answer, Approval, Review, StepStatus},
    audit::{self, Entry, Moment, Outcome},
    decide::{self, Grant, Refusal, ReviewFacts, Reviewed},
    error_code::ErrorCode,
    ids::{AuditId, RequestId},
    permission::Permissions,
    request::{Action, Request, Status},
    schedule::Kind,
    time::Instant,
};
use futures::future::FutureExt;

use super::{
    EngineError, allowed,
    apply::{self, Applied},
    facts,
    notify::{Event, notify},
    record::{self, FreshRows},
    standing,
};
use crate::{
    caller::Caller,
    clock::Clock,
    storage::{
        Connection, Storage, StorageError, UnitOfWork, approvals,
        jobs::{self, JobKind},
        principals, requests, rights,
    },
};

/// One answer, and what must not change when its unit of work runs again.
struct Deed {
    caller: Caller,
    id: RequestId,
    answer: Answer,
    justification: Option<String>,
    /// Of the answer, and of what it led to.
    audit: [AuditId; 2],
    now: Instant,
}

/// Answers a request that waits for approval; gives the request as it is then. A refusal commits one audit row of the
/// failure and nothing else. A yes to what cannot be given any more ends the request as failed and is refused.
pub async fn review(
    storage: &Storage,
    clock: &Clock,
    caller: &Caller,
    id: RequestId,
    answer: Answer,
    justification: Option<String>,
) -> Result<Request, EngineError> {
    let deed = Arc::new(Deed {
        caller: caller.clone(),
        id,
        answer,
        justification,
        audit: FreshRows::fresh().0,
        now: clock.engine(),
    });
    let outcome: Result<Result<Request, Box<Refusal>>, EngineError> = storage
        .write(move |unit| {
            let deed = deed.clone();
            async move { run(unit, &deed).await }.boxed()
        })
        .await;
    outcome?.map_err(EngineError::Refused)
}

/// The five beats.
async fn run(
    unit: &mut UnitOfWork,
    deed: &Deed,
) -> crate::storage::Outcome<Result<Request, Box<Refusal>>, EngineError> {
    standing::stands(unit.db(), &deed.caller).await?;
    let (Some(request), Some(approval)) =
        (requests::find(unit.db(), deed.id).await?, approvals::find(unit.db(), deed.id).await?)
    else {
        let refusal = unknown();
        let activity = audit::activity(Action::SelfActivate, Kind::Active, false, moment(deed.answer));
        let rows =
            [record::of_no_request(deed.id, &activity, &deed.caller, &refusal, deed.audit[0], deed.now)];
        return Ok(unit.commit(&rows, Err(Box::new(refusal))).await?);
    };
    let facts = load(unit.db(), deed, &request, approval).await?;
    let (verdict, trace) = decide::review(deed.answer, deed.justification.as_deref(), &facts);
    let reviewed = match verdict {
        Ok(reviewed) => reviewed,
        Err(mut refusal) => {
            refusal.trace = trace;
            if refusal.code == ErrorCode::ApprovalClosed {
                name_who_was_faster(unit.db(), &facts.approval, &mut refusal).await?;
            }
            let mut row = answered(unit.db(), deed, &request).await?;
            row.outcome = Outcome::Failure;
            row.reason = Some(refusal.message.clone());
            row.details.push(("ErrorCode".to_owned(), refusal.code.as_str().to_owned()));
            return Ok(unit.commit(&[row], Err(Box::new(refusal))).await?);
        }
    };
    let review = Review {
        answer: deed.answer,
        by: deed.caller.id(),
        at: deed.now,
        justification: deed.justification.as_deref().unwrap_or_default().trim().to_owned(),
    };
    approvals::close(unit.db(), deed.id, StepStatus::Completed, Some(&review)).await?;
    tell(unit.db(), deed, &request, &reviewed, &review.justification).await?;
    jobs::set(unit.db(), JobKind::TimeOut, deed.id.into(), None).await?;
    let mut rows = vec![answered(unit.db(), deed, &request).await?];
    allowed::by(&mut rows[0], "Approver of the role");
    let outcome = match reviewed {
        Reviewed::Denied => {
            requests::advance(unit.db(), deed.id, request.status, Status::Denied, Some(deed.now)).await?;
            Ok(Request { status: Status::Denied, completed_at: Some(deed.now), ..request })
        }
        Reviewed::Failed(mut refusal) => {
            refusal.trace = trace;
            requests::advance(unit.db(), deed.id, request.status, Status::Failed, Some(deed.now)).await?;
            requests::keep_failure(unit.db(), deed.id, &why(&refusal)).await?;
            let mut row = completed(unit.db(), deed, &request).await?;
            row.outcome = Outcome::Failure;
            row.reason = Some(refusal.message.clone());
            rows.push(row);
            Err(Box::new(refusal))
        }
        Reviewed::Granted(grant) => {
            let (request, row) = give(unit.db(), deed, request, &grant).await?;
            requests::keep_trace(unit.db(), deed.id, &trace).await?;
            rows.extend(row);
            Ok(request)
        }
    };
    Ok(unit.commit(&rows, outcome).await?)
}

/// What failed, in words for people: without the names of rules.
fn why(refusal: &Refusal) -> String {
    let found: Vec<&str> = refusal.findings.iter().map(|finding| finding.message.as_str()).collect();
    if found.is_empty() { refusal.message.clone() } else { found.join(", ") }
}

async fn load(
    db: &mut Connection,
    deed: &Deed,
    request: &Request,
    approval: Approval,
) -> Result<ReviewFacts, StorageError> {
    let mut caller = deed.caller.facts();
    caller.permissions = Permissions::NONE;
    let (activation, _) = facts::load(db, &request.ask, caller, deed.now).await?;
    let reviewer = deed.caller.id();
    let held = rights::in_force(db, reviewer, deed.now).await?;
    let waits = rights::wait_for_second_factor(&held, deed.caller.second_factor);
    let is_approver = !waits && approvals::is_approver(db, reviewer, request.ask.role, deed.now).await?;
    let shares_address = principals::share_address(db, reviewer, request.ask.principal).await?;
    Ok(ReviewFacts { reviewer, is_approver, shares_address, request: request.clone(), approval, activation })
}

/// Tells of the answer by mail. What it led to is told on its own.
async fn tell(
    db: &mut Connection,
    deed: &Deed,
    request: &Request,
    reviewed: &Reviewed,
    justification: &str,
) -> Result<(), StorageError> {
    let why = match reviewed {
        Reviewed::Failed(refusal) => refusal.in_words(),
        _ => String::new(),
    };
    let event = match reviewed {
        Reviewed::Granted(_) => Event::Approved { justification },
        Reviewed::Denied => Event::Denied { justification },
        Reviewed::Failed(_) => Event::Failed { justification, why: &why },
    };
    notify(db, event, request, Some(&deed.caller.person), deed.now).await
}

/// Carries out a yes. The row is that of an activation in force; one that starts later gets it then.
async fn give(
    db: &mut Connection,
    deed: &Deed,
    request: Request,
    grant: &Grant,
) -> Result<(Request, Option<Entry>), StorageError> {
    let mut applied: Vec<Applied> = Vec::new();
    for effect in &grant.effects {
        applied.extend(apply::effect(db, effect, deed.id, deed.now).await?);
    }
    requests::approve(db, deed.id, grant.status, grant.effective, grant.target).await?;
    let given = Request {
        status: grant.status,
        completed_at: Some(grant.effective),
        target: Some(grant.target),
        ..request
    };
    if grant.status == Status::Granted {
        return Ok((given, None));
    }
    let mut row = completed(db, deed, &given).await?;
    if let Some(main) = applied.first() {
        notify(db, Event::Activated(&main.schedule), &given, Some(&deed.caller.person), deed.now).await?;
        row.targets[0] = record::role_target(given.ask.role, record::window_changes(main.before, main.after));
        row.details.extend(record::schedule_details(&main.schedule));
    }
    Ok((given, Some(row)))
}

/// The row of the answer itself.
async fn answered(db: &mut Connection, deed: &Deed, request: &Request) -> Result<Entry, StorageError> {
    let actor = record::actor(&deed.caller);
    let mut row =
        record::of_request(db, request, moment(deed.answer), actor, deed.audit[0], deed.now).await?;
    row.reason = deed.justification.as_ref().map(|text| text.chars().take(500).collect());
    let asked = request.ask.justification.iter().map(|text| ("Justification".to_owned(), text.clone()));
    row.details.extend(asked);
    Ok(row)
}

/// The row of what a yes led to.
async fn completed(db: &mut Connection, deed: &Deed, request: &Request) -> Result<Entry, StorageError> {
    let (id, actor) = (deed.audit[1], record::system());
    let mut row = record::of_request(db, request, Moment::Completed, actor, id, deed.now).await?;
    row.reason.clone_from(&request.ask.justification);
    row.details.push(("ApprovedBy".to_owned(), deed.caller.person.user_principal_name.clone()));
    Ok(row)
}

async fn name_who_was_faster(
    db: &mut Connection,
    approval: &Approval,
    refusal: &mut Refusal,
) -> Result<(), StorageError> {
    let Some(review) = &approval.review else { return Ok(()) };
    let by =
        principals::find(db, review.by).await?.map_or_else(|| "another approver".into(), |p| p.display_name);
    let word = if review.answer == Answer::Approve { "approved" } else { "denied" };
    refusal.message = format!("{by} has already {word} this request");
    for finding in &mut refusal.findings {
        finding.message.clone_from(&refusal.message);
    }
    Ok(())
}

const fn moment(answer: Answer) -> Moment {
    match answer {
        Answer::Approve => Moment::Approved,
        Answer::Deny => Moment::Denied,
    }
}

fn unknown() -> Refusal {
    Refusal {
        code: ErrorCode::NotFound,
        message: "there is no request for approval with this id".to_owned(),
        findings: Vec::new(),
        trace: Vec::new(),
    }
}
