//! What Graph has no word for: the shapes of `/api`. Both sides compile against these.

use serde::{Deserialize, Serialize};

use crate::{
    capability::PersonFacts,
    ids::{PrincipalId, RequestId, RoleId, ScheduleId, SessionId, TenantId},
    policy::{ActivationRules, Policy},
    principal::PrincipalKind,
    schedule::{AssignmentType, Kind, MemberType},
    time::Instant,
};

/// How far a sign-in has come. `GET /api/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own on the wire")]
pub struct Session {
    /// The next thing asked of the person.
    pub state: SessionState,
    /// Who it is, from the password on.
    pub user: Option<Person>,
    /// Whether a second factor was given in this session.
    pub second_factor_given: bool,
    /// Whether a second factor is enrolled at all.
    pub second_factor_enrolled: bool,
    /// Whether a privileged role is in force and does nothing until a second factor is given in this session.
    #[serde(default)]
    pub second_factor_wanted: bool,
    /// The actions this person may do now, as `domain::permission` names them (`Permission::name`).
    pub permissions: Vec<String>,
    /// The roles that are in force now.
    pub active_roles: Vec<ActiveRole>,
    /// The organisation.
    pub tenant: Tenant,
    /// The engine's clock at this answer; the portal counts from it.
    pub engine_time: Instant,
    /// Whether the server runs a lab.
    pub lab: bool,
    /// What the person chose in *My account*.
    pub preferences: Preferences,
}

/// The next thing asked of somebody who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SessionState {
    /// Nobody is signed in.
    Anonymous,
    /// A one-time password was used: a new password is needed before anything else.
    PasswordChange,
    /// A second factor must be enrolled before anything else (asked of holders of active privileged roles, and
    /// possible to skip for nobody else's sake: others enrol in *My account* or when a rule first needs it).
    Enrolment,
    /// A second factor is enrolled and asked at sign-in.
    SecondFactor,
    /// Signed in.
    SignedIn,
}

/// A person in an `/api` answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The principal's id.
    pub id: PrincipalId,
    /// Shown name.
    pub display_name: String,
    /// Sign-in name.
    pub user_principal_name: String,
}

/// The organisation whose directory this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Shown name.
    pub display_name: String,
}

/// A role that is in force now, as the user menu shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActiveRole {
    /// The active schedule behind it.
    pub schedule_id: ScheduleId,
    /// The role.
    pub role_definition_id: RoleId,
    /// Its shown name.
    pub role_name: String,
    /// Assigned by an administrator or activated by the person.
    pub assignment_type: AssignmentType,
    /// Since when.
    pub start_date_time: Instant,
    /// Until when; none is permanent.
    pub end_date_time: Option<Instant>,
}

/// What a person chose for himself.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// An IANA zone such as `Europe/Berlin`; none follows the browser.
    pub time_zone: Option<String>,
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// Whether the wizard's hint that groups can hold roles, too, was put away.
    #[serde(default)]
    pub hides_group_hint: bool,
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// `POST /api/session`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The user principal name; case does not matter.
    pub user_name: String,
    /// The password, or an administrator's one-time password.
    pub password: String,
}

/// `POST /api/session/second-factor`: sign-in and step-up alike. A recovery code goes into the same field.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// Six digits, or a recovery code.
    pub code: String,
}

/// `POST /api/session/password` (after a one-time password) and `POST /api/account/password`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPassword {
    /// The present password; not asked right after a one-time password.
    #[serde(default)]
    pub current: Option<String>,
    /// The new one: at least 12 characters.
    pub new: String,
}

/// `POST /api/account/totp`: begins an enrolment.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BeginEnrolment {
    /// A code from an administrator; needed except right after the first sign-in of a new account.
    #[serde(default)]
    pub enrolment_code: Option<String>,
}

/// The answer to it. The secret is shown once and kept nowhere in the browser.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enrolment {
    /// The secret in base32, to type by hand.
    pub secret: String,
    /// `otpauth://totp/...`.
    pub uri: String,
    /// The same as a QR code: one string of `0` and `1` per row, without a quiet zone.
    pub qr_rows: Vec<String>,
}

/// `POST /api/account/totp/confirm` and `POST /api/account/recovery-codes` answer with these, once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Ten codes, each good for one use.
    pub codes: Vec<String>,
}

