//! Which checks a request passes, in order: the caller, the things named, what is not supported, the twin that is
//! still open, and then the action itself.

use super::{Facts, Grant, Refusal, TraceStep, activate, assign, remove, update};
use crate::{
    error_code::ErrorCode,
    ids::RequestId,
    permission::Permission,
    principal::PrincipalKind,
    request::{Action, Ask},
    schedule::Kind,
};

pub(super) fn decide(
    ask: &Ask,
    facts: &Facts,
    id: RequestId,
    trace: &mut Vec<TraceStep>,
) -> Result<Grant, Refusal> {
    may_ask(ask, facts)?;
    is_supported(ask)?;
    exists(ask, facts)?;
    match ask.action {
        Action::AdminAssign => {
            no_twin(facts)?;
            assign::decide(ask, facts, id, trace)
        }
        Action::SelfActivate => {
            no_twin(facts)?;
            activate::decide(ask, facts, id, trace)
        }
        Action::AdminUpdate => update::decide(ask, facts, trace),
        Action::AdminRemove => remove::by_administrator(ask, facts, trace),
        Action::SelfDeactivate => remove::by_holder(ask, facts, trace),
        Action::AdminExtend | Action::AdminRenew | Action::SelfExtend | Action::SelfRenew => {
            Err(not_supported(ask))
        }
    }
}

fn may_ask(ask: &Ask, facts: &Facts) -> Result<(), Refusal> {
    let refused =
        |message: &str, allowed: &str| Err(Refusal::one(ErrorCode::Unauthorized, "action", message, allowed));
    if ask.action.is_own() {
        if ask.principal != facts.caller.id {
            return refused(
                "nobody can do this for somebody else",
                "the principal of the request must be the caller",
            );
        }
        if facts.principal.is_some_and(|p| !p.enabled || p.kind != PrincipalKind::User) {
            return refused("the account is disabled", "an enabled user");
        }
    } else if !facts.caller.permissions.allows(Permission::ManageRoles) {
        return refused(
            "Attempted to perform an unauthorized operation.",
            "an active Privileged Role Administrator or Global Administrator",
        );
    }
    Ok(())
}

fn is_supported(ask: &Ask) -> Result<(), Refusal> {
    let own_on_eligible = ask.action.is_own() && ask.kind == Kind::Eligible;
    if matches!(ask.action, Action::SelfActivate | Action::SelfDeactivate) && own_on_eligible {
        return Err(Refusal::one(
            ErrorCode::InvalidRequest,
            "action",
            format!("action `{}` is not possible on eligibility requests", ask.action.as_str()),
            "post it to roleAssignmentScheduleRequests",
        ));
    }
    match ask.action {
        Action::AdminExtend | Action::AdminRenew | Action::SelfExtend | Action::SelfRenew => {
            Err(not_supported(ask))
        }
        _ => Ok(()),
    }
}

fn not_supported(ask: &Ask) -> Refusal {
    Refusal::one(
        ErrorCode::NotSupported,
        "action",
        format!("action `{}` is not supported yet", ask.action.as_str()),
        "adminAssign, adminUpdate, adminRemove, selfActivate, selfDeactivate",
    )
}

fn exists(ask: &Ask, facts: &Facts) -> Result<(), Refusal> {
    let Some(role) = facts.role else {
        return Err(Refusal::one(
            ErrorCode::RoleNotFound,
            "roleDefinitionId",
            format!("the role `{}` is not found", ask.role),
            "the id of a role definition",
        ));
    };
    let Some(principal) = facts.principal else {
        return Err(Refusal::one(
            ErrorCode::SubjectNotFound,
            "principalId",
            format!("the subject `{}` is not found", ask.principal),
            "the id of a user, a role-assignable group or a service principal",
        ));
    };
    if ask.action == Action::AdminAssign {
        if !role.assignable {
            return Err(Refusal::one(
                ErrorCode::InvalidRequest,
                "roleDefinitionId",
                "this role is given by the system and cannot be assigned",
                "an assignable role",
            ));
        }
        if principal.kind == PrincipalKind::Group && !principal.is_assignable_to_role {
            return Err(Refusal::one(
                ErrorCode::InvalidRequest,
                "principalId",
                "this group cannot hold roles",
                "a group that was created as role-assignable",
            ));
        }
        if principal.kind == PrincipalKind::ServicePrincipal && ask.kind == Kind::Eligible {
            return Err(Refusal::one(
                ErrorCode::InvalidRequest,
                "principalId",
                "a service principal cannot be eligible",
                "an active assignment",
            ));
        }
    }
    Ok(())
}

fn no_twin(facts: &Facts) -> Result<(), Refusal> {
    if facts.open_requests.is_empty() {
        return Ok(());
    }
    Err(Refusal::one(
        ErrorCode::PendingRoleAssignmentRequest,
        "action",
        "There is already an existing pending Role assignment request.",
        "cancel the open request, or wait until it has ended",
    ))
}
