//! Graph's own shapes for directory roles and people (`reference/graph-pim-contract.md` 2 to 4 and 13). Declared
//! properties are always written, as `null` when empty; what a client may leave out is optional on reading.

use serde::{Deserialize, Serialize};

use crate::{
    decide::{Finding, TraceStep},
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    schedule::{AssignmentType, MemberType},
    time::Instant,
};

/// A list answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection<T> {
    /// Where the metadata would be.
    #[serde(rename = "@odata.context", default)]
    pub context: String,
    /// Only with `$count=true`.
    #[serde(rename = "@odata.count", default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The next page.
    #[serde(rename = "@odata.nextLink", default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// The rows.
    pub value: Vec<T>,
}

/// The error envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    /// The error.
    pub error: ErrorBody,
}

/// What is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// For programs; see [`crate::error_code::ErrorCode`].
    pub code: String,
    /// For people.
    pub message: String,
    /// For support, and for the form.
    #[serde(default)]
    pub inner_error: InnerError,
}

/// For support, and for the form.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InnerError {
    /// Without a zone suffix, as Graph writes it.
    #[serde(default)]
    pub date: String,
    /// Equal to the header of the same name.
    #[serde(rename = "request-id", default)]
    pub request_id: String,
    /// The caller's own id, echoed.
    #[serde(rename = "client-request-id", default)]
    pub client_request_id: String,
    /// Ours: the input at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Ours: what would be allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// Ours: everything that is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Ours: every rule that was asked, what it was given, and what would have passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceStep>,
}

/// `requestSchedule`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestSchedule {
    /// The start.
    #[serde(default)]
    pub start_date_time: Option<Instant>,
    /// The end.
    #[serde(default)]
    pub expiration: Option<ExpirationPattern>,
    /// Not supported; always null.
    #[serde(default)]
    pub recurrence: Option<serde_json::Value>,
}

/// `expirationPattern`. Its type is one of `noExpiration`, `afterDateTime`, `afterDuration`, `notSpecified`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationPattern {
    /// Which of them; case does not matter on reading.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    /// With `afterDateTime`.
    #[serde(default)]
    pub end_date_time: Option<Instant>,
    /// With `afterDuration`: ISO 8601.
    #[serde(default)]
    pub duration: Option<String>,
}

/// `ticketInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketInfo {
    /// The number.
    #[serde(default)]
    pub ticket_number: Option<String>,
    /// The system.
    #[serde(default)]
    pub ticket_system: Option<String>,
}

/// What a client posts to either request collection.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRequest {
    /// One of [`crate::request::Action`]; case does not matter.
    pub action: Option<String>,
    /// Whom it is about.
    pub principal_id: Option<String>,
    /// Which role.
    pub role_definition_id: Option<String>,
    /// Where; only `/`.
    #[serde(default)]
    pub directory_scope_id: Option<String>,
    /// Not supported; must be absent or null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_scope_id: Option<String>,
    /// Why.
    #[serde(default)]
    pub justification: Option<String>,
    /// From when until when.
    #[serde(default)]
    pub schedule_info: Option<RequestSchedule>,
    /// The ticket.
    #[serde(default)]
    pub ticket_info: Option<TicketInfo>,
    /// Not supported; must be absent or false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_validation_only: Option<bool>,
    /// The schedule to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_schedule_id: Option<ScheduleId>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<String>,
}

/// `unifiedRoleAssignmentScheduleRequest` and its eligible twin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// One of [`crate::request::Status`].
    pub status: String,
    /// When it was asked.
    pub created_date_time: Instant,
    /// When it took effect, or will.
    pub completed_date_time: Option<Instant>,
    /// Of requests that wait for an approval.
    pub approval_id: Option<String>,
    /// Free text.
    pub custom_data: Option<String>,
    /// One of [`crate::request::Action`].
    pub action: String,
    /// Whom it is about.
    pub principal_id: PrincipalId,
    /// Which role.
    pub role_definition_id: RoleId,
    /// Where.
    pub directory_scope_id: String,
    /// Always null.
    pub app_scope_id: Option<String>,
    /// Always false.
    pub is_validation_only: bool,
    /// The schedule that it made or changed.
    pub target_schedule_id: Option<ScheduleId>,
    /// Why.
    pub justification: Option<String>,
    /// Who asked.
    pub created_by: IdentitySet,
    /// From when until when.
    pub schedule_info: Option<RequestSchedule>,
    /// The ticket.
    pub ticket_info: TicketInfo,
    /// Only with `$expand=principal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<DirectoryObject>,
    /// Only with `$expand=roleDefinition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_definition: Option<RoleDefinition>,
}

