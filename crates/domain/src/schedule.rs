//! Schedules: a principal's right to a role over a window.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PrincipalId, RoleId, ScheduleId},
    scope::Scope,
    time::{Instant, Window},
};

/// Whether the right works by itself or must be activated first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The holder may activate; until then it gives nothing.
    Eligible,
    /// The holder has the role.
    Active,
}

/// Where an active schedule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AssignmentType {
    /// An administrator assigned it.
    Assigned,
    /// An eligible holder activated it.
    Activated,
}

/// How the principal of a row came by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MemberType {
    /// By name.
    Direct,
    /// As a member of a group.
    Group,
}

/// Why a schedule ended before or at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    /// Its window is over.
    Expired,
    /// An administrator removed it.
    Removed,
    /// Its holder gave it back.
    Deactivated,
    /// The eligibility behind the activation ended.
    EligibilityEnded,
    /// It was cancelled before it began.
    Canceled,
    /// Its holder was deleted or disabled.
    PrincipalGone,
}

/// A principal's right to a role over a window. Whether it holds is decided at the moment of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The id of the request that made it.
    pub id: ScheduleId,
    /// Eligible or active.
    pub kind: Kind,
    /// The holder. For a right through a group it is the group.
    pub principal: PrincipalId,
    /// The role.
    pub role: RoleId,
    /// Where it holds.
    pub scope: Scope,
    /// From when until when.
    pub window: Window,
    /// The eligible schedule behind an activation. An active schedule with one is *activated*, others *assigned*.
    pub activated_from: Option<ScheduleId>,
}

macro_rules! words {
    ($($name:ident { $($variant:ident = $word:literal,)* })*) => {$(
        impl $name {
            /// The word in storage and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value behind a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

words! {
    Kind { Eligible = "eligible", Active = "active", }
    AssignmentType { Assigned = "Assigned", Activated = "Activated", }
    MemberType { Direct = "Direct", Group = "Group", }
    EndReason {
        Expired = "expired",
        Removed = "removed",
        Deactivated = "deactivated",
        EligibilityEnded = "eligibilityEnded",
        Canceled = "canceled",
        PrincipalGone = "principalGone",
    }
}

impl Schedule {
    /// Of an active schedule, where it comes from; none for an eligible one.
    pub fn assignment_type(&self) -> Option<AssignmentType> {
        match (self.kind, self.activated_from) {
            (Kind::Eligible, _) => None,
            (Kind::Active, None) => Some(AssignmentType::Assigned),
            (Kind::Active, Some(_)) => Some(AssignmentType::Activated),
        }
    }

    /// Whether the right holds at `now`.
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.window.contains(now)
    }
}
