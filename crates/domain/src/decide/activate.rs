//! `selfActivate`: an eligible person uses the role for a while.

use super::{Effect, Facts, Grant, Refusal, RuleName, TraceStep, rules};
use crate::{
    error_code::ErrorCode,
    ids::{RequestId, ScheduleId},
    request::{Ask, Status},
    schedule::{Kind, Schedule},
    time::{Instant, Window},
};

pub(super) fn decide(
    ask: &Ask,
    facts: &Facts,
    id: RequestId,
    trace: &mut Vec<TraceStep>,
) -> Result<Grant, Refusal> {
    let asked = rules::window(ask.window, facts.now)?;
    if facts.own().any(|s| s.kind == Kind::Active) {
        return Err(Refusal::one(
            ErrorCode::RoleAssignmentExists,
            "roleDefinitionId",
            "The Role assignment already exists.",
            "the role is active already, or will be: nothing needs to be activated",
        ));
    }
    is_enforced(facts)?;
    let mut rules = rules::Rules::new(trace);
    let eligibility = eligibility_rule(&mut rules, ask, facts, asked.start);
    rules.expiration(facts.policy.expiration_end_user_assignment, asked, "duration");
    rules.enablement(facts.policy.enablement_end_user_assignment, ask, facts);
    rules.fold()?;
    let schedule = schedule(ask, id, asked, eligibility)?;
    if facts.policy.approval_end_user_assignment.is_approval_required {
        return Ok(Grant {
            status: Status::PendingApproval,
            effective: schedule.window.start,
            target: schedule.id,
            effects: Vec::new(),
            awaits: Some(schedule.window),
        });
    }
    Ok(Grant {
        status: if schedule.window.start > facts.now { Status::Granted } else { Status::Provisioned },
        effective: schedule.window.start,
        target: schedule.id,
        effects: vec![Effect::Create(schedule)],
        awaits: None,
    })
}

/// Asks for an eligibility that holds at `start`, and gives it.
pub(super) fn eligibility_rule<'f>(
    rules: &mut rules::Rules<'_>,
    ask: &Ask,
    facts: &'f Facts,
    start: Instant,
) -> Option<&'f Schedule> {
    let eligibility = eligibility_for(facts, ask.target, start);
    // With an eligibility that holds at another time, the start is what can be mended.
    let field = if eligible(facts, ask.target).next().is_some() { "start" } else { "roleDefinitionId" };
    rules.ask(
        RuleName::EligibilityRule,
        field,
        &eligibility.map_or_else(|| "none".to_owned(), |e| e.id.to_string()),
        eligibility.map(|_| ()).ok_or("There is no eligible assignment at the start of the activation"),
        &allowed_start(facts),
    );
    eligibility
}

/// The schedule of an activation that every rule agreed to. Without an eligibility nothing is ever given, though the
/// rule above has refused that already.
pub(super) fn schedule(
    ask: &Ask,
    id: RequestId,
    asked: Window,
    eligibility: Option<&Schedule>,
) -> Result<Schedule, Refusal> {
    let Some(eligibility) = eligibility else {
        return Err(Refusal::one(
            ErrorCode::RoleAssignmentDoesNotExist,
            "roleDefinitionId",
            "not eligible",
            "an eligible assignment on this role",
        ));
    };
    Ok(Schedule {
        id: ScheduleId(id.0),
        kind: Kind::Active,
        principal: ask.principal,
        role: ask.role,
        scope: ask.scope,
        window: asked.capped(eligibility.window.end),
        activated_from: Some(eligibility.id),
    })
}

/// What a policy can ask but the engine cannot yet give is refused, never passed over.
fn is_enforced(facts: &Facts) -> Result<(), Refusal> {
    if !facts.policy.authentication_context_end_user_assignment.is_enabled {
        return Ok(());
    }
    Err(Refusal::one(
        ErrorCode::NotSupported,
        "roleDefinitionId",
        "this role asks for an authentication context, which is not supported yet",
        "a role whose settings ask for a second factor, a reason, a ticket or an approval",
    ))
}

/// The eligibility that holds at `start`: the one asked for, else the direct one before one through a group, then
/// the one that lasts longest.
fn eligibility_for(facts: &Facts, wished: Option<ScheduleId>, start: Instant) -> Option<&Schedule> {
    eligible(facts, wished).filter(|s| s.window.contains(start)).max_by_key(|s| {
        let direct = facts.principal.is_some_and(|p| p.id == s.principal);
        (direct, s.window.end.is_none(), s.window.end, s.id)
    })
}

/// The eligibilities that are not over; only the one asked for, where one was.
fn eligible(facts: &Facts, wished: Option<ScheduleId>) -> impl Iterator<Item = &Schedule> {
    facts
        .schedules
        .iter()
        .filter(|s| s.kind == Kind::Eligible && !s.window.is_over(facts.now))
        .filter(move |s| wished.is_none_or(|id| id == s.id))
}

fn allowed_start(facts: &Facts) -> String {
    let next = facts.schedules.iter().filter(|s| s.kind == Kind::Eligible && !s.window.is_over(facts.now));
    match next.min_by_key(|s| s.window.start) {
        None => "an eligible assignment on this role".into(),
        Some(s) => match s.window.end {
            Some(end) => format!("a start from {} until before {end}", s.window.start),
            None => format!("a start from {}", s.window.start),
        },
    }
}
