//! What an act does to other schedules than its own: each gets an audit row, so that its holder's history tells it.

use domain::{
    audit::{self, Actor, Category, Entry, Moment},
    ids::AuditId,
    request::Action,
    time::Instant,
};

use super::{apply::Applied, record};
use crate::{
    ids,
    storage::{Connection, StorageError},
};

/// The row of one schedule that an act ended or changed besides its own.
pub(super) async fn row(
    db: &mut Connection,
    applied: &Applied,
    why: &str,
    actor: Actor,
    base: AuditId,
    now: Instant,
) -> Result<Entry, StorageError> {
    let schedule = &applied.schedule;
    let permanent = applied.before.is_some_and(|window| window.end.is_none());
    let action = if applied.after.is_some() { Action::AdminUpdate } else { Action::AdminRemove };
    let activity = audit::activity(action, schedule.kind, permanent, Moment::Completed);
    let id = AuditId(ids::derived(base.0, schedule.id.0));
    let mut row = record::entry(id, now, activity, Category::RoleManagement, actor);
    row.correlation = base.to_string();
    row.reason = Some(why.to_owned());
    row.targets = vec![
        record::role_target(schedule.role, record::window_changes(applied.before, applied.after)),
        record::user_target(db, schedule.principal).await?,
    ];
    row.details = record::schedule_details(schedule);
    row.details.extend(applied.cancelled.map(|id| ("CancelledRequest".to_owned(), id.to_string())));
    Ok(row)
}