/// `GET /api/account`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Who it is.
    pub user: Person,
    /// When the second factor was enrolled, on the wall clock; none when there is none.
    pub second_factor_since: Option<Instant>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
    /// Where the person is signed in.
    pub sessions: Vec<SessionRow>,
    /// What the person chose.
    pub preferences: Preferences,
}

/// One session in *My account*. `DELETE /api/account/sessions/{id}` ends it; without an id, all the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionRow {
    /// Its public id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When it began, on the wall clock.
    pub created_date_time: Instant,
    /// When it was last used.
    pub last_used_date_time: Instant,
    /// The address it came from.
    pub address: String,
    /// The browser's own words, shortened.
    pub agent: String,
}

/// A page of rows with the exact count up to 1,000.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

/// One row of *Roles*. `GET /api/roles?search=&privileged=&sort=name|active|eligible&desc=&skip=&top=` gives `Page<RoleRow>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleRow {
    /// The role.
    pub id: RoleId,
    /// Its shown name.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether it is one of the privileged ones.
    pub is_privileged: bool,
    /// Active schedules in force now.
    pub active_count: u64,
    /// Eligible schedules in force now.
    pub eligible_count: u64,
}

/// `GET /api/roles/{id}`: a role's page, and what the wizard and the Activate panel evaluate against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleDetail {
    /// As in the list.
    #[serde(flatten)]
    pub row: RoleRow,
    /// What it allows, of the actions that Pimlico itself checks.
    pub permissions: Vec<String>,
    /// What an activation must fulfil, for whoever is eligible and whoever reads roles.
    pub activation: Option<ActivationRules>,
    /// All its rules, for whoever reads roles.
    pub policy: Option<Policy>,
}

/// Which tab of an assignments grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tab {
    /// Eligible now or later.
    #[default]
    Eligible,
    /// Active now or later.
    Active,
    /// Reached its end in the last thirty days. What somebody removed before that, and activations, show only in the
    /// audit history.
    Expired,
}

/// One row of *Assignments*, *My roles* and a user's *Assigned roles*.
///
/// `GET /api/assignments?tab=&role=&principal=&search=&kind=&sort=role|name|start|end&desc=&skip=&top=` gives
/// `Assignments`; `GET /api/assignments/export` with the same query gives CSV.
/// `GET /api/my-roles?tab=&search=&kind=&skip=&top=` gives the caller's own, those held through groups included.
/// `schedule=` asks either for one row alone, eligible or active: what an open panel is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentRow {
    /// The schedule.
    pub schedule_id: ScheduleId,
    /// Eligible or active.
    pub kind: Kind,
    /// Of active ones: assigned or activated.
    pub assignment_type: Option<AssignmentType>,
    /// The role.
    pub role_definition_id: RoleId,
    /// Its shown name.
    pub role_name: String,
    /// Whether it is a privileged one.
    pub role_is_privileged: bool,
    /// The holder: the user, or the group it is held through.
    pub principal_id: PrincipalId,
    /// The holder's shown name.
    pub principal_name: String,
    /// A user's sign-in name; empty for groups.
    pub user_principal_name: String,
    /// `user`, `group` or `servicePrincipal`.
    pub principal_type: String,
    /// Held directly or through a group.
    pub member_type: MemberType,
    /// Since when.
    pub start_date_time: Instant,
    /// Until when; none is permanent.
    pub end_date_time: Option<Instant>,
    /// On *My roles*: the caller's own request on the same role that is still open, if any.
    pub open_request: Option<OpenRequest>,
    /// On *My roles*, eligible tab: the caller's activation that is in force, if any.
    pub activation: Option<ActiveRole>,
}

/// A request that has not ended: scheduled, or waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenRequest {
    /// The request, for cancelling.
    pub id: RequestId,
    /// Graph's status word.
    pub status: String,
    /// When it will start, if it is scheduled.
    pub start_date_time: Option<Instant>,
    /// When it was asked.
    pub created_date_time: Instant,
}

/// One page of an assignments grid with the counts of all three tabs under the same filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignments {
    /// The rows of this page.
    pub rows: Vec<AssignmentRow>,
    /// How many rows each tab has: exact to 1,000, then 1,001.
    pub counts: TabCounts,
}

