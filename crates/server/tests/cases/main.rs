//! The rules by example, played against the server: each case of the domain is asked over HTTP, with its facts in a
//! database, and comes out as it is written there.

#[path = "../../../domain/tests/cases/case.rs"]
mod case;
#[path = "../../../domain/tests/cases/given.rs"]
#[expect(dead_code, reason = "the facts are loaded from the database here, not made up")]
mod given;
#[path = "../../../domain/tests/cases/words.rs"]
mod words;
mod world;

use std::{collections::BTreeSet, path::Path};

use case::{Case, Then, read};
use domain::decide::Finding;
use serde_json::Value;
use world::{Answer, World};

/// What only the domain can be told: the facts of guarded roles count the whole directory, who cannot sign in asks
/// nothing over HTTP, and an administrator without a second factor is sent back before any rule is asked.
fn can_be_asked(case: &Case) -> bool {
    let own = case.ask.action.is_own() && case.given.caller.is_none();
    let signs_in = if own { case.given.principal == "ada" } else { case.given.second_factor };
    let behind_it = |line: &String| {
        let from = line.split_once(" from ").and_then(|(_, rest)| rest.split(' ').next());
        from.is_none_or(|from| case.given.has.iter().any(|other| other.starts_with(&format!("{from} "))))
    };
    let is_guarded = domain::role::is_guarded(given::role_id(&case.given.role));
    signs_in && !is_guarded && case.given.other_guardians == 0 && case.given.has.iter().all(behind_it)
}

/// What came of it, in the words of the case.
async fn said(world: &World, case: &Case, answer: &Answer) -> Then {
    let mut said = Then { status: None, does: Vec::new(), refused: None, findings: None, trace: None };
    if answer.status == 201 {
        said.status = answer.body["status"].as_str().map(ToOwned::to_owned);
        for effect in &case.then.does {
            said.does.push(world.effect(effect, case, answer).await);
        }
        if case.then.trace.is_some() {
            said.trace = Some(world.trace(answer).await);
        }
    } else {
        let error = &answer.body["error"];
        said.refused = error["code"].as_str().map(ToOwned::to_owned);
        let findings: Vec<Finding> = match &error["innerError"]["findings"] {
            Value::Null => Vec::new(),
            findings => serde_json::from_value(findings.clone()).unwrap(),
        };
        let words = findings.iter().map(case::finding_words);
        said.findings = case.then.findings.as_ref().map(|_| words.collect());
        // The rules that were asked are kept with requests; nothing is kept of a refused one.
        said.trace.clone_from(&case.then.trace);
    }
    said
}

#[tokio::test]
async fn every_case_comes_out_of_the_server_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/cases");
    let mut world = World::new().await;
    let (mut count, mut wrong, mut rules) = (0, Vec::new(), BTreeSet::new());
    for (name, cases) in read(&folder) {
        for case in cases.into_iter().filter(can_be_asked) {
            count += 1;
            rules.extend(case.rule.clone());
            world.next();
            world.prepare(&case.given).await;
            let answer = world.ask(&case).await;
            let (said, written) = (said(&world, &case, &answer).await.words(), case.then.words());
            if said != written {
                wrong.push(format!("{} in {name}\nis\n{said}\nnot\n{written}\n{}", case.that, answer.body));
            }
        }
    }
    assert!(count >= 170, "only {count} cases were asked");
    assert_eq!(rules.len(), 8, "all but the mail slots: {rules:?}");
    assert!(wrong.is_empty(), "{} of {count} cases differ\n\n{}", wrong.len(), wrong.join("\n\n"));
}
