//! One rule of a policy, and its name on the wire.

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::{ids::PrincipalId, time::Span};

/// How long something may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationRule {
    /// Whether an end is required; without it permanent is allowed.
    pub is_expiration_required: bool,
    /// The longest length; it counts only where an end is required.
    pub maximum_duration: Span,
}

/// What must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnablementRule {
    /// A second factor in the session.
    pub multi_factor_authentication: bool,
    /// A reason.
    pub justification: bool,
    /// A ticket number and system.
    pub ticketing: bool,
}

impl EnablementRule {
    /// What must be given, in the words of the wire.
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            (self.multi_factor_authentication, "MultiFactorAuthentication"),
            (self.justification, "Justification"),
            (self.ticketing, "Ticketing"),
        ];
        all.into_iter().filter(|(needed, _)| *needed).map(|(_, word)| word).collect()
    }

    /// The rule that asks for what these words say; the word that is none of them otherwise.
    ///
    /// # Errors
    ///
    /// The first word that is not known.
    pub fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, &'w str> {
        let mut rule = Self::default();
        for word in words {
            match word {
                "MultiFactorAuthentication" => rule.multi_factor_authentication = true,
                "Justification" => rule.justification = true,
                "Ticketing" => rule.ticketing = true,
                other => return Err(other),
            }
        }
        Ok(rule)
    }
}

/// Who must say yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalRule {
    /// Whether an approval is needed at all.
    pub is_approval_required: bool,
    /// Whether an approver must say why.
    pub is_approver_justification_required: bool,
    /// Those who may give it; none means the active holders of the guarded roles.
    pub approvers: Vec<Approver>,
}

impl Default for ApprovalRule {
    fn default() -> Self {
        Self { is_approval_required: false, is_approver_justification_required: true, approvers: Vec::new() }
    }
}

/// Somebody who may approve. A member that is not known is refused here: behind a tag, whoever reads a body does not see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum Approver {
    /// One person.
    User {
        /// Who.
        id: PrincipalId,
    },
    /// The members of a group, as they are when the decision is made.
    Group {
        /// Which.
        id: PrincipalId,
    },
}

impl Approver {
    /// The person or the group.
    pub const fn id(&self) -> PrincipalId {
        match self {
            Self::User { id } | Self::Group { id } => *id,
        }
    }
}

/// A step-up that the identity provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationContextRule {
    /// Whether it is asked.
    pub is_enabled: bool,
    /// `c1` to `c99`.
    pub claim_value: Option<String>,
}

/// Which mails of a slot go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum NotificationLevel {
    /// None.
    None,
    /// Those that need somebody to act.
    Critical,
    /// All.
    #[default]
    All,
}

impl NotificationLevel {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Critical => "Critical",
            Self::All => "All",
        }
    }

    /// The level behind a word; case does not matter.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Critical, Self::All]
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(word))
    }
}

/// One mail slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRule {
    /// All, critical only, none.
    pub level: NotificationLevel,
    /// Whether the slot's own recipients get it.
    pub is_default_recipients_enabled: bool,
    /// Further addresses.
    pub recipients: Vec<String>,
}

impl Default for NotificationRule {
    fn default() -> Self {
        Self { level: NotificationLevel::All, is_default_recipients_enabled: true, recipients: Vec::new() }
    }
}

/// A rule by reference, whatever its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'a> {
    /// How long.
    Expiration(&'a ExpirationRule),
    /// What must be given.
    Enablement(&'a EnablementRule),
    /// Who must approve.
    Approval(&'a ApprovalRule),
    /// Which authentication context.
    AuthenticationContext(&'a AuthenticationContextRule),
    /// One mail slot.
    Notification(&'a NotificationRule),
}

macro_rules! rule_ids {
    ($($name:ident = $id:literal, $policy:ident => $rule:expr;)*) => {
        /// The 17 rules, in the order of the service (`reference/graph-pim-contract.md` 7.5).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is the rule's own name on the wire")]
        pub enum RuleId { $($name,)* }

        impl RuleId {
            /// All of them, in order.
            pub const ALL: [Self; 17] = [$(Self::$name,)*];

            /// The id on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }
        }

        impl Policy {
            /// The rule with this id.
            pub fn rule(&self, id: RuleId) -> Rule<'_> {
                match id { $(RuleId::$name => { let $policy = self; $rule })* }
            }
        }
    };
}

rule_ids! {
    ExpirationAdminEligibility = "Expiration_Admin_Eligibility", p => Rule::Expiration(&p.expiration_admin_eligibility);
    EnablementAdminEligibility = "Enablement_Admin_Eligibility", p => Rule::Enablement(&p.enablement_admin_eligibility);
    NotificationAdminAdminEligibility = "Notification_Admin_Admin_Eligibility", p => Rule::Notification(&p.notifications[0]);
    NotificationRequestorAdminEligibility = "Notification_Requestor_Admin_Eligibility", p => Rule::Notification(&p.notifications[1]);
    NotificationApproverAdminEligibility = "Notification_Approver_Admin_Eligibility", p => Rule::Notification(&p.notifications[2]);
    ExpirationAdminAssignment = "Expiration_Admin_Assignment", p => Rule::Expiration(&p.expiration_admin_assignment);
    EnablementAdminAssignment = "Enablement_Admin_Assignment", p => Rule::Enablement(&p.enablement_admin_assignment);
    NotificationAdminAdminAssignment = "Notification_Admin_Admin_Assignment", p => Rule::Notification(&p.notifications[3]);
    NotificationRequestorAdminAssignment = "Notification_Requestor_Admin_Assignment", p => Rule::Notification(&p.notifications[4]);
    NotificationApproverAdminAssignment = "Notification_Approver_Admin_Assignment", p => Rule::Notification(&p.notifications[5]);
    ExpirationEndUserAssignment = "Expiration_EndUser_Assignment", p => Rule::Expiration(&p.expiration_end_user_assignment);
    EnablementEndUserAssignment = "Enablement_EndUser_Assignment", p => Rule::Enablement(&p.enablement_end_user_assignment);
    ApprovalEndUserAssignment = "Approval_EndUser_Assignment", p => Rule::Approval(&p.approval_end_user_assignment);
    AuthenticationContextEndUserAssignment = "AuthenticationContext_EndUser_Assignment", p => Rule::AuthenticationContext(&p.authentication_context_end_user_assignment);
    NotificationAdminEndUserAssignment = "Notification_Admin_EndUser_Assignment", p => Rule::Notification(&p.notifications[6]);
    NotificationRequestorEndUserAssignment = "Notification_Requestor_EndUser_Assignment", p => Rule::Notification(&p.notifications[7]);
    NotificationApproverEndUserAssignment = "Notification_Approver_EndUser_Assignment", p => Rule::Notification(&p.notifications[8]);
}
