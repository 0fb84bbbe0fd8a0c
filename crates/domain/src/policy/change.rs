//! Changing a policy: one rule in place of another, what a policy may say at all, and what a change changed.

use super::{
    ApprovalRule, AuthenticationContextRule, EnablementRule, ExpirationRule, NotificationRule, Policy, Rule,
    RuleId, SHORTEST,
};
use crate::{
    audit::Change,
    decide::{Finding, Refusal},
    error_code::ErrorCode,
    ids::PrincipalId,
    text::fold,
    time::Span,
};

/// The shortest maximum of an activation (`reference/portal-blades.md` 1.6).
pub const LEAST_MAXIMUM: Span = Span::minutes(30);
/// The longest maximum of an activation.
pub const MOST_MAXIMUM: Span = Span::hours(24);
/// The longest maximum of an assignment.
pub const MOST_ASSIGNMENT: Span = Span::days(365);
/// As many approvers, or further recipients of one slot, can be named.
pub const MOST_NAMED: usize = 100;

/// A rule by value, whatever its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleValue {
    /// How long.
    Expiration(ExpirationRule),
    /// What must be given.
    Enablement(EnablementRule),
    /// Who must approve.
    Approval(ApprovalRule),
    /// Which authentication context.
    AuthenticationContext(AuthenticationContextRule),
    /// One mail slot.
    Notification(NotificationRule),
}

impl Policy {
    /// Puts a rule in the place of the one with this id; false when it is of another type.
    pub fn set(&mut self, id: RuleId, value: RuleValue) -> bool {
        match (id, value) {
            (RuleId::ExpirationAdminEligibility, RuleValue::Expiration(rule)) => {
                self.expiration_admin_eligibility = rule;
            }
            (RuleId::ExpirationAdminAssignment, RuleValue::Expiration(rule)) => {
                self.expiration_admin_assignment = rule;
            }
            (RuleId::ExpirationEndUserAssignment, RuleValue::Expiration(rule)) => {
                self.expiration_end_user_assignment = rule;
            }
            (RuleId::EnablementAdminEligibility, RuleValue::Enablement(rule)) => {
                self.enablement_admin_eligibility = rule;
            }
            (RuleId::EnablementAdminAssignment, RuleValue::Enablement(rule)) => {
                self.enablement_admin_assignment = rule;
            }
            (RuleId::EnablementEndUserAssignment, RuleValue::Enablement(rule)) => {
                self.enablement_end_user_assignment = rule;
            }
            (RuleId::ApprovalEndUserAssignment, RuleValue::Approval(rule)) => {
                self.approval_end_user_assignment = rule;
            }
            (RuleId::AuthenticationContextEndUserAssignment, RuleValue::AuthenticationContext(rule)) => {
                self.authentication_context_end_user_assignment = rule;
            }
            (id, RuleValue::Notification(rule)) => {
                let Some(slot) = id.slot() else { return false };
                self.notifications[slot] = rule;
            }
            _ => return false,
        }
        true
    }

    /// Takes out what is said twice: approvers and addresses, the latter whatever their case, and blanks around them.
    pub fn tidy(&mut self) {
        let mut seen = Vec::new();
        self.approval_end_user_assignment.approvers.retain(|approver| {
            let new = !seen.contains(approver);
            seen.push(approver.clone());
            new
        });
        for rule in &mut self.notifications {
            let mut seen = Vec::new();
            let addresses = rule.recipients.drain(..).map(|address| address.trim().to_owned());
            let addresses: Vec<_> = addresses.filter(|address| !address.is_empty()).collect();
            rule.recipients = addresses
                .into_iter()
                .filter(|address| {
                    let key = fold(address);
                    let new = !seen.contains(&key);
                    seen.push(key);
                    new
                })
                .collect();
        }
    }

