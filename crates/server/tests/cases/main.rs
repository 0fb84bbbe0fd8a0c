//! The rules by example, played against the server: each case of the domain is asked over HTTP, with its facts in a
//! database, and comes out as it is written there. What cannot be asked so is listed in `skipped.json`, with the reason.

#[path = "../../../domain/tests/cases/answer.rs"]
mod answer;
#[path = "../../../domain/tests/cases/case.rs"]
mod case;
#[path = "../../../domain/tests/cases/given.rs"]
#[expect(dead_code, reason = "the facts are loaded from the database here, not made up")]
mod given;
#[path = "../../../domain/tests/cases/words.rs"]
mod words;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use answer::AnswerCase;
use case::{Case, Then, read};
use domain::{
    decide::Finding,
    ids::{RequestId, ScheduleId},
    principal::PrincipalKind,
    request::Status,
};
use serde_json::Value;
use world::{Answer, World, trace_words};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/cases")
}

/// Why a case cannot be asked over HTTP, where it cannot.
fn why_not(case: &Case) -> Option<&'static str> {
    let own = case.ask.action.is_own();
    let usual = if own { case.given.principal.as_str() } else { "admin" };
    let caller = case.given.caller.as_deref().unwrap_or(usual);
    let signs_in = given::principal(caller).is_some_and(|p| p.enabled && p.kind == PrincipalKind::User);
    if !signs_in {
        return Some("who asks cannot sign in");
    }
    let sent_back = caller == "admin" && !case.given.second_factor;
    sent_back.then_some("an administrator without a second factor is sent back before any rule is asked")
}

/// What came of it, in the words of a case. `kept` is the request where one is kept, with its schedule.
async fn said(
    world: &World,
    (given, then): (&given::Given, &Then),
    kept: Option<(RequestId, Status, Option<ScheduleId>)>,
    answer: &Answer,
) -> Then {
    let mut said = Then { status: None, does: Vec::new(), refused: None, findings: None, trace: None };
    if let Some((_, status, _)) = kept {
        said.status = Some(status.as_str().to_owned());
    }
    if let (Some((id, _, target)), true) = (kept, answer.status < 300) {
        for effect in &then.does {
            said.does.push(world.effect(effect, given, target).await);
        }
        if then.trace.is_some() {
            said.trace = Some(world.trace(id).await);
        }
        return said;
    }
    let error = &answer.body["error"];
    said.refused = error["code"].as_str().map(ToOwned::to_owned);
    let findings: Vec<Finding> = match &error["innerError"]["findings"] {
        Value::Null => Vec::new(),
        findings => serde_json::from_value(findings.clone()).unwrap(),
    };
    said.findings = then.findings.as_ref().map(|_| findings.iter().map(case::finding_words).collect());
    said.trace = then.trace.as_ref().map(|_| trace_words(&error["innerError"]["trace"]));
    said
}

#[tokio::test]
async fn every_case_comes_out_of_the_server_as_written() {
    let mut world = World::new().await;
    let (mut count, mut wrong, mut rules) = (0, Vec::new(), BTreeSet::new());
    let mut skipped: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, cases) in read(&folder()) {
        for case in cases {
            if let Some(why) = why_not(&case) {
                let file = Path::new(&name).file_name().unwrap_or_default().to_string_lossy();
                skipped.entry(why).or_default().push(format!("{file}: {}", case.that));
                continue;
            }
            count += 1;
            rules.extend(case.rule.clone());
            world.next();
            world.prepare(&case.given).await;
            let answer = world.ask(&case).await;
            let kept = (answer.status == 201).then(|| {
                let text = |name: &str| answer.body[name].as_str().unwrap_or_default();
                // The answer to what waits for an approval has a word of its own; the request itself does not.
                let status = match text("status") {
                    "PendingApprovalProvisioning" => Status::PendingApproval,
                    name => serde_json::from_value(name.into()).unwrap(),
                };
                (text("id").parse().unwrap(), status, text("targetScheduleId").parse().ok())
            });
            let said = said(&world, (&case.given, &case.then), kept, &answer).await.words();
            let written = case.then.words();
            if said != written {
                wrong.push(format!("{} in {name}\nis\n{said}\nnot\n{written}\n{}", case.that, answer.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases differ\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert_eq!(rules.len(), 8, "all but the mail slots: {rules:?}");
    let listed: BTreeMap<&str, Vec<String>> = serde_json::from_str(include_str!("skipped.json")).unwrap();
    let found = serde_json::to_string_pretty(&skipped).unwrap();
    assert!(skipped == listed, "what is skipped is listed with its reason; it is now\n{found}");
    assert!(count >= 190, "only {count} cases were asked");
}

#[tokio::test]
async fn every_answer_of_an_approver_comes_out_of_the_server_as_written() {
    let mut world = World::new().await;
    let mut wrong = Vec::new();
    let cases: Vec<AnswerCase> = answer::read(&folder());
    assert!(cases.len() >= 20);
    for case in &cases {
        world.next();
        world.prepare_answer(case).await;
        let answer = world.answer(case).await;
        let id = world.asked();
        let request = world.request(id).await;
        // A refusal changes nothing, unless it is that of a yes which cannot be given any more.
        let changed = answer.status < 300 || request.status == Status::Failed;
        let kept = changed.then_some((id, request.status, request.target));
        let said = said(&world, (&case.given, &case.then), kept, &answer).await.words();
        let written = case.then.words();
        if said != written {
            wrong.push(format!("{}\nis\n{said}\nnot\n{written}\n{}", case.that, answer.body));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ\n\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}
