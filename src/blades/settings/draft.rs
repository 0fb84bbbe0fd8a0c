//! What stands in the editor, and what is wrong with it by the rules' own judgement.

use domain::{
    decide::Finding,
    policy::{NotificationLevel, Policy, RuleId},
    time::Span,
};

use crate::{
    api::sentence,
    data::{hours_text, parse_hours},
};

/// The lengths that *Expire after* offers (`reference/portal-blades.md` 4.8).
pub(super) const LENGTHS: [(i64, &str); 5] =
    [(15, "15 days"), (30, "1 month"), (90, "3 months"), (180, "6 months"), (365, "1 year")];

/// The editor's content: the rules, and the texts that become rules only when they are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    rules: Policy,
    /// The activation maximum, as typed.
    pub(super) hours: String,
    /// The further recipients of each slot, as typed.
    pub(super) recipients: [String; 9],
}

impl Draft {
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            hours: hours_text(policy.expiration_end_user_assignment.maximum_duration),
            recipients: core::array::from_fn(|slot| policy.notifications[slot].recipients.join("; ")),
            rules: policy.clone(),
        }
    }

    /// The rules as far as boxes and lists say them.
    pub(super) const fn rules(&self) -> &Policy {
        &self.rules
    }

    /// The same, to change.
    pub(super) const fn rules_mut(&mut self) -> &mut Policy {
        &mut self.rules
    }

    /// Everything, with what is typed. A maximum that is no number counts as none at all, which no rule allows.
    pub(super) fn policy(&self) -> Policy {
        let mut policy = self.rules.clone();
        policy.expiration_end_user_assignment.maximum_duration =
            parse_hours(&self.hours).unwrap_or(Span::ZERO);
        for (rule, typed) in policy.notifications.iter_mut().zip(&self.recipients) {
            rule.recipients = typed.split(';').map(|address| address.trim().to_owned()).collect();
        }
        policy.tidy();
        policy
    }

    /// What is wrong, by field, in the words of the rules.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.policy().check().err().map(|refusal| refusal.findings).unwrap_or_default()
    }

    /// Whether this mail slot tells its usual recipients.
    pub(super) fn tells(&self, slot: usize) -> bool {
        let rule = &self.rules.notifications[slot];
        rule.is_default_recipients_enabled && rule.level != NotificationLevel::None
    }

    /// Turns the usual recipients of a slot on or off.
    pub(super) fn tell(&mut self, slot: usize, on: bool) {
        let rule = &mut self.rules.notifications[slot];
        rule.is_default_recipients_enabled = on;
        if on && rule.level == NotificationLevel::None {
            rule.level = NotificationLevel::All;
        }
    }

    /// Lets only mails through this slot that ask somebody to act.
    pub(super) const fn only_critical(&mut self, slot: usize, on: bool) {
        self.rules.notifications[slot].level =
            if on { NotificationLevel::Critical } else { NotificationLevel::All };
    }
}

/// What is wrong with one value of one rule, as a sentence with what would be right.
pub(super) fn fault(findings: &[Finding], rule: RuleId, property: &str) -> Option<String> {
    let field = format!("{}.{property}", rule.as_str());
    let found = findings.iter().find(|finding| finding.field == field)?;
    Some(sentence(&found.message, &found.allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_rules_or_a_sentence_with_what_is_allowed() {
        let mut draft = Draft::of(&Policy::default());
        assert_eq!(draft.policy(), Policy::default());
        assert!(draft.findings().is_empty());
        draft.hours = "1,5".into();
        draft.recipients[0] = "a@b.example; ;A@B.example; c@d.example ".into();
        let policy = draft.policy();
        assert_eq!(policy.expiration_end_user_assignment.maximum_duration, Span::minutes(90));
        assert_eq!(policy.notifications[0].recipients, ["a@b.example", "c@d.example"]);
        draft.hours = "25".into();
        draft.recipients[1] = "nobody".into();
        let findings = draft.findings();
        let hours = fault(&findings, RuleId::ExpirationEndUserAssignment, "maximumDuration").unwrap();
        assert!(hours.contains("30 minutes to 24 hours"), "{hours}");
        let address =
            fault(&findings, RuleId::NotificationRequestorAdminEligibility, "notificationRecipients");
        assert!(address.unwrap().contains("`nobody`"));
        draft.hours = "soon".into();
        assert_eq!(draft.findings().len(), 2);
    }
}
