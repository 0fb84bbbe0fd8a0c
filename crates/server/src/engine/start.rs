//! A scheduled right comes into force: the request behind it is done, and the audit history says so.

use domain::{
    audit::{self, Category, Moment},
    ids::AuditId,
    request::Status,
    time::Instant,
};
use futures::future::FutureExt;

use super::{EngineError, record};
use crate::{
    clock::Clock,
    ids,
    storage::{
        Storage, UnitOfWork,
        jobs::{self, Job},
        requests, schedules,
    },
};

/// Carries out a start that is due. Running it twice is harmless.
pub async fn start_due(storage: &Storage, clock: &Clock, job: Job) -> Result<(), EngineError> {
    let (audit, now) = (AuditId(ids::fresh()), clock.engine());
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
    let schedule = schedules::find(unit.db(), job.schedule).await?.filter(|s| s.window.start <= now);
    let request = requests::waiting_for(unit.db(), job.schedule).await?;
    jobs::finish(unit.db(), job).await?;
    let Some((schedule, request)) = schedule.zip(request) else {
        // Ended, moved or started meanwhile: its own act has written the history.
        return Ok(unit.commit_without_audit(()));
    };
    let start = schedule.window.start;
    if !requests::advance(unit.db(), request.id, Status::Granted, Status::Provisioned, Some(start)).await? {
        return Ok(unit.commit_without_audit(()));
    }
    let ask = &request.ask;
    let activity = audit::activity(ask.action, ask.kind, schedule.window.end.is_none(), Moment::Completed);
    let mut row = record::entry(audit, now, activity, Category::RoleManagement, record::system());
    row.correlation = request.id.to_string();
    row.reason.clone_from(&ask.justification);
    row.targets = vec![
        record::role_target(schedule.role, record::window_changes(None, Some(schedule.window))),
        record::user_target(unit.db(), schedule.principal).await?,
    ];
    row.details = record::schedule_details(&schedule);
    row.details.push(("Due".to_owned(), job.due.to_string()));
    row.details.push(("Processed".to_owned(), now.to_string()));
    Ok(unit.commit(&[row], ()).await?)
}
