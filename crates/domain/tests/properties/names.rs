//! The numbers of a plot as the engine's own types.

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId},
    policy::{EnablementRule, ExpirationRule, Policy},
    principal::{PrincipalFacts, PrincipalKind},
    role,
    time::{Instant, Span},
};
use uuid::Uuid;

use crate::plot::*;

/// Minute 0. Not at a whole minute: the engine counts in milliseconds.
const MINUTE_0: Instant = Instant(1_776_153_617_123);

pub fn person(who: usize) -> PrincipalId {
    PrincipalId(Uuid::from_u128(0x1_0000 + who as u128))
}

pub fn role_of(role: usize) -> RoleId {
    let guest_user = || role::builtin().iter().find(|r| !r.assignable).map(|r| r.id);
    match role {
        GLOBAL => role::GLOBAL_ADMINISTRATOR,
        PRIVILEGED => role::PRIVILEGED_ROLE_ADMINISTRATOR,
        ORDINARY => role::USER_ADMINISTRATOR,
        SYSTEM_GIVEN => guest_user().unwrap(),
        _ => RoleId(Uuid::from_u128(9)),
    }
}

pub fn schedule_id(id: u32) -> ScheduleId {
    ScheduleId(Uuid::from_u128(id.into()))
}

pub fn number(id: Uuid) -> u32 {
    u32::try_from(id.as_u128()).unwrap()
}

pub fn facts_of(who: usize) -> Option<PrincipalFacts> {
    let kind = match who {
        GROUP | PLAIN_GROUP => PrincipalKind::Group,
        PROGRAM => PrincipalKind::ServicePrincipal,
        NOBODY => return None,
        _ => PrincipalKind::User,
    };
    let (enabled, is_assignable_to_role) = (who != DISABLED, who == GROUP);
    Some(PrincipalFacts { id: person(who), kind, enabled, is_assignable_to_role })
}

pub fn policy(settings: &Settings) -> Policy {
    let expiration = |limits: Limits| ExpirationRule {
        is_expiration_required: limits.longest.is_some(),
        maximum_duration: Span::minutes(limits.longest.unwrap_or(1)),
    };
    let enablement = |limits: Limits| EnablementRule {
        multi_factor_authentication: limits.second_factor,
        justification: limits.reason,
        ticketing: limits.ticket,
    };
    let mut policy = Policy {
        expiration_admin_eligibility: expiration(settings.eligible),
        enablement_admin_eligibility: enablement(settings.eligible),
        expiration_admin_assignment: expiration(settings.active),
        enablement_admin_assignment: enablement(settings.active),
        expiration_end_user_assignment: expiration(settings.activation),
        enablement_end_user_assignment: enablement(settings.activation),
        ..Policy::default()
    };
    policy.approval_end_user_assignment.is_approval_required = settings.approval;
    policy.authentication_context_end_user_assignment.is_enabled = settings.context;
    policy
}

pub fn at(minute: i64) -> Instant {
    MINUTE_0 + Span::minutes(minute)
}

pub fn minute_of(instant: Instant) -> i64 {
    let length = instant - MINUTE_0;
    assert!(length.is_whole_minutes(), "{instant} is between minutes");
    length.as_minutes()
}
