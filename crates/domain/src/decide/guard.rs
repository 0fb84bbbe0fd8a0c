//! The last permanent holder of a guarded role is never lost.

use super::{Facts, Refusal};
use crate::{
    error_code::ErrorCode,
    principal::{PrincipalFacts, PrincipalKind},
    role,
    schedule::{AssignmentType, Schedule},
    time::Instant,
};

/// Refuses a change after which nobody would hold the guarded role by a permanent, direct, active assignment of an
/// enabled user. `after` is the schedule as it would be, or none when it would end.
pub(super) fn keeps_a_holder(
    facts: &Facts,
    before: &Schedule,
    after: Option<&Schedule>,
) -> Result<(), Refusal> {
    let counts = |s: &Schedule| facts.principal.is_some_and(|p| guards(s, p, facts.now));
    if !role::is_guarded(before.role)
        || !counts(before)
        || after.is_some_and(counts)
        || facts.other_guardians > 0
    {
        return Ok(());
    }
    Err(Refusal::one(
        ErrorCode::LastGuardedAssignment,
        "principalId",
        "this is the last permanent active assignment of this role, and one must stay",
        "first assign the role permanently active to another enabled user",
    ))
}

/// Whether this schedule makes its holder count as somebody who keeps a guarded role.
pub fn guards(schedule: &Schedule, principal: PrincipalFacts, now: Instant) -> bool {
    schedule.assignment_type() == Some(AssignmentType::Assigned)
        && schedule.window.end.is_none()
        && schedule.is_in_force(now)
        && principal.id == schedule.principal
        && principal.kind == PrincipalKind::User
        && principal.enabled
}
