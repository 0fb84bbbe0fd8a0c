//! What a rule found.

use serde::{Deserialize, Serialize};

/// The rules that clients know by name (`reference/graph-pim-contract.md` 6.2): they search messages for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the rule's own name on the wire")]
pub enum RuleName {
    EligibilityRule,
    ExpirationRule,
    JustificationRule,
    TicketingRule,
    MfaRule,
    ApprovalRule,
}

impl RuleName {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EligibilityRule => "EligibilityRule",
            Self::ExpirationRule => "ExpirationRule",
            Self::JustificationRule => "JustificationRule",
            Self::TicketingRule => "TicketingRule",
            Self::MfaRule => "MfaRule",
            Self::ApprovalRule => "ApprovalRule",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The policy rule that failed, if it was one.
    pub rule: Option<RuleName>,
    /// The input at fault: `duration`, `start`, `end`, `justification`, `ticketNumber`, `ticketSystem`,
    /// `secondFactor`, `principalId`, `roleDefinitionId`, `action`, `schedule`.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What would be allowed.
    pub allowed: String,
}

/// One rule that was asked, for the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceStep {
    /// Which rule.
    pub rule: String,
    /// What it was given.
    pub input: String,
    /// Whether it passed.
    pub passed: bool,
    /// What would pass.
    pub allowed: String,
}
