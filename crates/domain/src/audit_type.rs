//! The *Audit type* of a row: what the filter of the audit screens asks for.

use serde::{Deserialize, Serialize};

use crate::audit::Category;

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $label:literal;)*) => {
        /// What kind of act a row tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum AuditType { $($(#[$doc])* #[serde(rename = $word)] $name,)* }

        impl AuditType {
            /// All of them, in the order of the filter.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word on the wire and in storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Shown in the filter.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// The type behind a word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

types! {
    /// A role was, or should have been, activated.
    Activate = "activate", "Activate";
    /// An activation was put before its approvers, or answered by them.
    Approve = "approve", "Approve or deny";
    /// An activation was given back, or its time was over.
    Deactivate = "deactivate", "Deactivate or expire";
    /// Somebody was made eligible.
    AssignEligible = "assignEligible", "Assign eligible";
    /// Somebody was assigned.
    AssignActive = "assignActive", "Assign active";
    /// An assignment got another window.
    Update = "update", "Update, extend or renew";
    /// An eligible assignment was taken away, or was over.
    RemoveEligible = "removeEligible", "Remove eligible";
    /// An active assignment was taken away, or was over.
    RemoveActive = "removeActive", "Remove active";
    /// The settings of a role.
    Settings = "settings", "Role settings";
    /// People.
    Users = "users", "Users";
    /// Groups and their members.
    Groups = "groups", "Groups";
    /// Sign-in, passwords, factors.
    SignIn = "signIn", "Sign-in";
    /// The server itself.
    System = "system", "Server";
}

impl AuditType {
    /// The type of a row. What is about roles and has no name of its own counts as an update.
    pub fn of(category: Category, activity: &str) -> Self {
        match category {
            Category::RoleManagement => Self::of_activity(activity).unwrap_or(Self::Update),
            Category::UserManagement => Self::Users,
            Category::GroupManagement => Self::Groups,
            Category::Authentication => Self::SignIn,
            Category::Directory => Self::System,
        }
    }

    /// The type that the name of an act about roles alone tells; case does not matter.
    pub fn of_activity(activity: &str) -> Option<Self> {
        let name = activity.to_ascii_lowercase();
        let about = |part: &str| name.contains(part);
        Some(if about("(pim activation)") || name == "pim activation request expired" {
            let decided = ["approval requested", "request approved", "request denied", "request expired"];
            if decided.into_iter().any(about) { Self::Approve } else { Self::Activate }
        } else if about("(pim deactivate)") || about("(pim activation expired)") {
            Self::Deactivate
        } else if name.starts_with("add eligible member to role in pim") {
            Self::AssignEligible
        } else if name.starts_with("add member to role in pim") {
            Self::AssignActive
        } else if name.starts_with("remove eligible member from role") {
            Self::RemoveEligible
        } else if name.starts_with("remove member from role") {
            Self::RemoveActive
        } else if name.starts_with("update role setting") || name.starts_with("pim policy") {
            Self::Settings
        } else if name.starts_with("update ") || name.starts_with("process role update") {
            Self::Update
        } else {
            return None;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::{ACTIVATION_EXPIRED, APPROVAL_EXPIRED, Moment, activity},
        request::Action,
        schedule::Kind,
    };

    #[test]
    fn every_act_about_roles_has_the_type_that_a_reader_would_look_under() {
        let of = |action, kind, moment| {
            AuditType::of(Category::RoleManagement, &activity(action, kind, true, moment))
        };
        for (action, kind, moment, wanted) in [
            (Action::SelfActivate, Kind::Active, Moment::Requested, AuditType::Activate),
            (Action::SelfActivate, Kind::Active, Moment::Canceled, AuditType::Activate),
            (Action::SelfActivate, Kind::Active, Moment::ApprovalRequested, AuditType::Approve),
            (Action::SelfActivate, Kind::Active, Moment::Denied, AuditType::Approve),
            (Action::SelfDeactivate, Kind::Active, Moment::Completed, AuditType::Deactivate),
            (Action::AdminAssign, Kind::Eligible, Moment::Completed, AuditType::AssignEligible),
            (Action::AdminAssign, Kind::Active, Moment::Requested, AuditType::AssignActive),
            (Action::AdminUpdate, Kind::Active, Moment::Requested, AuditType::Update),
            (Action::SelfExtend, Kind::Eligible, Moment::Requested, AuditType::Update),
            (Action::AdminRemove, Kind::Eligible, Moment::Completed, AuditType::RemoveEligible),
            (Action::AdminRemove, Kind::Active, Moment::Completed, AuditType::RemoveActive),
        ] {
            assert_eq!(of(action, kind, moment), wanted, "{action:?} {kind:?} {moment:?}");
        }
        let named = |name| AuditType::of(Category::RoleManagement, name);
        assert_eq!(named(ACTIVATION_EXPIRED), AuditType::Deactivate);
        assert_eq!(named(APPROVAL_EXPIRED), AuditType::Approve);
        assert_eq!(named("Update role setting in PIM"), AuditType::Settings);
        assert_eq!(AuditType::of(Category::Authentication, "Add member to role in PIM"), AuditType::SignIn);
        assert_eq!(AuditType::of_activity("Add user"), None);
    }

    #[test]
    fn words_lead_back_to_their_types() {
        assert!(AuditType::ALL.iter().all(|one| AuditType::parse(one.as_str()) == Some(*one)));
    }
}
