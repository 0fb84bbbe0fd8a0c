//! Role definitions: the built-in ones of the directory.

use std::sync::LazyLock;

use serde::Deserialize;
use uuid::{Uuid, uuid};

use crate::ids::RoleId;

/// A role that can be held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// The well-known template id.
    pub id: RoleId,
    /// Shown name.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether it carries the *Privileged* mark.
    pub is_privileged: bool,
    /// False for system-assigned and legacy roles, which no picker offers.
    pub assignable: bool,
    /// Roles whose permissions it includes.
    pub inherits_permissions_from: Vec<RoleId>,
}

/// What a decision needs to know of the role it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleFacts {
    /// Which.
    pub id: RoleId,
    /// Whether it can be assigned at all.
    pub assignable: bool,
    /// Whether it carries the *Privileged* mark.
    pub is_privileged: bool,
}

impl From<&Role> for RoleFacts {
    fn from(role: &Role) -> Self {
        Self { id: role.id, assignable: role.assignable, is_privileged: role.is_privileged }
    }
}

macro_rules! well_known {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {$(
        $(#[$doc])*
        pub const $name: RoleId = RoleId(uuid!($id));
    )*};
}

well_known! {
    /// May do everything.
    GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10";
    /// Manages assignments and settings of roles.
    PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814";
    /// Creates, changes and deletes people.
    USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1";
    /// Reads everything.
    GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";
    /// Reads assignments and audit, manages security features.
    SECURITY_ADMINISTRATOR = "194ae4cb-b126-40b2-bd5b-6091b380977d";
    /// Reads security information.
    SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509";
    /// Handles security events.
    SECURITY_OPERATOR = "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f";
    /// Creates and manages groups.
    GROUPS_ADMINISTRATOR = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
    /// Resets passwords of people without privileges.
    HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
    /// Resets passwords of people without privileges.
    PASSWORD_ADMINISTRATOR = "966707d0-3269-4727-9be2-8c3a10f19b9d";
    /// Resets passwords and factors of people without privileges.
    AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f";
    /// Resets passwords and factors of everybody.
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";
    /// Manages Teams.
    TEAMS_ADMINISTRATOR = "69091246-20e8-4a56-aa4d-066075b2a7a8";
    /// Reads sign-in and audit reports.
    REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf";
}

/// The built-in roles, by name. Data: `builtin_roles.json`, which names its public sources.
pub fn builtin() -> &'static [Role] {
    &BUILTIN
}

/// The built-in role with this id.
pub fn find(id: RoleId) -> Option<&'static Role> {
    BUILTIN.iter().find(|role| role.id == id)
}

/// Roles whose last permanent holder can never be lost.
pub const GUARDED: [RoleId; 2] = [GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR];

/// Whether the last permanent holder of this role can never be lost.
pub fn is_guarded(id: RoleId) -> bool {
    GUARDED.contains(&id)
}

static BUILTIN: LazyLock<Vec<Role>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        roles: Vec<Role>,
    }
    let mut roles = serde_json::from_str::<File>(include_str!("builtin_roles.json"))
        .map_or_else(|_| Vec::new(), |f| f.roles);
    roles.sort_by(|a, b| a.display_name.cmp(&b.display_name));
    roles
});

/// `base64url(role || principal)` with both ids in the byte order of .NET, as Graph names a tenant-wide assignment
/// (`reference/graph-pim-contract.md` 4.5); the caller adds what tells instances apart.
pub fn assignment_key(role: RoleId, principal: Uuid) -> String {
    use base64::Engine;
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&role.0.to_bytes_le());
    bytes[16..].copy_from_slice(&principal.to_bytes_le());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// What [`assignment_key`] was made of.
pub fn held_by(key: &str) -> Option<(RoleId, Uuid)> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(key).ok()?;
    let (role, principal) = bytes.split_at_checked(16)?;
    let guid = |bytes: &[u8]| bytes.try_into().ok().map(Uuid::from_bytes_le);
    Some((RoleId(guid(role)?), guid(principal)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_the_well_known_ids_are_right() {
        assert_eq!(builtin().len(), 145);
        for (id, name) in [
            (GLOBAL_ADMINISTRATOR, "Global Administrator"),
            (PRIVILEGED_ROLE_ADMINISTRATOR, "Privileged Role Administrator"),
            (USER_ADMINISTRATOR, "User Administrator"),
            (GLOBAL_READER, "Global Reader"),
            (SECURITY_ADMINISTRATOR, "Security Administrator"),
            (SECURITY_READER, "Security Reader"),
            (SECURITY_OPERATOR, "Security Operator"),
            (GROUPS_ADMINISTRATOR, "Groups Administrator"),
            (HELPDESK_ADMINISTRATOR, "Helpdesk Administrator"),
            (PASSWORD_ADMINISTRATOR, "Password Administrator"),
            (AUTHENTICATION_ADMINISTRATOR, "Authentication Administrator"),
            (PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, "Privileged Authentication Administrator"),
            (TEAMS_ADMINISTRATOR, "Teams Administrator"),
            (REPORTS_READER, "Reports Reader"),
        ] {
            assert_eq!(find(id).map(|role| role.display_name.as_str()), Some(name));
        }
    }

    #[test]
    fn assignment_keys_match_the_documented_sample() {
        let key = |principal| assignment_key(GLOBAL_ADMINISTRATOR, principal);
        assert_eq!(
            key(uuid!("4ab0b690-479b-47ff-af8f-2576cf521872")),
            "lAPpYvVpN0KRkAEhdxReEJC2sEqbR_9Hr48lds9SGHI"
        );
        assert_eq!(
            key(uuid!("11111111-2222-3333-4444-555555555555")),
            "lAPpYvVpN0KRkAEhdxReEBEREREiIjMzRERVVVVVVVU"
        );
        let principal = uuid!("11111111-2222-3333-4444-555555555555");
        assert_eq!(held_by(&key(principal)), Some((GLOBAL_ADMINISTRATOR, principal)));
        for bad in ["", "x", "lAPpYvVpN0KRkAEhdxReEA", &format!("{}AA", key(principal))] {
            assert_eq!(held_by(bad), None, "{bad}");
        }
    }
}
