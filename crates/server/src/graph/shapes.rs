//! Directory objects and role definitions as Graph writes them: every declared property, null when empty.

use domain::{permission::Permission, principal::PrincipalKind, role::Role};
use serde_json::{Value, json};

use super::answer::Names;
use crate::storage::principals::Principal;

/// What users have.
pub const USER: &[&str] = &[
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "accountEnabled",
    "createdDateTime",
    "userType",
];

/// What groups have.
pub const GROUP: &[&str] = &[
    "id",
    "createdDateTime",
    "description",
    "displayName",
    "groupTypes",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "membershipRule",
    "onPremisesSyncEnabled",
    "securityEnabled",
    "visibility",
];

const SERVICE_PRINCIPAL: &[&str] = &["id", "accountEnabled", "appId", "displayName", "servicePrincipalType"];

/// What principals of any kind have.
pub const PRINCIPALS: &Names = &[USER, GROUP, SERVICE_PRINCIPAL];

/// What people belong to: groups and roles.
pub const BELONGED_TO: &Names =
    &[GROUP, &["id", "deletedDateTime", "description", "displayName", "roleTemplateId"]];

/// A principal in its own type, without an annotation.
pub fn principal(p: &Principal) -> Value {
    match p.kind {
        PrincipalKind::User => json!({
            "id": p.id,
            "businessPhones": [],
            "displayName": p.display_name,
            "givenName": null,
            "jobTitle": p.job_title,
            "mail": p.mail,
            "mobilePhone": null,
            "officeLocation": null,
            "preferredLanguage": null,
            "surname": null,
            "userPrincipalName": p.user_principal_name,
            "accountEnabled": p.enabled,
            "createdDateTime": p.created_at,
            "userType": "Member",
        }),
        PrincipalKind::Group => json!({
            "id": p.id,
            "createdDateTime": p.created_at,
            "description": p.description,
            "displayName": p.display_name,
            "groupTypes": [],
            "isAssignableToRole": p.is_assignable_to_role,
            "mail": null,
            "mailEnabled": false,
            "mailNickname": p.mail_nickname,
            "membershipRule": null,
            "onPremisesSyncEnabled": null,
            "securityEnabled": true,
            "visibility": null,
        }),
        PrincipalKind::ServicePrincipal => json!({
            "id": p.id,
            "accountEnabled": p.enabled,
            "appId": p.id,
            "displayName": p.display_name,
            "servicePrincipalType": "Application",
        }),
    }
}

/// A principal in a place that takes any kind: its type is said.
pub fn typed(p: &Principal) -> Value {
    let mut value = principal(p);
    value["@odata.type"] = json!(format!("#microsoft.graph.{}", p.kind.as_str()));
    value
}

/// A role as something that people belong to.
pub fn directory_role(role: &Role) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": role.id,
        "deletedDateTime": null,
        "description": role.description,
        "displayName": role.display_name,
        "roleTemplateId": role.id,
    })
}

const ROLE_DEFINITION: &[&str] = &[
    "id",
    "description",
    "displayName",
    "isBuiltIn",
    "isEnabled",
    "resourceScopes",
    "rolePermissions",
    "templateId",
    "version",
];

/// What role definitions have.
pub const fn role_definitions(beta: bool) -> &'static Names {
    if beta { &[ROLE_DEFINITION, &["isPrivileged", "allowedPrincipalTypes"]] } else { &[ROLE_DEFINITION] }
}

/// `unifiedRoleDefinition`. Whether it is privileged is told by the beta version alone.
pub fn role_definition(role: &Role, beta: bool) -> Value {
    let actions: Vec<&str> =
        Permission::ALL.iter().filter(|p| p.roles().contains(&role.id)).map(|p| p.name()).collect();
    let mut value = json!({
        "id": role.id,
        "description": role.description,
        "displayName": role.display_name,
        "isBuiltIn": true,
        "isEnabled": role.assignable,
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": actions, "condition": null}],
        "templateId": role.id,
        "version": "1",
    });
    if beta {
        value["isPrivileged"] = json!(role.is_privileged);
        value["allowedPrincipalTypes"] = json!("user,servicePrincipal,group");
    }
    value
}
