//! `adminUpdate`: another window for an assignment that is there.

use super::{Effect, Facts, Grant, Refusal, TraceStep, assign, guard, remove, rules};
use crate::{
    error_code::ErrorCode,
    request::{Ask, Status},
    schedule::{AssignmentType, EndReason, Schedule},
    time::Window,
};

pub(super) fn decide(ask: &Ask, facts: &Facts, trace: &mut Vec<TraceStep>) -> Result<Grant, Refusal> {
    let target = remove::target(ask, facts)?;
    if target.assignment_type() == Some(AssignmentType::Activated) {
        return Err(Refusal::one(
            ErrorCode::InvalidRequest,
            "principalId",
            "an activation cannot be updated",
            "remove it, or update the eligible assignment behind it",
        ));
    }
    // The policy measures what is still to come; what has passed of a running assignment stays as it was.
    let ahead = rules::window(ask.window, facts.now)?;
    let (expiration, enablement) = assign::rules_for(ask.kind, facts);
    let mut rules = rules::Rules::new(trace);
    rules.expiration(expiration, ahead, "end");
    rules.enablement(enablement, ask, facts);
    rules.fold()?;
    let start = if ahead.start > facts.now { ahead.start } else { target.window.start.min(facts.now) };
    let window = Window { start, end: ahead.end };
    guard::keeps_a_holder(facts, target, Some(&Schedule { window, ..target.clone() }))?;
    let mut effects = vec![Effect::Reschedule { id: target.id, window }];
    effects.extend(remove::dependents(facts, target.id).into_iter().filter_map(|s| fit(s, window, facts)));
    // The change itself takes effect now, also where the right starts later.
    Ok(Grant { status: Status::Provisioned, effective: facts.now, target: target.id, effects, awaits: None })
}

/// An activation never outlives its eligibility, and does not run where the eligibility does not hold.
fn fit(activation: &Schedule, eligibility: Window, facts: &Facts) -> Option<Effect> {
    let start = activation.window.start.max(facts.now);
    if !eligibility.contains(start) {
        return Some(Effect::End { id: activation.id, reason: EndReason::EligibilityEnded });
    }
    let window = activation.window.capped(eligibility.end);
    (window != activation.window).then_some(Effect::Reschedule { id: activation.id, window })
}
