//! Reads a rule from a body. What the body leaves out keeps its value; what is not enforced is refused.

use domain::{
    error_code::ErrorCode,
    policy::{
        ApprovalRule, Approver, AuthenticationContextRule, EnablementRule, ExpirationRule, NotificationLevel,
        NotificationRule, Policy, Rule, RuleId, RuleValue,
    },
};
use serde_json::{Map, Value};

use super::shape;
use crate::{error::ApiError, graph::body::is_annotation};

/// The properties of rules of every type.
pub const KNOWN: &[&str] = &[
    "@odata.type",
    "id",
    "target",
    "isExpirationRequired",
    "maximumDuration",
    "enabledRules",
    "setting",
    "isEnabled",
    "claimValue",
    "notificationType",
    "recipientType",
    "notificationLevel",
    "isDefaultRecipientsEnabled",
    "notificationRecipients",
];

/// The rule that a body means, on top of the rule as it is.
pub fn rule(body: &Value, id: RuleId, policy: &Policy) -> Result<RuleValue, ApiError> {
    let before = policy.rule(id);
    let body = Members::of(body, id)?;
    let type_name = body.text("@odata.type")?.unwrap_or_default();
    let type_name = type_name.trim_start_matches("#microsoft.graph.");
    let expected = shape::type_name(before);
    if type_name != expected {
        let message = format!("`@odata.type` does not fit the rule `{}`", id.as_str());
        return Err(body.error("@odata.type", message, &format!("#microsoft.graph.{expected}")));
    }
    if let Some(other) = body.text("id")?.filter(|other| !other.eq_ignore_ascii_case(id.as_str())) {
        let other: String = other.chars().take(80).collect();
        return Err(body.error("id", format!("the body is of the rule `{other}`"), id.as_str()));
    }
    same_target(&body, id)?;
    Ok(match before {
        Rule::Expiration(before) => RuleValue::Expiration(expiration(&body, *before)?),
        Rule::Enablement(before) => RuleValue::Enablement(enablement(&body, *before)?),
        Rule::Approval(before) => RuleValue::Approval(approval(&body, before.clone())?),
        Rule::AuthenticationContext(before) => {
            RuleValue::AuthenticationContext(context(&body, before.clone())?)
        }
        Rule::Notification(before) => RuleValue::Notification(notification(&body, id, before.clone())?),
    })
}

/// What a rule is for cannot be changed: what a body says of it is what it is.
fn same_target(body: &Members<'_>, id: RuleId) -> Result<(), ApiError> {
    let Some(target) = body.object("target")? else { return Ok(()) };
    let own = shape::target(id);
    for (name, value) in target.object {
        let known = own.get(name);
        let same = match (value, known) {
            // Nothing said; and nothing is targeted in particular.
            (Value::Null, _) => true,
            (Value::Array(list), None) => name == "targetObjects" && list.is_empty(),
            (value, Some(known)) => value.to_string().eq_ignore_ascii_case(&known.to_string()),
            _ => is_annotation(name),
        };
        if !same {
            let name: String = name.chars().take(80).collect();
            let allowed = known.map_or_else(|| "a target without it".to_owned(), Value::to_string);
            let message = format!("the target of the rule `{}` cannot be changed", id.as_str());
            return Err(body.error(&format!("target.{name}"), message, &allowed));
        }
    }
    Ok(())
}

fn expiration(body: &Members<'_>, before: ExpirationRule) -> Result<ExpirationRule, ApiError> {
    body.only_of_rule(&["isExpirationRequired", "maximumDuration"])?;
    let required = body.boolean("isExpirationRequired")?;
    let length = body.text("maximumDuration")?;
    if required == Some(true) && length.is_none() {
        let message = "maximumDuration is required when an expiration is".to_owned();
        return Err(body.error("maximumDuration", message, "a duration such as `PT8H`"));
    }
    let length = length.map(|text| {
        text.parse().map_err(|_| {
            let text: String = text.chars().take(60).collect();
            body.error("maximumDuration", format!("`{text}` is no duration"), "a duration such as `PT8H`")
        })
    });
    Ok(ExpirationRule {
        is_expiration_required: required.unwrap_or(before.is_expiration_required),
        maximum_duration: length.transpose()?.unwrap_or(before.maximum_duration),
    })
}

