//! `adminRemove` and `selfDeactivate`: a right ends now, and with an eligibility what was activated from it.

use super::{Effect, Facts, Grant, Refusal, TraceStep, guard, rules};
use crate::{
    capability,
    error_code::ErrorCode,
    ids::ScheduleId,
    policy::EnablementRule,
    request::{Ask, Status},
    schedule::{AssignmentType, EndReason, Kind, Schedule},
};

pub(super) fn by_administrator(
    ask: &Ask,
    facts: &Facts,
    trace: &mut Vec<TraceStep>,
) -> Result<Grant, Refusal> {
    let target = target(ask, facts)?;
    texts(ask, facts, trace)?;
    guard::keeps_a_holder(facts, target, None)?;
    let dependent = dependents(facts, target.id);
    Ok(ended(facts, target, EndReason::Removed, &dependent))
}

pub(super) fn by_holder(ask: &Ask, facts: &Facts, trace: &mut Vec<TraceStep>) -> Result<Grant, Refusal> {
    let activation = facts
        .own()
        .filter(|s| s.is_in_force(facts.now) && ask.target.is_none_or(|id| id == s.id))
        .find(|s| s.assignment_type() == Some(AssignmentType::Activated))
        .ok_or_else(nothing)?;
    if let Some(from) = capability::deactivable_from(activation).filter(|from| facts.now < *from) {
        return Err(Refusal::one(
            ErrorCode::ActiveDurationTooShort,
            "action",
            "The Active duration is too short. Miniumum Required is 5 minutes.",
            format!("from {from} on"),
        ));
    }
    texts(ask, facts, trace)?;
    Ok(ended(facts, activation, EndReason::Deactivated, &[]))
}

/// Nothing must be given to end a right; what is given is kept, so it is held to its limits.
fn texts(ask: &Ask, facts: &Facts, trace: &mut Vec<TraceStep>) -> Result<(), Refusal> {
    let mut rules = rules::Rules::new(trace);
    rules.enablement(EnablementRule::default(), ask, facts);
    rules.fold()
}

/// The schedule that is meant: the one named, else the assigned one before the activated one.
pub(super) fn target<'f>(ask: &Ask, facts: &'f Facts) -> Result<&'f Schedule, Refusal> {
    facts
        .own()
        .filter(|s| s.kind == ask.kind && ask.target.is_none_or(|id| id == s.id))
        .min_by_key(|s| (s.assignment_type() == Some(AssignmentType::Activated), s.id))
        .ok_or_else(nothing)
}

/// What was activated from this eligibility and has not ended.
pub(super) fn dependents(facts: &Facts, eligibility: ScheduleId) -> Vec<&Schedule> {
    facts
        .schedules
        .iter()
        .filter(|s| {
            s.kind == Kind::Active && s.activated_from == Some(eligibility) && !s.window.is_over(facts.now)
        })
        .collect()
}

fn ended(facts: &Facts, target: &Schedule, reason: EndReason, dependent: &[&Schedule]) -> Grant {
    let mut effects = vec![Effect::End { id: target.id, reason }];
    effects.extend(dependent.iter().map(|s| Effect::End { id: s.id, reason: EndReason::EligibilityEnded }));
    Grant { status: Status::Revoked, effective: facts.now, target: target.id, effects, awaits: None }
}

fn nothing() -> Refusal {
    Refusal::one(
        ErrorCode::RoleAssignmentDoesNotExist,
        "principalId",
        "The Role assignment does not exist.",
        "an assignment of this principal on this role that has not ended",
    )
}
