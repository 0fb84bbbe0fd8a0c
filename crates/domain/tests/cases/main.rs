//! The rules by example: every file in this folder holds cases, each a sentence with facts, an ask and what follows.
//! `README.md` says how they are written.

mod given;
mod reviews;
mod words;

use std::{collections::BTreeSet, fs, path::Path};

use domain::{
    decide::{Decision, Effect, decide},
    ids::ScheduleId,
    policy::RuleId,
};
use given::{Asked, Given, ask, facts};
use serde::Deserialize;
use words::{NEW, window_words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What the file is about, for its reader.
    #[expect(dead_code, reason = "read by people")]
    about: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The rule of the policy that it is about, where it is about one: its id on the wire.
    rule: Option<String>,
    /// What holds, as a sentence.
    that: String,
    #[serde(default)]
    given: Given,
    ask: Asked,
    then: Then,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Then {
    /// The status of a granted request.
    status: Option<String>,
    /// What it does: `create active now..+8h from E1`, `move A1 -1h..+2h`, `end E1 removed`.
    #[serde(default)]
    does: Vec<String>,
    /// The code of a refusal.
    refused: Option<String>,
    /// Each finding as `Rule field: allowed`, or `field: allowed` where no policy rule speaks.
    findings: Option<Vec<String>>,
    /// The rules that were asked, `Rule yes` or `Rule no`.
    trace: Option<Vec<String>>,
}

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
            let say = |f: &domain::decide::Finding| {
                let rule = f.rule.map_or(String::new(), |rule| format!("{} ", rule.as_str()));
                format!("{rule}{}: {}", f.field, f.allowed)
            };
            said.findings = then.findings.as_ref().map(|_| refusal.findings.iter().map(say).collect());
        }
    }
    said
}

impl Then {
    fn words(&self) -> String {
        format!(
            "  status {:?}\n  does {:?}\n  refused {:?}\n  findings {:?}\n  trace {:?}",
            self.status, self.does, self.refused, self.findings, self.trace
        )
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let (mut count, mut wrong, mut rules) = (0, Vec::new(), BTreeSet::new());
    for path in files {
        let file: File = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in file.cases {
            count += 1;
            rules.extend(case.rule);
            let decision = decide(&ask(&case.ask, &case.given), &facts(&case.given, case.ask.action), NEW);
            let (said, written) = (said(&decision, &case.then).words(), case.then.words());
            if said != written {
                wrong.push(format!("{} in {}\nis\n{said}\nnot\n{written}", case.that, path.display()));
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