fn enablement(body: &Members<'_>, before: EnablementRule) -> Result<EnablementRule, ApiError> {
    body.only_of_rule(&["enabledRules"])?;
    let Some(words) = body.texts("enabledRules")? else { return Ok(before) };
    EnablementRule::of_words(words).map_err(|word| {
        let word: String = word.chars().take(60).collect();
        let allowed = "MultiFactorAuthentication, Justification, Ticketing";
        body.error("enabledRules", format!("`{word}` is not known"), allowed)
    })
}

fn context(
    body: &Members<'_>,
    before: AuthenticationContextRule,
) -> Result<AuthenticationContextRule, ApiError> {
    body.only_of_rule(&["isEnabled", "claimValue"])?;
    let claim = body.text("claimValue")?.filter(|claim| !claim.is_empty());
    let number = claim.and_then(|claim| claim.strip_prefix('c')).and_then(|n| n.parse::<u8>().ok());
    if claim.is_some() && !number.is_some_and(|n| (1..100).contains(&n)) {
        return Err(body.error("claimValue", "this is no authentication context".to_owned(), "c1 to c99"));
    }
    Ok(AuthenticationContextRule {
        is_enabled: body.boolean("isEnabled")?.unwrap_or(before.is_enabled),
        claim_value: if body.has("claimValue") { claim.map(str::to_owned) } else { before.claim_value },
    })
}

fn notification(
    body: &Members<'_>,
    id: RuleId,
    before: NotificationRule,
) -> Result<NotificationRule, ApiError> {
    body.only_of_rule(&[
        "notificationType",
        "recipientType",
        "notificationLevel",
        "isDefaultRecipientsEnabled",
        "notificationRecipients",
    ])?;
    body.fixed("notificationType", "Email")?;
    body.fixed("recipientType", shape::recipient_type(id))?;
    let level = body.text("notificationLevel")?.map(|word| {
        NotificationLevel::parse(word).ok_or_else(|| {
            let word: String = word.chars().take(60).collect();
            body.error("notificationLevel", format!("`{word}` is not known"), "None, Critical, All")
        })
    });
    let recipients = body.texts("notificationRecipients")?;
    Ok(NotificationRule {
        level: level.transpose()?.unwrap_or(before.level),
        is_default_recipients_enabled: body
            .boolean("isDefaultRecipientsEnabled")?
            .unwrap_or(before.is_default_recipients_enabled),
        recipients: recipients
            .map_or(before.recipients, |texts| texts.into_iter().map(str::to_owned).collect()),
    })
}

fn approval(body: &Members<'_>, before: ApprovalRule) -> Result<ApprovalRule, ApiError> {
    body.only_of_rule(&["setting"])?;
    let Some(setting) = body.object("setting")? else { return Ok(before) };
    setting.only(&[
        "isApprovalRequired",
        "isApprovalRequiredForExtension",
        "isRequestorJustificationRequired",
        "approvalMode",
        "approvalStages",
    ])?;
    setting.not_yet("isApprovalRequiredForExtension", false)?;
    setting.not_yet("isRequestorJustificationRequired", true)?;
    let mode = setting.text("approvalMode")?.unwrap_or("SingleStage");
    if !["singlestage", "noapproval"].contains(&mode.to_ascii_lowercase().as_str()) {
        return Err(setting.unsupported("approvalMode", "SingleStage"));
    }
    let mut rule = before;
    rule.is_approval_required = setting.boolean("isApprovalRequired")?.unwrap_or(rule.is_approval_required)
        && !mode.eq_ignore_ascii_case("NoApproval");
    let stages = setting.array("approvalStages")?;
    match stages.map(Vec::as_slice) {
        None | Some([]) => Ok(rule),
        Some([stage]) => one_stage(stage, rule, setting.id),
        Some(_) => Err(setting.unsupported("approvalStages", "one stage")),
    }
}

