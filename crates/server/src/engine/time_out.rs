//! Nobody answered a request for approval in time: it is over, and must be sent anew.

use domain::{
    approval::StepStatus,
    audit::{APPROVAL_EXPIRED, Entry, Moment},
    decide::OpenRequestFact,
    ids::{AuditId, RequestId},
    request::Status,
    time::Instant,
};
use futures::future::FutureExt;

use super::{
    EngineError,
    notify::{Event, notify},
    record,
};
use crate::{
    clock::Clock,
    ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork, approvals,
        jobs::{self, Job, JobKind},
        requests,
    },
};

/// Carries out a time-out that is due. Running it twice is harmless.
pub async fn time_out_due(storage: &Storage, clock: &Clock, job: Job) -> Result<(), EngineError> {
    let (audit, now) = (AuditId(ids::in_order()), clock.engine());
    storage
        .write(move |unit| {
            let job = job.clone();
            async move { run(unit, &job, audit, now).await }.boxed()
        })
        .await
}

async fn run(
    unit: &mut UnitOfWork,
    job: &Job,
    audit: AuditId,
    now: Instant,
) -> crate::storage::Outcome<(), EngineError> {
    jobs::finish(unit.db(), job).await?;
    let told = tell(unit.db(), RequestId(job.schedule.0), audit, now).await?;
    Ok(match told {
        Some(row) => unit.commit(&[row], ()).await?,
        // Answered or withdrawn meanwhile: its own act has written the history.
        None => unit.commit_without_audit(()),
    })
}

/// Ends a request that nobody answered in time; gives the audit row of it, and none when it does not wait or still has
/// time.
pub(super) async fn tell(
    db: &mut Connection,
    id: RequestId,
    audit: AuditId,
    now: Instant,
) -> Result<Option<Entry>, StorageError> {
    let Some(approval) = approvals::find(db, id).await?.filter(|a| a.status == StepStatus::InProgress) else {
        return Ok(None);
    };
    if approval.status_at(now) != StepStatus::Expired {
        return Ok(None);
    }
    let Some(request) = requests::find(db, id).await? else { return Ok(None) };
    if !requests::advance(db, id, Status::PendingApproval, Status::TimedOut, Some(approval.due)).await? {
        return Ok(None);
    }
    approvals::close(db, id, StepStatus::Expired, None).await?;
    notify(db, Event::TimedOut, &request, None, now).await?;
    let mut row = record::of_request(db, &request, Moment::Completed, record::system(), audit, now).await?;
    APPROVAL_EXPIRED.clone_into(&mut row.activity);
    row.reason = Some("nobody answered within 24 hours".to_owned());
    row.details.push(("Due".to_owned(), approval.due.to_string()));
    row.details.push(("Processed".to_owned(), now.to_string()));
    Ok(Some(row))
}

/// Ends what timed out of these requests before anything is decided: it blocks nobody, whether its job has run or not.
pub(super) async fn catch_up(
    db: &mut Connection,
    open: &[OpenRequestFact],
    base: AuditId,
    now: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let mut rows = Vec::new();
    for fact in open {
        let told = tell(db, fact.id, AuditId(ids::derived(base.0, fact.id.0)), now).await?;
        if told.is_some() {
            jobs::set(db, JobKind::TimeOut, fact.id.into(), None).await?;
        }
        rows.extend(told);
    }
    Ok(rows)
}

/// Closes the approval of a request that is withdrawn.
pub(super) async fn withdraw(db: &mut Connection, id: RequestId) -> Result<(), StorageError> {
    if approvals::close(db, id, StepStatus::Completed, None).await? {
        jobs::set(db, JobKind::TimeOut, id.into(), None).await?;
    }
    Ok(())
}
