//! What the rows of Graph's lists have, with the expressions by which the database filters and sorts them.

use domain::schedule::Kind as Right;

use crate::odata::{Held, Kind, Property, Table, column, shown};

const USER: &[Property] = &[
    column("id", "id", Kind::Key),
    shown("businessPhones"),
    column("displayName", "name_key", Kind::Key),
    shown("givenName"),
    column("jobTitle", "job_title_key", Kind::Folded),
    column("mail", "mail_key", Kind::Folded),
    shown("mobilePhone"),
    shown("officeLocation"),
    shown("preferredLanguage"),
    shown("surname"),
    column("userPrincipalName", "user_principal_name", Kind::Key),
    column("accountEnabled", "enabled", Kind::Bool),
    column("createdDateTime", "created_ms", Kind::Time),
    shown("userType"),
];

/// What a group has.
pub const GROUP: &[Property] = &[
    column("id", "id", Kind::Key),
    column("createdDateTime", "created_ms", Kind::Time),
    column("description", "description_key", Kind::Folded),
    column("displayName", "name_key", Kind::Key),
    shown("groupTypes"),
    column("isAssignableToRole", "is_assignable_to_role", Kind::Bool),
    shown("mail"),
    shown("mailEnabled"),
    column("mailNickname", "mail_nickname", Kind::Text),
    shown("membershipRule"),
    shown("onPremisesSyncEnabled"),
    shown("securityEnabled"),
    shown("visibility"),
];

const SERVICE_PRINCIPAL: &[Property] = &[
    shown("id"),
    shown("accountEnabled"),
    shown("appId"),
    shown("displayName"),
    shown("servicePrincipalType"),
];

/// Users.
pub const USERS: Table = Table::of(&[USER]);

/// Groups.
pub const GROUPS: Table = Table::of(&[GROUP]);

/// Principals of any kind; conditions are about what users have.
pub const PRINCIPALS: Table = Table { asked: &[USER], shown: &[GROUP, SERVICE_PRINCIPAL] };

/// Approvals, of which the beta version calls the parts steps.
pub const fn approvals(beta: bool) -> &'static Table {
    const STAGES: Table = Table::of(&[APPROVAL, &[shown("stages")]]);
    const STEPS: Table = Table::of(&[APPROVAL, &[shown("steps")]]);
    if beta { &STEPS } else { &STAGES }
}

const APPROVAL: &[Property] = &[column("id", "id", Kind::Key)];

/// Requests of either kind.
pub const REQUESTS: Table = Table::of(&[&[
    column("id", "id", Kind::Key),
    column("status", "status", Kind::Text),
    column("createdDateTime", "created_ms", Kind::Time),
    column("completedDateTime", "completed_ms", Kind::Time),
    column("approvalId", "(SELECT a.id FROM approvals a WHERE a.id = requests.id)", Kind::Folded),
    shown("customData"),
    column("action", "action", Kind::Text),
    column("principalId", "principal_id", Kind::Key),
    column("roleDefinitionId", "role_id", Kind::Key),
    column("directoryScopeId", "scope", Kind::Key),
    column("appScopeId", NULL, Kind::Folded),
    shown("isValidationOnly"),
    column("targetScheduleId", "target_id", Kind::Folded),
    shown("justification"),
    column("createdBy/user/id", "created_by", Kind::Key),
    shown("scheduleInfo"),
    shown("ticketInfo"),
]]);

/// What no row has.
const NULL: &str = "CAST(NULL AS TEXT)";

const SCHEDULE: &[Property] = &[
    column("id", "id", Kind::Key),
    column("principalId", "principal_id", Kind::Key),
    column("roleDefinitionId", "role_id", Kind::Key),
    column("directoryScopeId", "scope", Kind::Key),
    column("appScopeId", NULL, Kind::Folded),
    column("createdUsing", "created_using", Kind::Folded),
    column("createdDateTime", "created_ms", Kind::Time),
    column("modifiedDateTime", "modified_ms", Kind::Time),
    column("status", "status", Kind::Text),
    column("scheduleInfo/startDateTime", "start_ms", Kind::Time),
    column("scheduleInfo/expiration/endDateTime", "end_ms", Kind::Time),
    column("memberType", "member_type", Kind::Text),
];