fn one_stage(stage: &Value, mut rule: ApprovalRule, id: RuleId) -> Result<ApprovalRule, ApiError> {
    let stage = Members::of(stage, id)?;
    stage.only(&[
        "approvalStageTimeOutInDays",
        "isApproverJustificationRequired",
        "escalationTimeInMinutes",
        "isEscalationEnabled",
        "primaryApprovers",
        "escalationApprovers",
    ])?;
    for (name, only) in [("approvalStageTimeOutInDays", 1), ("escalationTimeInMinutes", 0)] {
        if stage.get(name).is_some_and(|value| value.as_i64() != Some(only)) {
            return Err(stage.unsupported(name, &only.to_string()));
        }
    }
    stage.not_yet("isEscalationEnabled", false)?;
    if stage.array("escalationApprovers")?.is_some_and(|approvers| !approvers.is_empty()) {
        return Err(stage.unsupported("escalationApprovers", "an empty list"));
    }
    if let Some(required) = stage.boolean("isApproverJustificationRequired")? {
        rule.is_approver_justification_required = required;
    }
    if let Some(approvers) = stage.array("primaryApprovers")? {
        rule.approvers = approvers.iter().map(|value| approver(value, id)).collect::<Result<_, _>>()?;
    }
    Ok(rule)
}

fn approver(value: &Value, id: RuleId) -> Result<Approver, ApiError> {
    let body = Members::of(value, id)?;
    let allowed = "singleUser with a userId, or groupMembers with a groupId";
    let unknown = |message: &str| body.error("primaryApprovers", message.to_owned(), allowed);
    let kind = body.text("@odata.type")?.unwrap_or_default();
    let kind = kind.trim_start_matches("#microsoft.graph.");
    let key = match kind {
        "singleUser" => "userId",
        "groupMembers" => "groupId",
        _ => return Err(unknown("this kind of approver is not supported")),
    };
    body.only(&[key, "id", "description", "isBackup"])?;
    body.not_yet("isBackup", false)?;
    let (own, plain) = (body.text(key)?, body.text("id")?);
    if own.zip(plain).is_some_and(|(own, plain)| !own.eq_ignore_ascii_case(plain)) {
        return Err(unknown("an approver has two ids"));
    }
    let id = own.or(plain).and_then(|text| text.parse().ok());
    let id = id.ok_or_else(|| unknown("an approver has no id"))?;
    Ok(if key == "userId" { Approver::User { id } } else { Approver::Group { id } })
}

/// The members of an object, read with their types.
struct Members<'b> {
    object: &'b Map<String, Value>,
    /// The rule that they belong to, for errors.
    id: RuleId,
}

impl<'b> Members<'b> {
    fn of(value: &'b Value, id: RuleId) -> Result<Self, ApiError> {
        let wrong = || {
            let message = format!("a part of the rule `{}` is no object", id.as_str());
            ApiError::new(ErrorCode::InvalidPolicyRule, message).at(id.as_str(), "a JSON object")
        };
        value.as_object().map(|object| Self { object, id }).ok_or_else(wrong)
    }

    fn error(&self, name: &str, message: String, allowed: &str) -> ApiError {
        let field = format!("{}.{name}", self.id.as_str());
        ApiError::new(ErrorCode::InvalidPolicyRule, message).at(&field, allowed)
    }

    fn unsupported(&self, name: &str, allowed: &str) -> ApiError {
        let field = format!("{}.{name}", self.id.as_str());
        let message = format!("this value of {name} is not supported yet");
        ApiError::new(ErrorCode::NotSupported, message).at(&field, allowed)
    }

    /// Refuses members that are none of these, nor those of every rule.
    fn only_of_rule(&self, known: &[&str]) -> Result<(), ApiError> {
        self.only(&[known, &["id", "target"]].concat())
    }

    /// Refuses members that are none of these.
    fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        match self.object.keys().find(|name| !is_annotation(name) && !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(80).collect();
                Err(self.error(&name, format!("`{name}` does not belong to this rule"), &known.join(", ")))
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    fn get(&self, name: &str) -> Option<&'b Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn typed<T>(
        &self,
        name: &str,
        read: impl Fn(&'b Value) -> Option<T>,
        allowed: &str,
    ) -> Result<Option<T>, ApiError> {
        let wrong = || self.error(name, format!("{name} is of another type"), allowed);
        self.get(name).map(|value| read(value).ok_or_else(wrong)).transpose()
    }

    fn text(&self, name: &str) -> Result<Option<&'b str>, ApiError> {
        self.typed(name, Value::as_str, "a text")
    }

    fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.typed(name, Value::as_bool, "true or false")
    }

    fn array(&self, name: &str) -> Result<Option<&'b Vec<Value>>, ApiError> {
        self.typed(name, Value::as_array, "a list")
    }

    fn object(&self, name: &str) -> Result<Option<Self>, ApiError> {
        self.get(name).map(|value| Self::of(value, self.id)).transpose()
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<&'b str>>, ApiError> {
        let Some(values) = self.array(name)? else { return Ok(None) };
        let texts: Option<Vec<_>> = values.iter().map(Value::as_str).collect();
        let wrong = || self.error(name, format!("{name} is of another type"), "a list of texts");
        texts.map(Some).ok_or_else(wrong)
    }

    /// A member that has one value only.
    fn fixed(&self, name: &str, only: &str) -> Result<(), ApiError> {
        match self.text(name)? {
            Some(word) if !word.eq_ignore_ascii_case(only) => {
                Err(self.error(name, format!("{name} cannot be changed"), only))
            }
            _ => Ok(()),
        }
    }

    /// A member whose other value is not enforced yet.
    fn not_yet(&self, name: &str, only: bool) -> Result<(), ApiError> {
        match self.boolean(name)? {
            Some(value) if value != only => Err(self.unsupported(name, &only.to_string())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use domain::{ids::PrincipalId, time::Span};
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    /// A policy with any values, the defaults nowhere.
    fn any_policy() -> impl Strategy<Value = Policy> {
        let expiration = (any::<bool>(), 1..600_000_i64).prop_map(|(is_expiration_required, minutes)| {
            ExpirationRule { is_expiration_required, maximum_duration: Span::minutes(minutes) }
        });
        let enablement = any::<[bool; 3]>().prop_map(|[mfa, justification, ticketing]| EnablementRule {
            multi_factor_authentication: mfa,
            justification,
            ticketing,
        });
        let approver = (any::<bool>(), any::<u128>()).prop_map(|(group, id)| {
            let id = PrincipalId(Uuid::from_u128(id));
            if group { Approver::Group { id } } else { Approver::User { id } }
        });
        let approval = (any::<[bool; 2]>(), prop::collection::vec(approver, 0..4)).prop_map(
            |([is_approval_required, is_approver_justification_required], approvers)| ApprovalRule {
                is_approval_required,
                is_approver_justification_required,
                approvers,
            },
        );
        let context = (any::<bool>(), prop::option::of(1..100_u8)).prop_map(|(is_enabled, claim)| {
            AuthenticationContextRule { is_enabled, claim_value: claim.map(|claim| format!("c{claim}")) }
        });
        let level = prop::sample::select(vec![
            NotificationLevel::None,
            NotificationLevel::Critical,
            NotificationLevel::All,
        ]);
        let address = "[a-zé.]{1,9}@[a-z]{1,9}";
        let notification = (level, any::<bool>(), prop::collection::vec(address, 0..3)).prop_map(
            |(level, is_default_recipients_enabled, recipients)| NotificationRule {
                level,
                is_default_recipients_enabled,
                recipients,
            },
        );
        let rules = (
            prop::array::uniform3(expiration),
            prop::array::uniform3(enablement),
            approval,
            context,
            prop::array::uniform9(notification),
        );
        rules.prop_map(|([e0, e1, e2], [n0, n1, n2], approval, context, notifications)| Policy {
            expiration_admin_eligibility: e0,
            expiration_admin_assignment: e1,
            expiration_end_user_assignment: e2,
            enablement_admin_eligibility: n0,
            enablement_admin_assignment: n1,
            enablement_end_user_assignment: n2,
            approval_end_user_assignment: approval,
            authentication_context_end_user_assignment: context,
            notifications,
        })
    }

    proptest! {
        #[test]
        fn every_policy_survives_the_wire_whatever_it_replaces(
            policy in any_policy(),
            before in any_policy(),
        ) {
            let mut after = before.clone();
            for id in RuleId::ALL {
                // As a client gets it, and sends it back.
                let text = shape::written(policy.rule(id), id, &HashMap::new()).to_string();
                let body: Value = serde_json::from_str(&text).expect("it is JSON");
                let value = rule(&body, id, &before).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
                prop_assert!(after.set(id, value), "{}", id.as_str());
            }
            prop_assert_eq!(after, policy);
        }
    }

    #[test]
    fn what_is_left_out_stays_and_what_does_not_belong_is_refused() {
        let policy = Policy::default();
        let read = |id, body: Value| rule(&body, id, &policy).map_err(|error| error.code());
        let kind = |name: &str| format!("#microsoft.graph.unifiedRoleManagementPolicy{name}Rule");
        let id = RuleId::ExpirationEndUserAssignment;
        let body = json!({"@odata.type": kind("Expiration"), "maximumDuration": "PT2H"});
        let wanted = ExpirationRule { is_expiration_required: true, maximum_duration: Span::hours(2) };
        assert_eq!(read(id, body.clone()), Ok(RuleValue::Expiration(wanted)));
        let mut body = body;
        body["target"] = json!({
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyRuleTarget", "caller": "EndUser",
            "operations": ["All"], "level": "Assignment", "inheritableSettings": [], "enforcedSettings": [],
            "targetObjects": [],
        });
        assert_eq!(read(id, body), Ok(RuleValue::Expiration(wanted)));
        for body in [
            json!({"maximumDuration": "PT2H"}),
            json!({"@odata.type": kind("Enablement"), "maximumDuration": "PT2H"}),
            json!({"@odata.type": kind("Expiration"), "maximumDuration": 8}),
            json!({"@odata.type": kind("Expiration"), "isExpirationRequired": true}),
            json!({"@odata.type": kind("Expiration"), "enabledRules": []}),
            json!({"@odata.type": kind("Expiration"), "id": "Other"}),
            json!({"@odata.type": kind("Expiration"), "target": {"caller": "Admin"}}),
            json!({"@odata.type": kind("Expiration"), "target": {"operations": ["assign"]}}),
            json!({"@odata.type": kind("Expiration"), "target": {"enforcedSettings": ["all"]}}),
            json!({"@odata.type": kind("Expiration"), "target@odata.bind": "x"}),
            json!([]),
        ] {
            assert_eq!(read(id, body.clone()), Err(ErrorCode::InvalidPolicyRule), "{body}");
        }
        let approver = |change: Value| {
            let mut approver =
                json!({"@odata.type": "#microsoft.graph.singleUser", "userId": Uuid::from_u128(1)});
            for (name, value) in change.as_object().unwrap() {
                approver[name] = value.clone();
            }
            let stage = json!({"@odata.type": "x", "primaryApprovers": [approver]});
            let setting = json!({"approvalStages@odata.context": "x", "approvalStages": [stage]});
            read(
                RuleId::ApprovalEndUserAssignment,
                json!({"@odata.type": kind("Approval"), "setting": setting}),
            )
        };
        for change in [
            json!({}),
            json!({"isBackup": false, "description": "Ada"}),
            json!({"userId": null, "id": Uuid::from_u128(1)}),
            json!({"id": Uuid::from_u128(1)}),
        ] {
            assert!(approver(change.clone()).is_ok(), "{change}");
        }
        assert_eq!(approver(json!({"isBackup": true})), Err(ErrorCode::NotSupported));
        for change in [
            json!({"nonsense": 5}),
            json!({"target": {}}),
            json!({"groupId": Uuid::from_u128(1)}),
            json!({"id": Uuid::from_u128(2)}),
            json!({"manager@odata.bind": "x"}),
        ] {
            assert_eq!(approver(change.clone()), Err(ErrorCode::InvalidPolicyRule), "{change}");
        }
        let stage =
            |change: Value| json!({"@odata.type": kind("Approval"), "setting": {"approvalStages": [change]}});
        for body in [
            stage(json!({"isEscalationEnabled": true})),
            stage(json!({"approvalStageTimeOutInDays": 2})),
            json!({"@odata.type": kind("Approval"), "setting": {"approvalMode": "Serial"}}),
            json!({"@odata.type": kind("Approval"), "setting": {"isApprovalRequiredForExtension": true}}),
        ] {
            let refused = read(RuleId::ApprovalEndUserAssignment, body.clone());
            assert_eq!(refused, Err(ErrorCode::NotSupported), "{body}");
        }
    }
}
