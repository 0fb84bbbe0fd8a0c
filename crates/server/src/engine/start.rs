//! A scheduled right comes into force: the request behind it is done, and the audit history says so.

use domain::{
    audit::{self, Category, Entry, Moment},
    decide::OpenRequestFact,
    ids::{AuditId, ScheduleId},
    request::{Action, Status},
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
        Connection, Storage, StorageError, UnitOfWork,
        jobs::{self, Job},
        requests, schedules,
    },
};

/// Any fixed value: tells the row of a beginning apart from that of the end.
const BEGUN: uuid::Uuid = uuid::Uuid::from_u128(0x6265_6775_6e00);

/// Carries out a start that is due. Running it twice is harmless.
pub async fn start_due(storage: &Storage, clock: &Clock, job: Job) -> Result<(), EngineError> {
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
    let told = tell(unit.db(), job.schedule, job.due, audit, now).await?;
    Ok(match told {
        Some(row) => unit.commit(&[row], ()).await?,
        // Ended, moved or started meanwhile: its own act has written the history.
        None => unit.commit_without_audit(()),
    })
}

/// Completes the request that waits for a schedule whose start has come; gives the audit row of it, and none when
/// nothing waits.
pub(super) async fn tell(
    db: &mut Connection,
    id: ScheduleId,
    due: Instant,
    audit: AuditId,
    now: Instant,
) -> Result<Option<Entry>, StorageError> {
    let schedule = schedules::find(db, id).await?.filter(|s| s.window.start <= now);
    let request = requests::waiting_for(db, id).await?;
    let Some((schedule, request)) = schedule.zip(request) else { return Ok(None) };
    let start = schedule.window.start;
    if !requests::advance(db, request.id, Status::Granted, Status::Provisioned, Some(start)).await? {
        return Ok(None);
    }
    let ask = &request.ask;
    let activity = audit::activity(ask.action, ask.kind, schedule.window.end.is_none(), Moment::Completed);
    let mut row = record::entry(audit, now, activity, Category::RoleManagement, record::system());
    row.correlation = request.id.to_string();
    row.reason.clone_from(&ask.justification);
    row.targets = vec![
        record::role_target(schedule.role, record::window_changes(None, Some(schedule.window))),
        record::user_target(db, schedule.principal).await?,
    ];
    row.details = record::schedule_details(&schedule);
    row.details.push(("Due".to_owned(), due.to_string()));
    row.details.push(("Processed".to_owned(), now.to_string()));
    if ask.action == Action::SelfActivate {
        notify(db, Event::Activated(&schedule), &request, None, now).await?;
    }
    Ok(Some(row))
}

/// The same for a schedule that is about to end by somebody's act, when it has begun and no job has said so.
pub(super) async fn tell_begun(
    db: &mut Connection,
    id: ScheduleId,
    base: AuditId,
    now: Instant,
) -> Result<Option<Entry>, StorageError> {
    let Some(schedule) = schedules::find(db, id).await? else { return Ok(None) };
    // Not the id that the row of the end gets, which is derived from the same two.
    let row = AuditId(ids::derived(ids::derived(base.0, id.0), BEGUN));
    tell(db, id, schedule.window.start, row, now).await
}

/// Completes what has started of these requests before anything is decided: what is in force blocks nobody, whether
/// its job has run or not.
pub(super) async fn catch_up(
    db: &mut Connection,
    open: &[OpenRequestFact],
    base: AuditId,
    now: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let mut rows = Vec::new();
    for fact in open {
        let Some(id) = requests::find(db, fact.id).await?.and_then(|request| request.target) else {
            continue;
        };
        let Some(schedule) = schedules::find(db, id).await? else { continue };
        let row = AuditId(ids::derived(base.0, fact.id.0));
        let told = tell(db, id, schedule.window.start, row, now).await?;
        if told.is_some() {
            jobs::set(db, jobs::JobKind::Start, id, None).await?;
        }
        rows.extend(told);
    }
    Ok(rows)
}