/// Schedules of a kind.
pub const fn schedules(kind: Right) -> &'static Table {
    const ELIGIBLE: Table = Table::of(&[SCHEDULE]);
    const ACTIVE: Table = Table::of(&[SCHEDULE, &[column("assignmentType", "assignment_type", Kind::Text)]]);
    match kind {
        Right::Eligible => &ELIGIBLE,
        Right::Active => &ACTIVE,
    }
}

const INSTANCE: &[Property] = &[
    shown("id"),
    column("principalId", "principal_id", Kind::Key),
    column("roleDefinitionId", "role_id", Kind::Key),
    column("directoryScopeId", "scope", Kind::Key),
    column("appScopeId", NULL, Kind::Folded),
    column("startDateTime", "start_ms", Kind::Time),
    column("endDateTime", "end_ms", Kind::Time),
    column("memberType", "member_type", Kind::Text),
];

/// Instances of a kind.
pub const fn instances(kind: Right) -> &'static Table {
    const ELIGIBLE: Table = Table::of(&[INSTANCE, &[column("roleEligibilityScheduleId", "id", Kind::Key)]]);
    const ACTIVE: Table = Table::of(&[
        INSTANCE,
        &[
            column("assignmentType", "assignment_type", Kind::Text),
            column("roleAssignmentOriginId", "role_id || '/' || principal_id", Kind::Origin),
            column("roleAssignmentScheduleId", "id", Kind::Key),
        ],
    ]);
    match kind {
        Right::Eligible => &ELIGIBLE,
        Right::Active => &ACTIVE,
    }
}

/// Who holds which role now.
pub const ROLE_ASSIGNMENTS: Table = Table::of(&[&[
    shown("id"),
    column("principalId", "principal_id", Kind::Key),
    column("roleDefinitionId", "role_id", Kind::Key),
    column("directoryScopeId", "scope", Kind::Key),
    column("appScopeId", NULL, Kind::Folded),
    shown("condition"),
    shown("principalOrganizationId"),
    shown("resourceScope"),
]]);

/// The audit history.
pub const AUDITS: Table = Table::of(&[&[
    column("id", "id", Kind::Key),
    column("activityDateTime", "at_ms", Kind::Time),
    column("activityDisplayName", "activity", Kind::Text),
    column("category", "category", Kind::Text),
    column("correlationId", "correlation", Kind::Key),
    column("initiatedBy/user/id", "actor_id", Kind::Folded),
    column("initiatedBy/user/displayName", "CASE WHEN actor_upn <> '' THEN actor_key END", Kind::Folded),
    column(
        "initiatedBy/user/userPrincipalName",
        "CASE WHEN actor_upn <> '' THEN actor_upn END",
        Kind::Folded,
    ),
    column("initiatedBy/app/appId", NULL, Kind::Folded),
    column("initiatedBy/app/displayName", "CASE WHEN actor_upn = '' THEN actor_key END", Kind::Folded),
    column(
        "loggedByService",
        "CASE WHEN category = 'RoleManagement' THEN 'pim' ELSE 'core directory' END",
        Kind::Key,
    ),
    shown("operationType"),
    column("result", "outcome", Kind::Text),
    shown("resultReason"),
    Property {
        path: "targetResources",
        held: Held::Many("SELECT 1 FROM audit_targets t WHERE t.audit_id = audit.id", &TARGETS),
    },
    shown("additionalDetails"),
]]);

const TARGETS: Table =
    Table::of(&[&[column("id", "t.target_id", Kind::Key), column("displayName", "t.name_key", Kind::Key)]]);
