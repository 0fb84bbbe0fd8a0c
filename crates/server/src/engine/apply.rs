//! Carries out what a decision says, and keeps the jobs of each schedule in step with its window.

use domain::{
    decide::Effect,
    ids::RequestId,
    request::Status,
    schedule::{EndReason, Schedule},
    time::{Instant, Window},
};

use crate::storage::{
    Connection, StorageError,
    jobs::{self, JobKind},
    requests, schedules,
};

/// What became of one schedule, for the audit row.
pub(super) struct Applied {
    pub(super) schedule: Schedule,
    pub(super) before: Option<Window>,
    pub(super) after: Option<Window>,
    pub(super) reason: Option<EndReason>,
    /// The request that was waiting for it to start and is cancelled with it.
    pub(super) cancelled: Option<RequestId>,
}

pub(super) async fn effect(
    db: &mut Connection,
    effect: &Effect,
    request: RequestId,
    now: Instant,
) -> Result<Option<Applied>, StorageError> {
    match effect {
        Effect::Create(schedule) => {
            schedules::insert(db, schedule, Some(request), now).await?;
            if schedule.window.start > now {
                jobs::set(db, JobKind::Start, schedule.id, Some(schedule.window.start)).await?;
            }
            if schedule.window.end.is_some() {
                jobs::set(db, JobKind::End, schedule.id, schedule.window.end).await?;
            }
            Ok(Some(Applied {
                schedule: schedule.clone(),
                before: None,
                after: Some(schedule.window),
                reason: None,
                cancelled: None,
            }))
        }
        Effect::Reschedule { id, window } => {
            let Some(before) = schedules::find(db, *id).await? else { return Ok(None) };
            schedules::reschedule(db, *id, *window, now).await?;
            let schedule = Schedule { window: *window, ..before.clone() };
            set_jobs(db, &schedule, now).await?;
            Ok(Some(Applied {
                schedule,
                before: Some(before.window),
                after: Some(*window),
                reason: None,
                cancelled: None,
            }))
        }
        Effect::End { id, reason } => end(db, *id, *reason, now).await,
    }
}

/// Ends one schedule now, takes its jobs away and cancels the request that was waiting for it.
pub(super) async fn end(
    db: &mut Connection,
    id: domain::ids::ScheduleId,
    reason: EndReason,
    now: Instant,
) -> Result<Option<Applied>, StorageError> {
    let Some(schedule) = schedules::find(db, id).await? else { return Ok(None) };
    schedules::end(db, id, now, reason).await?;
    jobs::set(db, JobKind::Start, id, None).await?;
    jobs::set(db, JobKind::End, id, None).await?;
    let mut cancelled = None;
    if let Some(waiting) = requests::waiting_for(db, id).await? {
        let start = schedule.window.start;
        if start <= now {
            // It took effect, although the job that tells so has not run.
            requests::advance(db, waiting.id, waiting.status, Status::Provisioned, Some(start)).await?;
        } else {
            requests::advance(db, waiting.id, waiting.status, Status::Canceled, Some(now)).await?;
            cancelled = Some(waiting.id);
        }
    }
    let before = Some(schedule.window);
    Ok(Some(Applied { schedule, before, after: None, reason: Some(reason), cancelled }))
}

async fn set_jobs(db: &mut Connection, schedule: &Schedule, now: Instant) -> Result<(), StorageError> {
    // A start that was moved to now is still to be told by the request that waits for it.
    let waits = requests::waiting_for(db, schedule.id).await?.is_some();
    let start = Some(schedule.window.start).filter(|start| *start > now || waits);
    jobs::set(db, JobKind::Start, schedule.id, start).await?;
    jobs::set(db, JobKind::End, schedule.id, schedule.window.end).await
}
