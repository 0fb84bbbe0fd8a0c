//! How policies, their assignments and their rules are written (`reference/graph-pim-contract.md` 7.2 to 7.4).

use std::collections::HashMap;

use domain::{
    ids::{PrincipalId, RoleId, TenantId},
    policy::{ApprovalRule, Approver, Policy, Rule, RuleId},
};
use serde_json::{Value, json};

use crate::{
    error::ApiError,
    odata::{Kind, Table, here, shown},
    storage::{
        Connection,
        policies::Kept,
        principals::{self, Principal},
    },
};

/// The type of the directory's scope, and the other word that clients use for it.
pub const SCOPE_TYPES: [&str; 2] = ["DirectoryRole", "Directory"];

fn policy_id(tenant: TenantId, role: RoleId) -> String {
    format!("{}_{tenant}_{role}", SCOPE_TYPES[0])
}

/// What policies have.
pub const POLICY: Table = Table::of(&[&[
    here("id", Kind::Key),
    here("displayName", Kind::Text),
    here("description", Kind::Text),
    here("isOrganizationDefault", Kind::Bool),
    here("scopeId", Kind::Key),
    here("scopeType", Kind::Text),
    here("lastModifiedDateTime", Kind::Time),
    shown("lastModifiedBy"),
]]);

/// What the assignments of policies have.
pub const ASSIGNMENT: Table = Table::of(&[&[
    here("id", Kind::Key),
    here("policyId", Kind::Key),
    here("scopeId", Kind::Key),
    here("scopeType", Kind::Text),
    here("roleDefinitionId", Kind::Key),
]]);

/// What rules of every type have.
pub const RULE: Table = Table::of(&[
    &[here("id", Kind::Key), shown("target")],
    &[shown("isExpirationRequired"), shown("maximumDuration")],
    &[shown("enabledRules")],
    &[shown("setting")],
    &[shown("isEnabled"), shown("claimValue")],
    &[
        shown("notificationType"),
        shown("recipientType"),
        shown("notificationLevel"),
        shown("isDefaultRecipientsEnabled"),
        shown("notificationRecipients"),
    ],
]);

/// A policy without its rules.
pub fn policy(tenant: TenantId, kept: &Kept, by: Option<&Principal>) -> Value {
    let modified = kept.modified.as_ref();
    json!({
        "id": policy_id(tenant, kept.role),
        "displayName": SCOPE_TYPES[0],
        "description": SCOPE_TYPES[0],
        "isOrganizationDefault": false,
        "scopeId": "/",
        "scopeType": SCOPE_TYPES[0],
        "lastModifiedDateTime": modified.map(|modified| modified.at),
        "lastModifiedBy": {
            "displayName": by.map_or("", |by| by.display_name.as_str()),
            "id": modified.map(|modified| modified.by),
        },
    })
}

/// Which role has which policy.
pub fn assignment(tenant: TenantId, role: RoleId) -> Value {
    let policy = policy_id(tenant, role);
    json!({
        "id": format!("{policy}_{role}"),
        "policyId": policy,
        "scopeId": "/",
        "scopeType": SCOPE_TYPES[0],
        "roleDefinitionId": role,
    })
}

/// The rules, in the order of the service.
pub async fn rules(db: &mut Connection, policy: &Policy) -> Result<Vec<Value>, ApiError> {
    let mut rules = Vec::new();
    for id in RuleId::ALL {
        rules.push(rule(db, policy, id).await?);
    }
    Ok(rules)
}

/// One rule.
pub async fn rule(db: &mut Connection, policy: &Policy, id: RuleId) -> Result<Value, ApiError> {
    let rule = policy.rule(id);
    let mut names = HashMap::new();
    if let Rule::Approval(rule) = rule {
        for id in rule.approvers.iter().map(Approver::id) {
            names.extend(principals::find(db, id).await?.map(|found| (id, found.display_name)));
        }
    }
    Ok(written(rule, id, &names))
}

/// A rule on the wire; approvers carry the names that are known.
pub fn written(rule: Rule<'_>, id: RuleId, names: &HashMap<PrincipalId, String>) -> Value {
    let mut value = json!({
        "@odata.type": format!("#microsoft.graph.{}", type_name(rule)),
        "id": id.as_str(),
        "target": target(id),
    });
    let members = match rule {
        Rule::Expiration(rule) => json!({
            "isExpirationRequired": rule.is_expiration_required,
            "maximumDuration": rule.maximum_duration.to_string(),
        }),
        Rule::Enablement(rule) => json!({"enabledRules": rule.words()}),
        Rule::Approval(rule) => json!({"setting": approval(rule, names)}),
        Rule::AuthenticationContext(rule) => {
            json!({"isEnabled": rule.is_enabled, "claimValue": rule.claim_value})
        }
        Rule::Notification(rule) => json!({
            "notificationType": "Email",
            "recipientType": recipient_type(id),
            "notificationLevel": rule.level.as_str(),
            "isDefaultRecipientsEnabled": rule.is_default_recipients_enabled,
            "notificationRecipients": rule.recipients,
        }),
    };
    if let (Value::Object(value), Value::Object(members)) = (&mut value, members) {
        value.extend(members);
    }
    value
}

/// The name of a rule's type, without its space.
pub fn type_name(rule: Rule<'_>) -> &'static str {
    match rule {
        Rule::Expiration(_) => "unifiedRoleManagementPolicyExpirationRule",
        Rule::Enablement(_) => "unifiedRoleManagementPolicyEnablementRule",
        Rule::Approval(_) => "unifiedRoleManagementPolicyApprovalRule",
        Rule::AuthenticationContext(_) => "unifiedRoleManagementPolicyAuthenticationContextRule",
        Rule::Notification(_) => "unifiedRoleManagementPolicyNotificationRule",
    }
}

/// Whom a mail slot is for; it stands in the rule's id.
pub fn recipient_type(id: RuleId) -> &'static str {
    match id.as_str().split('_').nth(1) {
        Some("Requestor") => "Requestor",
        Some("Approver") => "Approver",
        _ => "Admin",
    }
}

/// What a rule is for; it stands in its id.
pub fn target(id: RuleId) -> Value {
    let mut parts = id.as_str().rsplit('_');
    let (level, caller) = (parts.next(), parts.next());
    json!({
        "caller": caller,
        "operations": ["all"],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    })
}

fn approval(rule: &ApprovalRule, names: &HashMap<PrincipalId, String>) -> Value {
    let approver = |approver: &Approver| match approver {
        Approver::User { id } => {
            json!({"@odata.type": "#microsoft.graph.singleUser", "userId": id, "description": names.get(id)})
        }
        Approver::Group { id } => {
            json!({"@odata.type": "#microsoft.graph.groupMembers", "groupId": id, "description": names.get(id)})
        }
    };
    let approvers: Vec<Value> = rule.approvers.iter().map(approver).collect();
    json!({
        "isApprovalRequired": rule.is_approval_required,
        "isApprovalRequiredForExtension": false,
        "isRequestorJustificationRequired": true,
        "approvalMode": "SingleStage",
        "approvalStages": [{
            "approvalStageTimeOutInDays": 1,
            "isApproverJustificationRequired": rule.is_approver_justification_required,
            "escalationTimeInMinutes": 0,
            "isEscalationEnabled": false,
            "primaryApprovers": approvers,
            "escalationApprovers": [],
        }],
    })
}
