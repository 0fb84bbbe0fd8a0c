//! What a role allows, of the actions that Pimlico itself checks, and the table that says so.

use serde::{Deserialize, Serialize};

use crate::{ids::RoleId, role};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $action:literal for $($role:ident)*;)*) => {
        /// An action that a call needs. Reading one's own things needs none.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name of the action, in the directory's own words where it has them.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $action,)* }
            }

            /// The roles that allow it.
            pub const fn roles(self) -> &'static [RoleId] {
                match self { $(Self::$name => &[$(role::$role),*],)* }
            }
        }
    };
}

permissions! {
    /// See everybody's assignments, roles' policies and requests.
    ReadRoleManagement = "microsoft.directory/roleManagement/allProperties/read"
        for GLOBAL_ADMINISTRATOR PRIVILEGED_ROLE_ADMINISTRATOR GLOBAL_READER SECURITY_ADMINISTRATOR SECURITY_READER SECURITY_OPERATOR;
    /// Assign, update and remove.
    ManageRoles = "microsoft.directory/roleManagement/allProperties/allTasks"
        for GLOBAL_ADMINISTRATOR PRIVILEGED_ROLE_ADMINISTRATOR;
    /// Create a user.
    CreateUsers = "microsoft.directory/users/create"
        for GLOBAL_ADMINISTRATOR USER_ADMINISTRATOR;
    /// Change a user: name, title, enabled.
    UpdateUsers = "microsoft.directory/users/basic/update"
        for GLOBAL_ADMINISTRATOR USER_ADMINISTRATOR;
    /// Delete a user.
    DeleteUsers = "microsoft.directory/users/delete"
        for GLOBAL_ADMINISTRATOR USER_ADMINISTRATOR;
    /// Give somebody a one-time password.
    ResetPasswords = "microsoft.directory/users/password/update"
        for GLOBAL_ADMINISTRATOR USER_ADMINISTRATOR HELPDESK_ADMINISTRATOR PASSWORD_ADMINISTRATOR AUTHENTICATION_ADMINISTRATOR
            PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
    /// Let somebody enrol a new second factor.
    ResetSecondFactors = "microsoft.directory/users/authenticationMethods/delete"
        for GLOBAL_ADMINISTRATOR AUTHENTICATION_ADMINISTRATOR PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
    /// Touch people who hold, or may activate, a privileged role.
    TouchPrivilegedUsers = "microsoft.directory/users/privileged/allTasks"
        for GLOBAL_ADMINISTRATOR PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
    /// Create a group.
    CreateGroups = "microsoft.directory/groups/create"
        for GLOBAL_ADMINISTRATOR USER_ADMINISTRATOR GROUPS_ADMINISTRATOR;
    /// Change the members of a group that cannot hold roles.
    UpdateGroupMembers = "microsoft.directory/groups/members/update"
        for GLOBAL_ADMINISTRATOR USER_ADMINISTRATOR GROUPS_ADMINISTRATOR;
    /// Create a group that can hold roles, and change its members.
    ManageRoleAssignableGroups = "microsoft.directory/groupsAssignableToRoles/allProperties/update"
        for GLOBAL_ADMINISTRATOR PRIVILEGED_ROLE_ADMINISTRATOR;
    /// Read the audit history of everybody.
    ReadAudit = "microsoft.directory/auditLogs/allProperties/read"
        for GLOBAL_ADMINISTRATOR PRIVILEGED_ROLE_ADMINISTRATOR GLOBAL_READER SECURITY_ADMINISTRATOR SECURITY_READER REPORTS_READER;
    /// Open the Teams admin centre of a lab.
    ManageTeams = "microsoft.teams/allEntities/allProperties/allTasks"
        for GLOBAL_ADMINISTRATOR TEAMS_ADMINISTRATOR;
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// What these roles allow together.
    pub fn of_roles(roles: impl IntoIterator<Item = RoleId>) -> Self {
        let mut set = Self::NONE;
        for role in roles {
            for permission in Permission::ALL.iter().filter(|p| p.roles().contains(&role)) {
                set.insert(*permission);
            }
        }
        set
    }

    /// The set behind the names in a session's answer; unknown names are passed over.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self::NONE;
        for name in names {
            if let Some(permission) = Permission::ALL.iter().find(|p| p.name() == name) {
                set.insert(*permission);
            }
        }
        set
    }

    /// Whether it holds this one.
    pub const fn allows(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    /// Adds one.
    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= Self::bit(permission);
    }

    /// Those it holds, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.allows(*p))
    }

    const fn bit(permission: Permission) -> u32 {
        1 << permission as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_global_administrator_may_do_everything_and_nobody_nothing() {
        let all = Permissions::of_roles([role::GLOBAL_ADMINISTRATOR]);
        assert!(Permission::ALL.iter().all(|p| all.allows(*p)));
        assert_eq!(Permissions::of_roles([]), Permissions::NONE);
        assert_eq!(Permissions::from_names(all.iter().map(Permission::name)), all);
    }

    #[test]
    fn a_user_administrator_creates_users_but_gives_no_roles() {
        let set = Permissions::of_roles([role::USER_ADMINISTRATOR]);
        assert!(set.allows(Permission::CreateUsers) && set.allows(Permission::DeleteUsers));
        assert!(!set.allows(Permission::ManageRoles) && !set.allows(Permission::TouchPrivilegedUsers));
    }
}
