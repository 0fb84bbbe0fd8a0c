//! Approvals: who must say yes to an activation, by when, and what was said.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PrincipalId, RequestId},
    time::{Instant, Span},
};

/// An approval waits so long for an answer (`reference/graph-pim-contract.md` 5.5).
pub const TIME_OUT: Span = Span::hours(24);

/// What an approver says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// Yes.
    Approve,
    /// No.
    Deny,
}

/// How far an approval has come, in the words of the wire (`reference/graph-pim-contract.md` 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StepStatus {
    /// Waits for an answer.
    InProgress,
    /// Answered, or no longer needed because the request was withdrawn.
    Completed,
    /// Nobody answered in time.
    Expired,
}

/// The approval of one request. There is one step, whose first answer counts; its id is the request's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The request that waits for it.
    pub id: RequestId,
    /// How far it has come.
    pub status: StepStatus,
    /// Until when it can be answered, exclusive.
    pub due: Instant,
    /// Whether an approver must say why. Kept from the policy as it was when the request was made.
    pub is_justification_required: bool,
    /// The answer.
    pub review: Option<Review>,
}

/// The answer of an approver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Yes or no.
    pub answer: Answer,
    /// Whose.
    pub by: PrincipalId,
    /// When, on the engine's clock.
    pub at: Instant,
    /// Why.
    pub justification: String,
}

impl Answer {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "Approve",
            Self::Deny => "Deny",
        }
    }

    /// The value behind a word: clients send both forms, and case does not matter.
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "approve" | "approved" => Some(Self::Approve),
            "deny" | "denied" => Some(Self::Deny),
            _ => None,
        }
    }
}

impl StepStatus {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Expired => "Expired",
        }
    }

    /// The value behind a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::InProgress, Self::Completed, Self::Expired].into_iter().find(|status| status.as_str() == word)
    }
}

impl Approval {
    /// The approval that a request asks for at `now`.
    pub const fn asked(id: RequestId, now: Instant, is_justification_required: bool) -> Self {
        Self {
            id,
            status: StepStatus::InProgress,
            due: Instant(now.0.saturating_add(TIME_OUT.0)),
            is_justification_required,
            review: None,
        }
    }

    /// Its status at `now`: what is not answered in time is over, whether a job has recorded it or not.
    pub fn status_at(&self, now: Instant) -> StepStatus {
        if self.status == StepStatus::InProgress && now >= self.due {
            StepStatus::Expired
        } else {
            self.status
        }
    }
}
