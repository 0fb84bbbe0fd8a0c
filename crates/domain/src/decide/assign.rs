//! `adminAssign`: a new eligible or active schedule.

use super::{Effect, Facts, Grant, Refusal, TraceStep, rules};
use crate::{
    error_code::ErrorCode,
    ids::{RequestId, ScheduleId},
    policy::{EnablementRule, ExpirationRule},
    request::{Ask, Status},
    schedule::{AssignmentType, Kind, Schedule},
};

pub(super) fn decide(
    ask: &Ask,
    facts: &Facts,
    id: RequestId,
    trace: &mut Vec<TraceStep>,
) -> Result<Grant, Refusal> {
    let window = rules::window(ask.window, facts.now)?;
    let exists =
        facts.own().any(|s| s.kind == ask.kind && s.assignment_type() != Some(AssignmentType::Activated));
    if exists {
        return Err(Refusal::one(
            ErrorCode::RoleAssignmentExists,
            "principalId",
            "The Role assignment already exists.",
            "update the assignment that is there",
        ));
    }
    let (expiration, enablement) = rules_for(ask.kind, facts);
    let mut rules = rules::Rules::new(trace);
    rules.expiration(expiration, window, "end");
    rules.enablement(enablement, ask, facts);
    rules.fold()?;
    let schedule = Schedule {
        id: ScheduleId::from(id),
        kind: ask.kind,
        principal: ask.principal,
        role: ask.role,
        scope: ask.scope,
        window,
        activated_from: None,
    };
    Ok(Grant {
        status: if window.start > facts.now { Status::Granted } else { Status::Provisioned },
        effective: window.start,
        target: schedule.id,
        effects: vec![Effect::Create(schedule)],
        awaits: None,
    })
}

/// The rules that bind an administrator's act on this kind (`reference/graph-pim-contract.md` 5.7).
pub(super) const fn rules_for(kind: Kind, facts: &Facts) -> (ExpirationRule, EnablementRule) {
    let policy = &facts.policy;
    match kind {
        Kind::Eligible => (policy.expiration_admin_eligibility, policy.enablement_admin_eligibility),
        Kind::Active => (policy.expiration_admin_assignment, policy.enablement_admin_assignment),
    }
}
