//! One row of the audit history. Rows are immutable.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AuditId, PrincipalId},
    request::Action,
    schedule::Kind,
    time::Instant,
};

/// Something that happened, was tried, or was done by the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// When, on the engine's clock.
    pub at: Instant,
    /// What, in the words of `reference/portal-blades.md` 10.
    pub activity: String,
    /// Which part of the product.
    pub category: Category,
    /// Shared by the rows of one request.
    pub correlation: String,
    /// Who did it.
    pub actor: Actor,
    /// Whether it went well.
    pub outcome: Outcome,
    /// The justification, or why it failed.
    pub reason: Option<String>,
    /// What it was done to: the role first, then the person.
    pub targets: Vec<Target>,
    /// Further facts, by name.
    pub details: Vec<(String, String)>,
}

/// Which part of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Category {
    /// Roles: assignments, activations, settings.
    RoleManagement,
    /// People.
    UserManagement,
    /// Groups and their members.
    GroupManagement,
    /// Sign-in, passwords, factors.
    Authentication,
    /// The server itself: set-up, backup, recovery, the lab's clock.
    Directory,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Actor {
    /// A person.
    Person {
        /// Who; none when a sign-in named nobody that exists.
        id: Option<PrincipalId>,
        /// Shown name at that time.
        name: String,
        /// Sign-in name at that time.
        user_principal_name: String,
        /// Where from.
        address: Option<String>,
    },
    /// Pimlico itself: starts, ends, clean-up; and its console.
    System {
        /// Which part.
        name: String,
    },
}

/// Whether it went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It did.
    Success,
    /// It was refused, or broke.
    Failure,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Its id.
    pub id: String,
    /// Shown name at that time.
    pub name: String,
    /// `Role`, `Request`, `User`, `Group`, `Directory` or `Other`.
    pub kind: String,
    /// What changed on it.
    pub changes: Vec<Change>,
}

/// One value before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Which value.
    pub name: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// Which moment of a request a row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It was asked.
    Requested,
    /// It took effect.
    Completed,
    /// It was withdrawn.
    Canceled,
    /// An activation was put before its approvers.
    ApprovalRequested,
    /// An approver said yes.
    Approved,
    /// An approver said no.
    Denied,
}

/// The system ended an activation because its time was over.
pub const ACTIVATION_EXPIRED: &str = "Remove member from role (PIM activation expired)";

/// Nobody answered a request for approval in time.
pub const APPROVAL_EXPIRED: &str = "PIM activation request expired";

/// The name of a row about a request (`reference/portal-blades.md` 10).
pub fn activity(action: Action, kind: Kind, permanent: bool, moment: Moment) -> String {
    let word = match moment {
        Moment::Requested => "requested",
        Moment::Completed => "completed",
        Moment::Canceled => "canceled",
        Moment::ApprovalRequested => "approval requested",
        Moment::Approved => "request approved",
        Moment::Denied => "request denied",
    };
    let length = if permanent { "permanent" } else { "timebound" };
    let eligible = if kind == Kind::Eligible { "eligible " } else { "" };
    match action {
        Action::SelfActivate => format!("Add member to role {word} (PIM activation)"),
        Action::SelfDeactivate => format!("Remove member from role {word} (PIM deactivate)"),
        Action::AdminAssign => format!("Add {eligible}member to role in PIM {word} ({length})"),
        Action::AdminRemove => format!("Remove {eligible}member from role in PIM {word} ({length})"),
        Action::AdminUpdate => "Process role update request".to_owned(),
        Action::AdminRenew => format!("Add {eligible}member to role in PIM {word} (renew)"),
        Action::AdminExtend | Action::SelfExtend | Action::SelfRenew => {
            format!("Update {eligible}member in PIM {word} (extend)")
        }
    }
}
