//! Which settings of a role are refused, and with which words: `cases.json`. A case begins with the defaults, puts what
//! `set` says in the place of the values with these names, rule by rule, and is then checked as the server does it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::PrincipalId,
    policy::{Approver, Policy, Rule, RuleId, RuleValue},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    that: String,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// As many approvers, or recipients of a slot, by the id of the rule.
    #[serde(default)]
    many: BTreeMap<String, u32>,
    /// The code; none where the policy may stand.
    refused: Option<String>,
    /// `field: message [allowed]`, each.
    #[serde(default)]
    says: Vec<String>,
}

/// A rule with some of its values replaced.
fn with<T: Serialize + DeserializeOwned>(rule: &T, change: &Value) -> T {
    let mut value = serde_json::to_value(rule).unwrap();
    for (name, new) in change.as_object().expect("an object of values") {
        let old = value.get_mut(name).unwrap_or_else(|| panic!("the rule has no `{name}`"));
        old.clone_from(new);
    }
    serde_json::from_value(value).unwrap()
}

fn changed(rule: Rule<'_>, change: &Value) -> RuleValue {
    match rule {
        Rule::Expiration(rule) => RuleValue::Expiration(with(rule, change)),
        Rule::Enablement(rule) => RuleValue::Enablement(with(rule, change)),
        Rule::Approval(rule) => RuleValue::Approval(with(rule, change)),
        Rule::AuthenticationContext(rule) => RuleValue::AuthenticationContext(with(rule, change)),
        Rule::Notification(rule) => RuleValue::Notification(with(rule, change)),
    }
}

/// So many approvers or recipients, all different.
fn many(rule: Rule<'_>, count: u32) -> Value {
    match rule {
        Rule::Approval(_) => {
            let id = |n| format!("00000000-0000-0000-0000-{n:012}");
            json!({ "approvers": (0..count).map(|n| json!({"kind": "user", "id": id(n)})).collect::<Vec<_>>() })
        }
        _ => json!({ "recipients": (0..count).map(|n| format!("n{n}@example.org")).collect::<Vec<_>>() }),
    }
}

fn policy(case: &Case) -> Policy {
    let mut policy = Policy::default();
    let parse = |id: &str| RuleId::parse(id).unwrap_or_else(|| panic!("no rule `{id}`"));
    for (id, change) in &case.set {
        let value = changed(policy.rule(parse(id)), change);
        assert!(policy.set(parse(id), value));
    }
    for (id, count) in &case.many {
        let rule = policy.rule(parse(id));
        let value = changed(rule, &many(rule, *count));
        assert!(policy.set(parse(id), value));
    }
    policy.tidy();
    policy
}

#[test]
fn what_is_said_twice_counts_once() {
    let mut policy = Policy::default();
    let somebody = Approver::User { id: PrincipalId(uuid::Uuid::from_u128(1)) };
    policy.approval_end_user_assignment.approvers = vec![somebody.clone(); 150];
    policy.notifications[0].recipients = vec!["a@example.org".to_owned(); 60];
    policy.notifications[0].recipients.extend(vec!["A@Example.org ".to_owned(); 60]);
    policy.tidy();
    policy.check().unwrap();
    assert_eq!(policy.approval_end_user_assignment.approvers, [somebody]);
    assert_eq!(policy.notifications[0].recipients, ["a@example.org"]);
}

#[test]
fn every_policy_is_refused_or_stands_as_written() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let (mut named, mut wrong) = (BTreeSet::new(), Vec::new());
    for case in &cases {
        named.extend(case.set.keys().chain(case.many.keys()).cloned());
        let (refused, says) = match policy(case).check() {
            Ok(()) => (None, Vec::new()),
            Err(refusal) => {
                let say =
                    refusal.findings.iter().map(|f| format!("{}: {} [{}]", f.field, f.message, f.allowed));
                (Some(refusal.code.as_str().to_owned()), say.collect())
            }
        };
        if (&refused, &says) != (&case.refused, &case.says) {
            wrong.push(format!("{}\nis {refused:?} {says:#?}", case.that));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ\n\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
    let all: BTreeSet<_> = RuleId::ALL.into_iter().map(|id| id.as_str().to_owned()).collect();
    assert_eq!(named, all, "each rule of a policy has cases");
}
