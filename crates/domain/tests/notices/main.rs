//! Who is told of what: `cases.json` by example, and the laws that hold whatever the policy says.

use std::collections::HashSet;

use domain::{
    ids::PrincipalId,
    notice::{Audience, Candidates, MOST, Notice, Occasion, Recipient, Slot, letters},
    policy::{NotificationLevel, NotificationRule, Policy, Rule, RuleId},
};
use proptest::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    that: String,
    notice: String,
    /// `eligibility`, `assignment` or `activation`.
    on: String,
    by: Option<String>,
    #[serde(default)]
    slots: Vec<SlotRule>,
    /// `Audience name`, in order; or how many there are of each.
    told: Vec<String>,
    /// So many more administrators than usual.
    #[serde(default)]
    more_admins: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SlotRule {
    id: String,
    #[serde(flatten)]
    rule: NotificationRule,
}

fn person(name: &str) -> Recipient {
    let mut bytes = [0; 16];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Recipient { principal: Some(PrincipalId(Uuid::from_bytes(bytes))), address: format!("{name}@x.example") }
}

fn occasion(word: &str) -> Occasion {
    match word {
        "eligibility" => Occasion::Eligibility,
        "assignment" => Occasion::Assignment,
        "activation" => Occasion::Activation,
        other => panic!("no occasion `{other}`"),
    }
}

/// What a case says is told, in its own words.
fn told(case: &Case) -> Vec<String> {
    let mut policy = Policy::default();
    for SlotRule { id, rule } in &case.slots {
        let slot = Slot::parse(id).unwrap_or_else(|| panic!("no slot `{id}`"));
        let places: Vec<_> = Slot::parse(id).into_iter().map(Slot::rule_id).collect();
        let index = (0..9)
            .find(|index| {
                let mut probe = Policy::default();
                probe.notifications[*index].recipients.push("probe".into());
                matches!(probe.rule(places[0]), Rule::Notification(rule) if !rule.recipients.is_empty())
            })
            .unwrap_or_else(|| panic!("{slot:?} has no place"));
        policy.notifications[index] = rule.clone();
    }
    let more = (0..case.more_admins).map(|n| person(&format!("extra{n}")));
    let candidates = Candidates {
        actor: case.by.as_deref().map(person),
        admins: [person("alex"), person("anna")].into_iter().chain(more).collect(),
        requestors: vec![person("john")],
        approvers: vec![person("anna"), person("ben")],
    };
    let notice = Notice::parse(&case.notice).unwrap_or_else(|| panic!("no notice `{}`", case.notice));
    let letters = letters(notice, occasion(&case.on), &policy.notifications, &candidates);
    letters
        .iter()
        .map(|letter| {
            let name = letter.recipient.address.trim_end_matches("@x.example");
            format!("{:?} {name}", letter.slot.audience)
        })
        .collect()
}

#[test]
fn every_case_comes_out_as_written() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).unwrap();
    assert!(cases.len() >= 20);
    for id in RuleId::ALL.into_iter().filter(|id| id.slot().is_some()) {
        let named = |case: &&Case| case.slots.iter().any(|slot| slot.id == id.as_str());
        assert!(cases.iter().any(|case| named(&case)), "{} has no case", id.as_str());
    }
    for case in cases {
        let mut told = told(&case);
        if case.more_admins > 0 {
            told = vec![told.len().to_string()];
        }
        assert_eq!(told, case.told, "{}", case.that);
    }
}

#[test]
fn every_slot_has_one_rule_and_every_notice_its_word() {
    let slots = Policy::default();
    let ids: Vec<_> =
        RuleId::ALL.into_iter().filter(|id| matches!(slots.rule(*id), Rule::Notification(_))).collect();
    for id in ids {
        assert_eq!(Slot::parse(id.as_str()).map(Slot::rule_id), Some(id));
    }
    for notice in Notice::ALL {
        assert_eq!(Notice::parse(notice.as_str()), Some(*notice));
    }
}

fn rule() -> impl Strategy<Value = NotificationRule> {
    let level = prop_oneof![
        Just(NotificationLevel::None),
        Just(NotificationLevel::Critical),
        Just(NotificationLevel::All)
    ];
    let added = proptest::collection::vec(prop_oneof![Just("P1@x.example "), Just("new@x.example")], 0..3);
    (level, any::<bool>(), added).prop_map(|(level, is_default_recipients_enabled, added)| NotificationRule {
        level,
        is_default_recipients_enabled,
        recipients: added.into_iter().map(ToOwned::to_owned).collect(),
    })
}

fn people() -> impl Strategy<Value = Vec<Recipient>> {
    proptest::collection::vec((0..1_500_u32).prop_map(|n| person(&format!("p{}", n % 40))), 0..60)
}

proptest! {
    #[test]
    fn nobody_is_told_twice_of_his_own_deed_or_against_the_policy(
        rules in proptest::collection::vec(rule(), 9),
        actor in proptest::option::of((0..40_u32).prop_map(|n| person(&format!("p{n}")))),
        (admins, requestors, approvers) in (people(), people(), people()),
        notice in 0..Notice::ALL.len(),
        occasion in prop_oneof![
            Just(Occasion::Eligibility), Just(Occasion::Assignment), Just(Occasion::Activation)
        ],
    ) {
        let notice = Notice::ALL[notice];
        let rules: [NotificationRule; 9] = rules.try_into().unwrap();
        let candidates = Candidates { actor: actor.clone(), admins, requestors, approvers };
        let letters = letters(notice, occasion, &rules, &candidates);
        let mut seen = HashSet::new();
        for letter in &letters {
            prop_assert!(seen.insert(letter.recipient.address.to_lowercase()), "twice: {letter:?}");
            prop_assert!(notice.audiences().contains(&letter.slot.audience));
            prop_assert_eq!(letter.slot.occasion, occasion);
            let own = actor.as_ref().is_some_and(|actor| {
                actor.address.eq_ignore_ascii_case(&letter.recipient.address)
            });
            prop_assert!(!own || letter.slot.audience == Audience::Requestor, "own deed: {letter:?}");
            let policy = Policy { notifications: rules.clone(), ..Policy::default() };
            let Rule::Notification(rule) = policy.rule(letter.slot.rule_id()) else { unreachable!() };
            prop_assert!(rule.level != NotificationLevel::None);
            prop_assert!(rule.level == NotificationLevel::All || notice == Notice::ApprovalAsked);
            if letter.recipient.principal.is_some() {
                prop_assert!(rule.is_default_recipients_enabled);
            } else {
                prop_assert!(rule.recipients.iter().any(|text| text.trim() == letter.recipient.address));
            }
        }
        prop_assert!(letters.len() <= MOST);
    }
}

#[test]
fn subjects_begin_with_pim_and_stay_on_one_line() {
    for notice in Notice::ALL {
        let subject = notice.subject("Eve\r\nBcc: all@x.example", "Teams\u{85}\tAdministrator", true);
        assert!(subject.starts_with("PIM: ") && !subject.contains(char::is_control), "{subject}");
    }
    let turned = Notice::Approved.subject("Eve \u{202e}nimdA xelA\u{202c}", "\u{2066}Reader\u{2069}", false);
    assert_eq!(turned, "PIM: The request from Eve nimdA xelA to activate the Reader role was approved");
    assert_eq!(
        Notice::ApprovalAsked.subject("John Doe", "Teams Administrator", false),
        "PIM: Review John Doe's request to activate the Teams Administrator role"
    );
}
