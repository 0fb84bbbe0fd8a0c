//! Requests: what somebody asks, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    schedule::Kind,
    scope::Scope,
    time::{Instant, Span},
};

/// What somebody asks. Texts are as typed: their rules are part of the decision, so that every failure is reported. It is
/// read from storage alone, so its instants are read leniently; clients send [`crate::wire::graph::NewRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// Which of the eight things.
    pub action: Action,
    /// Eligible or active: which of Graph's two request collections it came through.
    pub kind: Kind,
    /// Whose right it is about.
    pub principal: PrincipalId,
    /// Which role.
    pub role: RoleId,
    /// Where.
    pub scope: Scope,
    /// The reason, as typed.
    pub justification: Option<String>,
    /// The wished window; needed except to remove and to deactivate.
    pub window: Option<AskedWindow>,
    /// The ticket, as typed.
    pub ticket: Ticket,
    /// The schedule to change, where one must be told from others.
    pub target: Option<ScheduleId>,
}

/// The wished window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedWindow {
    /// The wished start; none or a past one means now.
    #[serde(default, deserialize_with = "Instant::kept_or_none")]
    pub start: Option<Instant>,
    /// The wished end.
    pub expiration: Expiration,
}

/// The wished end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Expiration {
    /// Never.
    NoExpiration,
    /// So long after the start.
    AfterDuration(Span),
    /// At an instant.
    AfterDateTime(#[serde(deserialize_with = "Instant::kept")] Instant),
}

/// A ticket, as typed; it is kept and shown, not looked up.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// The number.
    pub number: Option<String>,
    /// The system it is from.
    pub system: Option<String>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire and in storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value behind a word; case does not matter, as with Graph.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(word))
            }
        }
    };
}

words! {
    /// The things that can be asked (`reference/graph-pim-contract.md` 5.1).
    Action {
        /// An administrator assigns.
        AdminAssign = "adminAssign",
        /// An administrator changes the window.
        AdminUpdate = "adminUpdate",
        /// An administrator removes.
        AdminRemove = "adminRemove",
        /// Not enforced yet, refused.
        AdminExtend = "adminExtend",
        /// Not enforced yet, refused.
        AdminRenew = "adminRenew",
        /// An eligible person activates.
        SelfActivate = "selfActivate",
        /// Gives the activation back.
        SelfDeactivate = "selfDeactivate",
        /// Not enforced yet, refused.
        SelfExtend = "selfExtend",
        /// Not enforced yet, refused.
        SelfRenew = "selfRenew",
    }
}

words! {
    /// How far a request has come (`reference/graph-pim-contract.md` 5.4).
    Status {
        /// Accepted, starts later.
        Granted = "Granted",
        /// In force, or was.
        Provisioned = "Provisioned",
        /// Took a right away.
        Revoked = "Revoked",
        /// Withdrawn before it took effect.
        Canceled = "Canceled",
        /// Waits for an approver.
        PendingApproval = "PendingApproval",
        /// An approver said no.
        Denied = "Denied",
        /// Nobody answered in time.
        TimedOut = "TimedOut",
        /// Could not be carried out.
        Failed = "Failed",
    }
}

impl Status {
    /// Whether the request can still be cancelled, and blocks a second one.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Granted | Self::PendingApproval)
    }
}

impl Ask {
    /// Whether no end is asked for.
    pub fn is_permanent(&self) -> bool {
        self.window.is_some_and(|window| window.expiration == Expiration::NoExpiration)
    }
}

impl Action {
    /// Whether only the principal himself may ask it.
    pub const fn is_own(self) -> bool {
        matches!(self, Self::SelfActivate | Self::SelfDeactivate | Self::SelfExtend | Self::SelfRenew)
    }
}

/// A request as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its id; the schedule that it makes has the same.
    pub id: RequestId,
    /// What was asked.
    pub ask: Ask,
    /// How far it has come.
    pub status: Status,
    /// Who asked.
    pub created_by: PrincipalId,
    /// When.
    pub created_at: Instant,
    /// When it took effect, or will.
    pub completed_at: Option<Instant>,
    /// The schedule that it made or changed.
    pub target: Option<ScheduleId>,
}
