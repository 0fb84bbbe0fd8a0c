//! A right's window is over. It stopped working at that instant; this carries the end to the audit history.

use domain::{
    audit::{ACTIVATION_EXPIRED, Category, Entry},
    ids::AuditId,
    schedule::{AssignmentType, EndReason, Kind, Schedule},
    time::Instant,
};
use futures::future::FutureExt;

use super::{EngineError, apply, record, start};
use crate::{
    clock::Clock,
    ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork,
        jobs::{self, Job},
        schedules,
    },
};

/// Carries out an end that is due. Running it twice is harmless.
pub async fn end_due(storage: &Storage, clock: &Clock, job: Job) -> Result<(), EngineError> {
    let audit = [AuditId(ids::in_order()), AuditId(ids::in_order())];
    let now = clock.engine();
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
    [started, ended]: [AuditId; 2],
    now: Instant,
) -> crate::storage::Outcome<(), EngineError> {
    let due = schedules::find(unit.db(), job.schedule).await?.filter(|s| s.window.is_over(now));
    jobs::finish(unit.db(), job).await?;
    let Some(schedule) = due else { return Ok(unit.commit_without_audit(())) };
    let mut ending = vec![(schedule.clone(), EndReason::Expired)];
    if schedule.kind == Kind::Eligible {
        let dependent = schedules::activated_from(unit.db(), schedule.id, None).await?;
        ending.extend(dependent.into_iter().map(|s| (s, EndReason::EligibilityEnded)));
    }
    let mut rows = Vec::new();
    for (schedule, reason) in ending {
        // A start whose job failed is told before the end.
        let id = AuditId(ids::derived(started.0, schedule.id.0));
        rows.extend(start::tell(unit.db(), schedule.id, schedule.window.start, id, now).await?);
        apply::end(unit.db(), schedule.id, reason, now).await?;
        let id = AuditId(ids::derived(ended.0, schedule.id.0));
        rows.push(row(unit.db(), &schedule, job.due, id, now).await?);
    }
    Ok(unit.commit(&rows, ()).await?)
}

/// The row of an end that was due, and is carried out now.
pub(super) async fn row(
    db: &mut Connection,
    schedule: &Schedule,
    due: Instant,
    id: AuditId,
    now: Instant,
) -> Result<Entry, StorageError> {
    let activity = match (schedule.kind, schedule.assignment_type()) {
        (Kind::Active, Some(AssignmentType::Activated)) => ACTIVATION_EXPIRED,
        (Kind::Active, _) => "Remove member from role in PIM completed (timebound)",
        (Kind::Eligible, _) => "Remove eligible member from role in PIM completed (timebound)",
    };
    let mut row = record::entry(id, now, activity, Category::RoleManagement, record::system());
    row.correlation = schedule.id.to_string();
    row.reason = Some("the window is over".to_owned());
    row.targets = vec![
        record::role_target(schedule.role, record::window_changes(Some(schedule.window), None)),
        record::user_target(db, schedule.principal).await?,
    ];
    row.details = record::schedule_details(schedule);
    row.details.push(("Due".to_owned(), due.to_string()));
    row.details.push(("Processed".to_owned(), now.to_string()));
    Ok(row)
}