    /// What this policy may not say, if anything. Whether its approvers exist is for the server to ask.
    ///
    /// # Errors
    ///
    /// `InvalidPolicyRule` with a finding for each value at fault, or `NotSupported` where it asks for something that
    /// is not enforced yet. Fields are named `<rule id>.<property>`.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.authentication_context_end_user_assignment.is_enabled {
            return Err(Refusal::one(
                ErrorCode::NotSupported,
                "AuthenticationContext_EndUser_Assignment.isEnabled",
                "an authentication context is not supported yet",
                "false; ask for a second factor instead",
            ));
        }
        let mut wrong = Vec::new();
        for id in RuleId::ALL {
            let mut say = |property: &str, message: String, allowed: &str| {
                let field = format!("{}.{property}", id.as_str());
                wrong.push(Finding { rule: None, field, message, allowed: allowed.into() });
            };
            match self.rule(id) {
                Rule::Expiration(rule) => check_expiration(id, *rule, &mut say),
                Rule::Approval(rule) => check_approval(rule, &mut say),
                Rule::Notification(rule) => check_notification(id, rule, &mut say),
                Rule::AuthenticationContext(rule) => {
                    let claim = rule.claim_value.as_deref().filter(|claim| !is_context(claim));
                    if let Some(claim) = claim {
                        let claim: String = claim.chars().take(20).collect();
                        say(
                            "claimValue",
                            format!("`{claim}` is no authentication context"),
                            "c1 to c99, or none",
                        );
                    }
                }
                Rule::Enablement(_) => {}
            }
        }
        let Some(first) = wrong.first() else { return Ok(()) };
        let code = ErrorCode::InvalidPolicyRule;
        Err(Refusal { code, message: first.message.clone(), findings: wrong, trace: Vec::new() })
    }

    /// What differs from another policy, value by value, for the audit history. `name` gives the shown name of an
    /// approver.
    pub fn changes_from(&self, before: &Self, name: &dyn Fn(PrincipalId) -> String) -> Vec<Change> {
        let values = |id: RuleId| (values(before.rule(id), name), values(self.rule(id), name));
        let of_rule =
            |id: RuleId| {
                let (before, after) = values(id);
                before.into_iter().zip(after).filter(|(b, a)| b != a).map(move |((property, b), (_, a))| {
                    Change { name: format!("{}.{property}", id.as_str()), before: Some(b), after: Some(a) }
                })
            };
        RuleId::ALL.into_iter().flat_map(of_rule).collect()
    }
}

/// Whether this names an authentication context of a directory.
fn is_context(claim: &str) -> bool {
    let number = claim.strip_prefix('c').filter(|digits| !digits.starts_with('0'));
    claim.is_empty()
        || number.and_then(|digits| digits.parse::<u8>().ok()).is_some_and(|n| (1..=99).contains(&n))
}

impl RuleId {
    /// Of a mail slot, its place among the nine.
    pub fn slot(self) -> Option<usize> {
        let slots = Self::ALL.into_iter().filter(|id| id.as_str().starts_with("Notification_"));
        slots.enumerate().find(|(_, id)| *id == self).map(|(at, _)| at)
    }

    /// The rule with this id on the wire; case does not matter.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.as_str().eq_ignore_ascii_case(word))
    }

    /// Whether it is a mail slot of approvers: only who may approve is asked to, so nobody can be added.
    pub fn is_closed(self) -> bool {
        self.as_str().starts_with("Notification_Approver_")
    }
}

fn check_expiration(id: RuleId, rule: ExpirationRule, say: &mut dyn FnMut(&str, String, &str)) {
    let activation = id == RuleId::ExpirationEndUserAssignment;
    if activation && !rule.is_expiration_required {
        say("isExpirationRequired", "an activation always ends".into(), "true");
    }
    let (least, most, allowed) = if activation {
        (LEAST_MAXIMUM, MOST_MAXIMUM, "30 minutes to 24 hours, in whole minutes")
    } else {
        (SHORTEST, MOST_ASSIGNMENT, "5 minutes to 365 days, in whole minutes")
    };
    let length = rule.maximum_duration;
    if length < least || length > most || !length.is_whole_minutes() {
        say("maximumDuration", format!("the maximum duration `{length}` is not allowed"), allowed);
    }
}

fn check_approval(rule: &ApprovalRule, say: &mut dyn FnMut(&str, String, &str)) {
    if rule.approvers.len() > MOST_NAMED {
        say("primaryApprovers", "these are too many approvers".into(), "at most 100; name a group instead");
    }
}

fn check_notification(id: RuleId, rule: &NotificationRule, say: &mut dyn FnMut(&str, String, &str)) {
    if id.is_closed() && !rule.recipients.is_empty() {
        let message = "only approvers are asked to approve".to_owned();
        say("notificationRecipients", message, "no further recipients in this slot");
    }
    if rule.recipients.len() > MOST_NAMED {
        say("notificationRecipients", "these are too many recipients".into(), "at most 100 addresses");
    }
    for address in rule.recipients.iter().filter(|address| !is_mail_address(address)) {
        let shown: String = address.chars().take(80).collect();
        let message = format!("`{shown}` is no mail address");
        say("notificationRecipients", message, "addresses such as `team@example.org`");
    }
}

/// Whether this can be the address of a mail: one `@` between a name and a host, without blanks or what separates
/// addresses.
pub fn is_mail_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let part = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    text.len() <= 254
        && !name.is_empty()
        && name.len() <= 64
        && name.chars().all(part)
        && host.split('.').all(label)
}

