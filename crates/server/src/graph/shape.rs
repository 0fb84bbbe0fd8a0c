//! Domain values in Graph's shapes.

use domain::{
    ids::PrincipalId,
    permission::Permission,
    principal::PrincipalKind,
    request::{Action, Expiration, Request},
    role::Role,
    time::Instant,
    wire::graph::{
        self, DirectoryObject, ExpirationPattern, Identity, IdentitySet, RequestSchedule, RoleDefinition,
        RolePermission, TicketInfo,
    },
};

use crate::storage::principals::Principal;

/// A request. What removes has no schedule, as the live service answers.
pub fn request(request: &Request, custom_data: Option<String>) -> graph::Request {
    let ask = &request.ask;
    let removes = matches!(ask.action, Action::AdminRemove | Action::SelfDeactivate);
    graph::Request {
        id: request.id,
        status: request.status.as_str().to_owned(),
        created_date_time: request.created_at,
        completed_date_time: request.completed_at.filter(|_| !removes),
        approval_id: None,
        custom_data,
        action: ask.action.as_str().to_owned(),
        principal_id: ask.principal,
        role_definition_id: ask.role,
        directory_scope_id: ask.scope.as_str().to_owned(),
        app_scope_id: None,
        is_validation_only: false,
        target_schedule_id: request.target.filter(|_| !removes),
        justification: ask.justification.clone(),
        created_by: user_identity(request.created_by),
        schedule_info: ask.window.filter(|_| !removes).map(|window| RequestSchedule {
            // A start that was missing or had passed is the instant at which it was taken.
            start_date_time: Some(window.start.unwrap_or(request.created_at).max(request.created_at)),
            expiration: Some(expiration(window.expiration)),
            recurrence: None,
        }),
        ticket_info: TicketInfo {
            ticket_number: ask.ticket.number.clone(),
            ticket_system: ask.ticket.system.clone(),
        },
        principal: None,
        role_definition: None,
    }
}

/// The end, as it was asked.
pub fn expiration(expiration: Expiration) -> ExpirationPattern {
    let (kind, end_date_time, duration) = match expiration {
        Expiration::NoExpiration => ("noExpiration", None, None),
        Expiration::AfterDuration(length) => ("afterDuration", None, Some(length.to_string())),
        Expiration::AfterDateTime(end) => ("afterDateTime", Some(end), None),
    };
    ExpirationPattern { kind: Some(kind.to_owned()), end_date_time, duration }
}

/// A window that is settled: its real start and end.
pub fn settled(start: Instant, end: Option<Instant>) -> RequestSchedule {
    let end = end.map_or(Expiration::NoExpiration, Expiration::AfterDateTime);
    RequestSchedule { start_date_time: Some(start), expiration: Some(expiration(end)), recurrence: None }
}

/// The person behind a request.
pub fn user_identity(id: PrincipalId) -> IdentitySet {
    let user = Identity { display_name: None, id: Some(id.to_string()) };
    IdentitySet { application: None, device: None, user: Some(user) }
}

/// A user, group or service principal.
pub fn directory_object(principal: &Principal) -> DirectoryObject {
    let is_user = principal.kind == PrincipalKind::User;
    let is_group = principal.kind == PrincipalKind::Group;
    let odata_type = match principal.kind {
        PrincipalKind::User => "#microsoft.graph.user",
        PrincipalKind::Group => "#microsoft.graph.group",
        PrincipalKind::ServicePrincipal => "#microsoft.graph.servicePrincipal",
    };
    DirectoryObject {
        odata_type: Some(odata_type.to_owned()),
        id: principal.id,
        display_name: Some(principal.display_name.clone()),
        user_principal_name: is_user.then(|| principal.user_principal_name.clone()),
        mail: principal.mail.clone(),
        job_title: principal.job_title.clone(),
        account_enabled: is_user.then_some(principal.enabled),
        is_assignable_to_role: is_group.then_some(principal.is_assignable_to_role),
        description: principal.description.clone(),
        created_date_time: Some(principal.created_at),
        password_profile: None,
    }
}

/// A role definition.
pub fn role_definition(role: &Role) -> RoleDefinition {
    let allowed = Permission::ALL.iter().filter(|permission| permission.roles().contains(&role.id));
    RoleDefinition {
        id: role.id,
        description: Some(role.description.clone()),
        display_name: Some(role.display_name.clone()),
        is_built_in: true,
        is_enabled: role.assignable,
        resource_scopes: vec!["/".to_owned()],
        role_permissions: vec![RolePermission {
            allowed_resource_actions: allowed.map(|permission| permission.name().to_owned()).collect(),
            condition: None,
        }],
        template_id: Some(role.id.to_string()),
        version: Some("1".to_owned()),
    }
}