/// `identitySet`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentitySet {
    /// Always null.
    pub application: Option<Identity>,
    /// Always null.
    pub device: Option<Identity>,
    /// The person.
    pub user: Option<Identity>,
}

/// `identity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Null in role requests, as live answers have it.
    pub display_name: Option<String>,
    /// Who.
    pub id: Option<String>,
}

/// `unifiedRoleAssignmentSchedule` and its eligible twin, which has no assignment type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// Whose.
    pub principal_id: PrincipalId,
    /// Which role.
    pub role_definition_id: RoleId,
    /// Where.
    pub directory_scope_id: String,
    /// Always null.
    pub app_scope_id: Option<String>,
    /// The request that made it; null when the set-up did.
    pub created_using: Option<RequestId>,
    /// When it was made.
    pub created_date_time: Option<Instant>,
    /// When it was changed.
    pub modified_date_time: Option<Instant>,
    /// `Provisioned`, or `Granted` while it has not started.
    pub status: String,
    /// From when until when.
    pub schedule_info: RequestSchedule,
    /// Direct, or through a group.
    pub member_type: MemberType,
    /// Of active ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment_type: Option<AssignmentType>,
    /// Only with `$expand=principal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<DirectoryObject>,
    /// Only with `$expand=roleDefinition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_definition: Option<RoleDefinition>,
}

/// `unifiedRoleDefinition`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleDefinition {
    /// The template id.
    pub id: RoleId,
    /// What it is for.
    pub description: Option<String>,
    /// Shown name.
    pub display_name: Option<String>,
    /// Always true so far.
    pub is_built_in: bool,
    /// Whether it can be assigned.
    pub is_enabled: bool,
    /// `["/"]`.
    pub resource_scopes: Vec<String>,
    /// What it allows, of what Pimlico itself checks.
    pub role_permissions: Vec<RolePermission>,
    /// Equal to the id.
    pub template_id: Option<String>,
    /// `"1"`.
    pub version: Option<String>,
}

/// `unifiedRolePermission`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RolePermission {
    /// The actions.
    pub allowed_resource_actions: Vec<String>,
    /// Always null.
    pub condition: Option<String>,
}

/// A `user`, `group` or `servicePrincipal`, with the properties that we keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryObject {
    /// `#microsoft.graph.user`, `#microsoft.graph.group` or `#microsoft.graph.servicePrincipal`.
    #[serde(rename = "@odata.type", default, skip_serializing_if = "Option::is_none")]
    pub odata_type: Option<String>,
    /// Its id.
    pub id: PrincipalId,
    /// Shown name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_principal_name: Option<String>,
    /// Of users and groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// Of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_enabled: Option<bool>,
    /// Of groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_assignable_to_role: Option<bool>,
    /// Of groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_date_time: Option<Instant>,
    /// Of a user just created: the one-time password, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_profile: Option<PasswordProfile>,
}

/// `passwordProfile`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordProfile {
    /// On creation: the wished one-time password, or none to have one made. In the answer: the one that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Always true: what an administrator gives is good for one sign-in.
    #[serde(default)]
    pub force_change_password_next_sign_in: Option<bool>,
}

impl core::fmt::Debug for PasswordProfile {
    /// A password never reaches a log.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PasswordProfile")
    }
}

/// What a client posts to create a user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// Shown name.
    pub display_name: Option<String>,
    /// Sign-in name.
    pub user_principal_name: Option<String>,
    /// Whether sign-in is allowed; true when left out.
    #[serde(default)]
    pub account_enabled: Option<bool>,
    /// Address for mails.
    #[serde(default)]
    pub mail: Option<String>,
    /// Free text.
    #[serde(default)]
    pub job_title: Option<String>,
    /// The part of the sign-in name before the `@`, as Graph's clients send it; no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_nickname: Option<String>,
    /// `Member`, as Graph's clients send it; no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_type: Option<String>,
    /// The one-time password.
    #[serde(default)]
    pub password_profile: Option<PasswordProfile>,
}

/// What a client posts to create a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewGroup {
    /// Shown name.
    pub display_name: Option<String>,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it can hold roles; fixed at creation.
    #[serde(default)]
    pub is_assignable_to_role: Option<bool>,
    /// Accepted as Graph's clients send it: must be false when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_enabled: Option<bool>,
    /// Accepted as Graph's clients send it: must be true when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_enabled: Option<bool>,
    /// A name for mails, as Graph's clients send it; kept and shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_nickname: Option<String>,
}