/// A rule's values by name.
fn values(rule: Rule<'_>, name: &dyn Fn(PrincipalId) -> String) -> Vec<(&'static str, String)> {
    match rule {
        Rule::Expiration(rule) => vec![
            ("isExpirationRequired", rule.is_expiration_required.to_string()),
            ("maximumDuration", rule.maximum_duration.to_string()),
        ],
        Rule::Enablement(rule) => vec![("enabledRules", rule.words().join(", "))],
        Rule::Approval(rule) => {
            let named = rule.approvers.iter().map(|approver| name(approver.id()));
            vec![
                ("isApprovalRequired", rule.is_approval_required.to_string()),
                ("isApproverJustificationRequired", rule.is_approver_justification_required.to_string()),
                ("primaryApprovers", named.collect::<Vec<_>>().join("; ")),
            ]
        }
        Rule::AuthenticationContext(rule) => vec![
            ("isEnabled", rule.is_enabled.to_string()),
            ("claimValue", rule.claim_value.clone().unwrap_or_default()),
        ],
        Rule::Notification(rule) => vec![
            ("notificationLevel", rule.level.as_str().to_owned()),
            ("isDefaultRecipientsEnabled", rule.is_default_recipients_enabled.to_string()),
            ("notificationRecipients", rule.recipients.join("; ")),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_goes_to_its_own_place_and_to_no_other() {
        for id in RuleId::ALL {
            let mut policy = Policy::default();
            let value = match policy.rule(id) {
                Rule::Expiration(rule) => RuleValue::Expiration(ExpirationRule {
                    is_expiration_required: !rule.is_expiration_required,
                    maximum_duration: Span::hours(3),
                }),
                Rule::Enablement(_) => {
                    RuleValue::Enablement(EnablementRule { ticketing: true, ..EnablementRule::default() })
                }
                Rule::Approval(_) => RuleValue::Approval(ApprovalRule {
                    is_approval_required: true,
                    ..ApprovalRule::default()
                }),
                Rule::AuthenticationContext(_) => {
                    RuleValue::AuthenticationContext(AuthenticationContextRule {
                        is_enabled: true,
                        claim_value: Some("c1".into()),
                    })
                }
                Rule::Notification(_) => RuleValue::Notification(NotificationRule {
                    is_default_recipients_enabled: false,
                    ..NotificationRule::default()
                }),
            };
            assert!(policy.set(id, value));
            let changes = policy.changes_from(&Policy::default(), &|id| id.to_string());
            assert!(!changes.is_empty(), "{id:?}");
            assert!(changes.iter().all(|change| change.name.starts_with(id.as_str())), "{changes:?}");
            assert_eq!(RuleId::parse(&id.as_str().to_lowercase()), Some(id));
        }
        let mail = RuleValue::Notification(NotificationRule::default());
        assert!(!Policy::default().set(RuleId::ExpirationAdminEligibility, mail));
    }

    #[test]
    fn the_defaults_may_stand_and_what_is_out_of_bounds_is_named() {
        Policy::default().check().unwrap();
        let never_ends =
            ExpirationRule { is_expiration_required: false, maximum_duration: Span::minutes(29) };
        let mut policy = Policy { expiration_end_user_assignment: never_ends, ..Policy::default() };
        policy.expiration_admin_eligibility.maximum_duration = Span::days(366);
        policy.notifications[0].recipients = vec!["nobody".into(), "a@b.example".into()];
        policy.notifications[8].recipients = vec!["a@b.example".into()];
        let refusal = policy.check().unwrap_err();
        let fields: Vec<_> = refusal.findings.iter().map(|finding| finding.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "Expiration_Admin_Eligibility.maximumDuration",
                "Notification_Admin_Admin_Eligibility.notificationRecipients",
                "Expiration_EndUser_Assignment.isExpirationRequired",
                "Expiration_EndUser_Assignment.maximumDuration",
                "Notification_Approver_EndUser_Assignment.notificationRecipients",
            ]
        );
        policy = Policy::default();
        for (claim, fine) in
            [("c1", true), ("c99", true), ("", true), ("c0", false), ("c100", false), ("C1", false)]
        {
            policy.authentication_context_end_user_assignment.claim_value = Some(claim.into());
            assert_eq!(policy.check().is_ok(), fine, "{claim}");
        }
        policy.authentication_context_end_user_assignment.is_enabled = true;
        assert_eq!(policy.check().unwrap_err().code, ErrorCode::NotSupported);
    }

    #[test]
    fn an_address_is_told_from_what_is_none() {
        for good in ["a@b", "ada.lovelace+pim@mail.example.org", "jürgen@müller.example"] {
            assert!(is_mail_address(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b;c@d", "a@b..c", "a@b\r\nBcc: c@d", "<a@b>"] {
            assert!(!is_mail_address(bad), "{bad}");
        }
    }
}
