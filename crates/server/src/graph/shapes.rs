//! Directory objects and role definitions as Graph writes them: every declared property, null when empty.

use domain::{permission::Permission, principal::PrincipalKind, role::Role};
use serde_json::{Value, json};

use crate::{
    odata::{Kind, Property, Table, here, shown},
    storage::{principals::Principal, tables},
};

/// What people belong to: groups and roles.
pub const BELONGED_TO: Table = Table::of(&[
    tables::GROUP,
    &[
        here("id", Kind::Key),
        shown("deletedDateTime"),
        here("description", Kind::Text),
        here("displayName", Kind::Text),
        here("roleTemplateId", Kind::Key),
    ],
]);

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

const ROLE_DEFINITION: &[Property] = &[
    here("id", Kind::Key),
    here("description", Kind::Text),
    here("displayName", Kind::Text),
    here("isBuiltIn", Kind::Bool),
    here("isEnabled", Kind::Bool),
    shown("resourceScopes"),
    shown("rolePermissions"),
    here("templateId", Kind::Key),
    shown("version"),
];

/// What role definitions have.
pub const fn role_definitions(beta: bool) -> &'static Table {
    const STABLE: Table = Table::of(&[ROLE_DEFINITION]);
    const BETA: Table =
        Table::of(&[ROLE_DEFINITION, &[here("isPrivileged", Kind::Bool), shown("allowedPrincipalTypes")]]);
    if beta { &BETA } else { &STABLE }
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
