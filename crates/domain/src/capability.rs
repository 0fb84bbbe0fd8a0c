//! May this person do that? Asked by the button that would be pressed and by the handler that would act, so that
//! both say the same words.

use serde::{Deserialize, Serialize};

use crate::{
    permission::{Permission, Permissions},
    schedule::{AssignmentType, Schedule},
    time::{Instant, Span},
};

/// Yes, or what is lacking, as a sentence for the person.
pub type Capability = Result<(), Lack>;

/// What is lacking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// A sentence fragment: "needs the role User Administrator or Global Administrator".
    pub reason: String,
}

/// For this long an activation cannot be given back (`reference/portal-blades.md` 1.5).
pub const MINIMUM_ACTIVE: Span = Span::minutes(5);

/// Whether the permission is there; the reason names the roles that would give it.
pub fn needs(permissions: Permissions, permission: Permission) -> Capability {
    if permissions.allows(permission) {
        return Ok(());
    }
    let roles = match permission {
        Permission::ManageRoles | Permission::ManageRoleAssignableGroups => {
            "Privileged Role Administrator or Global Administrator"
        }
        Permission::ReadRoleManagement | Permission::ReadAudit => {
            "Global Reader, Security Reader or Privileged Role Administrator"
        }
        Permission::CreateUsers | Permission::UpdateUsers | Permission::DeleteUsers => {
            "User Administrator or Global Administrator"
        }
        Permission::ResetPasswords => "Helpdesk Administrator, User Administrator or Global Administrator",
        Permission::ResetSecondFactors => "Authentication Administrator or Global Administrator",
        Permission::TouchPrivilegedUsers => "Privileged Authentication Administrator or Global Administrator",
        Permission::CreateGroups | Permission::UpdateGroupMembers => {
            "Groups Administrator, User Administrator or Global Administrator"
        }
        Permission::ManageTeams => "Teams Administrator or Global Administrator",
    };
    Err(Lack { reason: format!("needs an active role: {roles}") })
}

/// What is known of a person whom an administrator wants to touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonFacts {
    /// Holds a privileged role now or later, or is eligible for one, directly or through a group.
    pub privileged: bool,
    /// Is named as an approver in a policy.
    pub approver: bool,
    /// Belongs to a group that can hold roles.
    pub in_role_assignable_group: bool,
}

impl PersonFacts {
    /// Whether more is needed than the permission for the act.
    pub const fn is_protected(self) -> bool {
        self.privileged || self.approver || self.in_role_assignable_group
    }

    /// What an act on this person needs.
    pub fn needed(self, act: Permission) -> Vec<Permission> {
        let more = self.is_protected().then_some(Permission::TouchPrivilegedUsers);
        [act].into_iter().chain(more).collect()
    }
}

/// What is done to a person; each is [`may_touch`].
pub const TOUCHES: [Permission; 4] = [
    Permission::UpdateUsers,
    Permission::DeleteUsers,
    Permission::ResetPasswords,
    Permission::ResetSecondFactors,
];

/// Reset, disable, delete or re-factor somebody: the permission for the act, and for protected people one more.
pub fn may_touch(permissions: Permissions, act: Permission, person: PersonFacts) -> Capability {
    needs(permissions, act)?;
    if person.is_protected() && !permissions.allows(Permission::TouchPrivilegedUsers) {
        let why = if person.privileged {
            "this person holds or is eligible for a privileged role"
        } else if person.approver {
            "this person approves requests"
        } else {
            "this person belongs to a group that can hold roles"
        };
        let needed = needs(permissions, Permission::TouchPrivilegedUsers).map_err(|lack| lack.reason);
        return Err(Lack { reason: format!("{why}; that {}", needed.err().unwrap_or_default()) });
    }
    Ok(())
}

/// What changing the members of a group needs.
///
/// `is_powerful`: the group can hold roles, or its members approve activations. Who may only administer people never
/// makes approvers.
pub const fn to_change_members(is_powerful: bool) -> Permission {
    if is_powerful { Permission::ManageRoleAssignableGroups } else { Permission::UpdateGroupMembers }
}

/// Change the members of a group.
pub fn may_change_members(permissions: Permissions, is_powerful: bool) -> Capability {
    needs(permissions, to_change_members(is_powerful))
}

/// What creating or deleting a group needs.
pub const fn to_create_group(is_powerful: bool) -> Permission {
    if is_powerful { Permission::ManageRoleAssignableGroups } else { Permission::CreateGroups }
}

/// Create a group.
pub fn may_create_group(permissions: Permissions, role_assignable: bool) -> Capability {
    needs(permissions, to_create_group(role_assignable))
}

/// The first instant at which an activation can be given back; `None` when the row is no activation.
pub fn deactivable_from(schedule: &Schedule) -> Option<Instant> {
    (schedule.assignment_type() == Some(AssignmentType::Activated))
        .then(|| schedule.window.start + MINIMUM_ACTIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role;

    #[test]
    fn who_only_administers_users_never_touches_privileged_people() {
        let user_admin = Permissions::of_roles([role::USER_ADMINISTRATOR]);
        let global = Permissions::of_roles([role::GLOBAL_ADMINISTRATOR]);
        let plain = PersonFacts::default();
        for person in [
            PersonFacts { privileged: true, ..plain },
            PersonFacts { approver: true, ..plain },
            PersonFacts { in_role_assignable_group: true, ..plain },
        ] {
            assert!(may_touch(user_admin, Permission::DeleteUsers, person).is_err());
            assert!(may_touch(global, Permission::DeleteUsers, person).is_ok());
        }
        assert!(may_touch(user_admin, Permission::DeleteUsers, plain).is_ok());
        assert!(may_touch(Permissions::NONE, Permission::DeleteUsers, plain).is_err());
    }
}
