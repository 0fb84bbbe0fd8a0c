//! The defaults of a directory role (`reference/graph-pim-contract.md` 7.6).

use super::{
    ApprovalRule, AuthenticationContextRule, EnablementRule, ExpirationRule, NotificationRule, Policy,
};
use crate::time::Span;

impl Default for Policy {
    fn default() -> Self {
        let justification = EnablementRule { justification: true, ..EnablementRule::default() };
        Self {
            expiration_admin_eligibility: up_to(false, Span::days(365)),
            enablement_admin_eligibility: EnablementRule::default(),
            expiration_admin_assignment: up_to(false, Span::days(180)),
            enablement_admin_assignment: justification,
            expiration_end_user_assignment: up_to(true, Span::hours(8)),
            enablement_end_user_assignment: EnablementRule {
                multi_factor_authentication: true,
                ..justification
            },
            approval_end_user_assignment: ApprovalRule::default(),
            authentication_context_end_user_assignment: AuthenticationContextRule::default(),
            notifications: core::array::from_fn(|_| NotificationRule::default()),
        }
    }
}

const fn up_to(is_expiration_required: bool, maximum_duration: Span) -> ExpirationRule {
    ExpirationRule { is_expiration_required, maximum_duration }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Rule, RuleId};

    #[test]
    fn there_are_seventeen_rules_and_each_id_is_its_own() {
        let policy = Policy::default();
        let mut ids: Vec<_> = RuleId::ALL.iter().map(|id| id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 17);
        let mails =
            RuleId::ALL.iter().filter(|id| matches!(policy.rule(**id), Rule::Notification(_))).count();
        assert_eq!(mails, 9);
    }
}
