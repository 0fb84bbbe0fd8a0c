//! The rules by example: every file in this folder holds cases, each a sentence with facts, an ask and what follows.
//! `README.md` says how they are written.

mod answer;
mod case;
mod given;
mod reviews;
mod words;

use std::{collections::BTreeSet, path::Path};

use case::{Then, finding_words, read};
use domain::{
    decide::{Decision, Effect, decide},
    ids::ScheduleId,
    policy::RuleId,
};
use given::{ask, facts};
use words::{NEW, window_words};

/// The effects in the words of a case.
fn effects(effects: &[Effect]) -> Vec<String> {
    let name = |of: ScheduleId| {
        let bytes = of.0.into_bytes();
        String::from_utf8_lossy(&bytes).trim_start_matches('\0').to_owned()
    };
    let say = |effect: &Effect| match effect {
        Effect::Create(s) => {
            let from = s.activated_from.map_or(String::new(), |from| format!(" from {}", name(from)));
            format!("create {} {}{from}", s.kind.as_str(), window_words(s.window))
        }
        Effect::Reschedule { id, window } => format!("move {} {}", name(*id), window_words(*window)),
        Effect::End { id, reason } => format!("end {} {}", name(*id), reason.as_str()),
    };
    effects.iter().map(say).collect()
}

/// What the decision says, in the words of a case.
fn said(decision: &Decision, then: &Then) -> Then {
    let trace = decision.trace.iter().map(|s| format!("{} {}", s.rule, if s.passed { "yes" } else { "no" }));
    let mut said = Then {
        status: None,
        does: Vec::new(),
        refused: None,
        findings: None,
        trace: then.trace.as_ref().map(|_| trace.collect()),
    };
    match &decision.verdict {
        Ok(grant) => {
            said.status = Some(grant.status.as_str().into());
            said.does = effects(&grant.effects);
        }
        Err(refusal) => {
            said.refused = Some(refusal.code.as_str().into());
            said.findings =
                then.findings.as_ref().map(|_| refusal.findings.iter().map(finding_words).collect());
        }
    }
    said
}

#[test]
fn every_case_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut count, mut wrong, mut rules) = (0, Vec::new(), BTreeSet::new());
    for (name, cases) in read(&folder) {
        for case in cases {
            count += 1;
            rules.extend(case.rule);
            let decision = decide(&ask(&case.ask, &case.given), &facts(&case.given, case.ask.action), NEW);
            let (said, written) = (said(&decision, &case.then).words(), case.then.words());
            if said != written {
                wrong.push(format!("{} in {name}\nis\n{said}\nnot\n{written}", case.that));
            }
        }
    }
    assert!(count >= 200, "only {count} cases were found");
    // Whom the mail slots tell is in `tests/notices/cases.json`, which asks for each of them as well.
    let all = RuleId::ALL.into_iter().map(|id| id.as_str().to_owned());
    let all: BTreeSet<_> = all.filter(|id| !id.starts_with("Notification_")).collect();
    assert_eq!(rules, all, "each rule of a policy has cases");
    assert!(wrong.is_empty(), "{} of {count} cases differ\n\n{}", wrong.len(), wrong.join("\n\n"));
}