/// How many rows each tab has: exact to 1,000; 1,001 means "1,000+".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TabCounts {
    /// Eligible assignments.
    pub eligible: u64,
    /// Active assignments.
    pub active: u64,
    /// Expired assignments.
    pub expired: u64,
}

/// A one-time password counts for so many days after it was made, on the wall clock.
pub const ONE_TIME_PASSWORD_DAYS: i64 = 7;

/// `POST /api/users/{id}/reset-password`: shown once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OneTimePassword {
    /// Good for one sign-in within [`ONE_TIME_PASSWORD_DAYS`], which must set a new one.
    pub password: String,
}

/// `POST /api/users/{id}/reset-second-factor`: shown once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentCode {
    /// Good for one enrolment within a day.
    pub code: String,
}

/// `GET /api/protected-users`: one of those on whom an act needs more than its own permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedUser {
    /// Who.
    pub id: PrincipalId,
    /// Why.
    #[serde(flatten)]
    pub facts: PersonFacts,
}

/// `GET /api/search?q=`: the first few hits of each kind; blades are found in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchHits {
    /// People whose name or sign-in name matches; empty for callers who may not list people.
    pub people: Vec<Person>,
    /// Roles whose name matches.
    pub roles: Vec<RoleRow>,
}

/// `GET /api/lab`, only with `--lab`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lab {
    /// The engine's clock.
    pub engine_time: Instant,
    /// How far the engine's clock is ahead of the wall clock, in milliseconds.
    pub offset_millis: i64,
    /// The lab's people.
    pub accounts: Vec<LabAccount>,
}

/// One of the lab's people, with everything needed to be them. Marked lab only wherever it is shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabAccount {
    /// Shown name.
    pub display_name: String,
    /// Sign-in name.
    pub user_principal_name: String,
    /// What the account is for, in a few words.
    pub purpose: String,
    /// Lab only.
    pub password: String,
    /// The code of this half minute.
    pub code: Option<String>,
    /// For how many more seconds the code counts.
    pub seconds_left: u32,
}

/// `POST /api/lab/clock`: moves the engine's clock, never the wall clock. Exactly one field is set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MoveClock {
    /// Ahead by so many minutes.
    #[serde(default)]
    pub advance_minutes: Option<i64>,
    /// To this instant, not before the present one.
    #[serde(default)]
    pub to: Option<Instant>,
}

/// One row of *Settings*. `GET /api/role-settings?search=&privileged=&modified=&sort=name|modified|by&desc=&skip=&top=` gives
/// `Page<RoleSetting>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleSetting {
    /// The role.
    pub role_definition_id: RoleId,
    /// Its shown name.
    pub display_name: String,
    /// Whether it is one of the privileged ones.
    pub is_privileged: bool,
    /// Whether somebody ever changed its settings.
    pub modified: bool,
    /// When somebody did so last.
    pub last_modified_date_time: Option<Instant>,
    /// Who.
    pub last_modified_by: Option<String>,
}

/// `GET /api/role-settings/{roleId}`: the settings of a role, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleSettingDetails {
    /// As in the list.
    pub role: RoleSetting,
    /// Counts changes; a save names the version that was edited.
    pub version: i64,
    /// The rules.
    pub policy: Policy,
    /// The approvers that the rules name, with their names; who was deleted has none.
    pub approvers: Vec<PrincipalRef>,
}

/// A principal by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrincipalRef {
    /// Its id.
    pub id: PrincipalId,
    /// User, group or service principal.
    pub kind: PrincipalKind,
    /// Shown name; none when it is gone.
    pub display_name: Option<String>,
}

/// `PUT /api/role-settings/{roleId}`, and `POST /api/role-settings/{roleId}/check`, which saves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaveRoleSetting {
    /// The version that was edited.
    pub version: i64,
    /// All the rules.
    pub policy: Policy,
}

/// What a save would touch, and what its author should know first. `POST /api/role-settings/{roleId}/check`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingWarnings {
    /// Sentences, the weightiest first.
    pub warnings: Vec<String>,
    /// Requests that wait for an approval: they go on under the rules they were asked under.
    pub open_requests: u64,
    /// Activations in force: they keep their end.
    pub running_activations: u64,
}
