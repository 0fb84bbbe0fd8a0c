//! Users, groups and service principals.

use serde::{Deserialize, Serialize};

use crate::ids::PrincipalId;

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A group of people.
    Group,
    /// A program.
    ServicePrincipal,
}

impl PrincipalKind {
    /// The word in storage and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::ServicePrincipal => "servicePrincipal",
        }
    }

    /// The kind behind a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::User, Self::Group, Self::ServicePrincipal].into_iter().find(|kind| kind.as_str() == word)
    }

    /// The word in the *Type* column.
    pub const fn label(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "Service principal",
        }
    }
}

/// What a decision needs to know of the principal it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrincipalFacts {
    /// Who.
    pub id: PrincipalId,
    /// User, group or service principal.
    pub kind: PrincipalKind,
    /// Whether sign-in is allowed.
    pub enabled: bool,
    /// Of groups: whether it was created to hold roles. Fixed at creation.
    pub is_assignable_to_role: bool,
}
