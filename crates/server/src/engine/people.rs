//! What happens to rights when a person goes, or leaves a group. Called inside the unit of work of that act.

use domain::{
    audit::{Entry, Moment},
    decide,
    ids::{AuditId, PrincipalId},
    notice::Notice,
    principal::PrincipalFacts,
    request::Status,
    role,
    schedule::{EndReason, Kind, Schedule},
    time::Instant,
};

use super::{also, apply, end, record, start, time_out};
use crate::{
    caller::Caller,
    ids,
    storage::{Connection, StorageError, mails, requests, schedules},
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
    let mut rows = withdraw_pending(db, person, caller, base, now).await?;
    rows.extend(end_all(db, ending, EndReason::PrincipalGone, caller, base, now).await?);
    Ok(rows)
}

/// Withdraws what a principal asked and nobody has answered yet. One audit row each.
async fn withdraw_pending(
    db: &mut Connection,
    person: PrincipalId,
    caller: &Caller,
    base: AuditId,
    now: Instant,
) -> Result<Vec<Entry>, StorageError> {
    let mut rows = Vec::new();
    let waiting = requests::open_of(db, person).await?;
    for request in waiting.iter().filter(|r| r.status == Status::PendingApproval) {
        requests::advance(db, request.id, request.status, Status::Canceled, Some(now)).await?;
        time_out::withdraw(db, request.id).await?;
        mails::withdraw(db, request.id, Notice::ApprovalAsked, now).await?;
        let (id, actor) = (AuditId(ids::derived(base.0, request.id.0)), record::actor(caller));
        let mut row = record::of_request(db, request, Moment::Canceled, actor, id, now).await?;
        row.reason = Some("the account was disabled or deleted".to_owned());
        rows.push(row);
    }
    Ok(rows)
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
    let why = match reason {
        EndReason::PrincipalGone => "the account was disabled or deleted",
        _ => "no longer a member of the group that gave it",
    };
    let mut rows = Vec::new();
    for schedule in ending {
        rows.extend(start::tell_begun(db, schedule.id, base, now).await?);
        if let Some(due) = schedule.window.end.filter(|end| *end <= now) {
            // It was over before this act, though no job has said so.
            if apply::end(db, schedule.id, EndReason::Expired, now).await?.is_some() {
                let id = AuditId(ids::derived(base.0, schedule.id.0));
                rows.push(end::row(db, &schedule, due, id, now).await?);
            }
            continue;
        }
        let Some(applied) = apply::end(db, schedule.id, reason, now).await? else { continue };
        rows.push(also::row(db, &applied, why, record::actor(caller), base, now).await?);
    }
    Ok(rows)
}
