//! What of a policy whoever may activate has to know; not who approves, and not who is told.

use serde::{Deserialize, Serialize};

use super::{ApprovalRule, AuthenticationContextRule, EnablementRule, ExpirationRule, Policy};

/// The rules that an activation must fulfil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivationRules {
    /// How long it may last.
    pub expiration: ExpirationRule,
    /// What must be given.
    pub enablement: EnablementRule,
    /// Which authentication context it needs.
    pub authentication_context: AuthenticationContextRule,
    /// Whether somebody must approve it.
    pub is_approval_required: bool,
}

impl ActivationRules {
    /// Those of a policy.
    pub fn of(policy: &Policy) -> Self {
        Self {
            expiration: policy.expiration_end_user_assignment,
            enablement: policy.enablement_end_user_assignment,
            authentication_context: policy.authentication_context_end_user_assignment.clone(),
            is_approval_required: policy.approval_end_user_assignment.is_approval_required,
        }
    }

    /// A policy that judges an activation as the whole one does; its other rules are the usual ones and mean nothing.
    pub fn policy(&self) -> Policy {
        Policy {
            expiration_end_user_assignment: self.expiration,
            enablement_end_user_assignment: self.enablement,
            authentication_context_end_user_assignment: self.authentication_context.clone(),
            approval_end_user_assignment: ApprovalRule {
                is_approval_required: self.is_approval_required,
                ..ApprovalRule::default()
            },
            ..Policy::default()
        }
    }
}
