//! The policy of a role: the 17 rules of `reference/portal-blades.md` 4.9, in typed form.

mod activation;
mod change;
mod defaults;
mod rule;

pub use activation::ActivationRules;
pub use change::{LEAST_MAXIMUM, MOST_ASSIGNMENT, MOST_MAXIMUM, MOST_NAMED, RuleValue, is_mail_address};
pub use rule::{
    ApprovalRule, Approver, AuthenticationContextRule, EnablementRule, ExpirationRule, NotificationLevel,
    NotificationRule, Rule, RuleId,
};
use serde::{Deserialize, Serialize};

use crate::time::Span;

/// The shortest assignment or activation (`reference/portal-blades.md` 1.5).
pub const SHORTEST: Span = Span::minutes(5);

/// The rules of one grant target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// How long an eligible assignment may last.
    pub expiration_admin_eligibility: ExpirationRule,
    /// What an administrator must give to make somebody eligible.
    pub enablement_admin_eligibility: EnablementRule,
    /// How long an active assignment may last.
    pub expiration_admin_assignment: ExpirationRule,
    /// What an administrator must give to make somebody active.
    pub enablement_admin_assignment: EnablementRule,
    /// How long an activation may last.
    pub expiration_end_user_assignment: ExpirationRule,
    /// What an eligible person must give to activate.
    pub enablement_end_user_assignment: EnablementRule,
    /// Who must approve an activation.
    pub approval_end_user_assignment: ApprovalRule,
    /// Which authentication context an activation needs.
    pub authentication_context_end_user_assignment: AuthenticationContextRule,
    /// The nine mail slots, in the order of [`RuleId::ALL`].
    pub notifications: [NotificationRule; 9],
}
