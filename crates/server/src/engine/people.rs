//! What happens to rights when a person goes, or leaves a group. Called inside the unit of work of that act.

use domain::{
    audit::{Category, Entry},
    decide,
    ids::{AuditId, PrincipalId},
    principal::PrincipalFacts,
    role,
    schedule::{EndReason, Kind, Schedule},
    time::Instant,
};

use super::{apply, record};
use crate::{
    caller::Caller,
    storage::{Connection, StorageError, schedules},
};

/// The name of a guarded role that would lose its last permanent holder if this person went; none when all stay held.
pub async fn keeps_guarded_roles(
    db: &mut Connection,
    person: PrincipalFacts,
    now: Instant,
) -> Result<Option<&'static str>, StorageError> {
    for schedule in schedules::of_principal(db, person.id).await? {
        let counts = role::is_guarded(schedule.role) && decide::guards(&schedule, person, now);
        if counts && schedules::other_guardians(db, schedule.role, person.id, now).await? == 0 {
            return Ok(role::find(schedule.role).map(|role| role.display_name.as_str()));
        }
    }
    Ok(None)
}

/// Ends everything that a principal holds or may activate, and what was activated from it. One audit row each.
pub async fn end_everything_of(
    db: &mut Connection,
    person: PrincipalId,
    caller: &Caller,
    base: AuditId,
    now: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let mut ending = schedules::of_principal(db, person).await?;
    for eligible in ending.clone().iter().filter(|s| s.kind == Kind::Eligible) {
        ending.extend(schedules::activated_from(db, eligible.id, None).await?);
    }
    end_all(db, ending, EndReason::PrincipalGone, caller, base, now).await
}

/// Ends what a member activated through a group that he leaves. One audit row each.
pub async fn end_through_group(
    db: &mut Connection,
    group: PrincipalId,
    member: PrincipalId,
    caller: &Caller,
    base: AuditId,
    now: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let mut ending = Vec::new();
    for eligible in schedules::of_principal(db, group).await?.iter().filter(|s| s.kind == Kind::Eligible) {
        ending.extend(schedules::activated_from(db, eligible.id, Some(member)).await?);
    }
    end_all(db, ending, EndReason::EligibilityEnded, caller, base, now).await
}

async fn end_all(
    db: &mut Connection,
    ending: Vec<Schedule>,
    reason: EndReason,
    caller: &Caller,
    base: AuditId,
    now: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let mut rows = Vec::new();
    for schedule in ending {
        let Some(applied) = apply::end(db, schedule.id, reason, now).await? else { continue };
        // The id is made from the act's own and the schedule's, so that running the work again makes the same row.
        let id = AuditId(uuid::Uuid::from_u128(base.0.as_u128() ^ schedule.id.0.as_u128()));
        let eligible = if schedule.kind == Kind::Eligible { "eligible " } else { "" };
        let length = if schedule.window.end.is_none() { "permanent" } else { "timebound" };
        let activity = format!("Remove {eligible}member from role in PIM completed ({length})");
        let mut row = record::entry(id, now, activity, Category::RoleManagement, record::actor(caller));
        row.correlation = base.to_string();
        row.reason = Some(match reason {
            EndReason::PrincipalGone => "the account was disabled or deleted".to_owned(),
            _ => "no longer a member of the group that gave it".to_owned(),
        });
        let changes = record::window_changes(applied.before, None);
        row.targets = vec![
            record::role_target(schedule.role, changes),
            record::user_target(db, schedule.principal).await?,
        ];
        row.details = record::schedule_details(&schedule);
        row.details.extend(applied.cancelled.map(|id| ("CancelledRequest".to_owned(), id.to_string())));
        rows.push(row);
    }
    Ok(rows)
}
