//! The answers of approvers by example: the files of the folder `reviews`.

use std::{fs, path::Path};

use domain::{
    approval::{Answer, Approval, StepStatus},
    decide::{Decision, Grant, ReviewFacts, Reviewed, review},
    ids::PrincipalId,
    request::{Action, Request, Status},
};
use serde::Deserialize;

use crate::{
    Then,
    given::{Asked, Given, ask, facts},
    said,
    words::{NEW, NOW, id, span},
};

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
    that: String,
    given: Given,
    asked: Earlier,
    review: Spoken,
    then: Then,
}

/// What was asked, how long ago.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Earlier {
    ago: String,
    start: Option<String>,
    r#for: Option<String>,
    until: Option<String>,
    reason: Option<String>,
    status: Option<Status>,
    #[serde(default = "yes")]
    must_say_why: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Spoken {
    by: String,
    says: Answer,
    #[serde(default = "fine")]
    reason: Option<String>,
    reason_of: Option<usize>,
    #[serde(default = "yes")]
    is_approver: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::unnecessary_wraps, reason = "serde asks for the field's own type")]
fn fine() -> Option<String> {
    Some("fine".into())
}

impl Case {
    fn facts(&self) -> ReviewFacts {
        let Earlier { ago, start, r#for, until, reason, status, must_say_why } = &self.asked;
        let asked = Asked {
            action: Action::SelfActivate,
            kind: None,
            start: start.clone(),
            r#for: r#for.clone(),
            until: until.clone(),
            reason: reason.clone(),
            reason_of: None,
            ticket: (None, None),
            target: None,
        };
        let ask = ask(&asked, &self.given);
        let created_at = NOW - span(ago);
        let mut approval = Approval::asked(NEW, created_at, *must_say_why);
        if status.is_some() {
            approval.status = StepStatus::Completed;
        }
        ReviewFacts {
            reviewer: PrincipalId(id(&self.review.by)),
            is_approver: self.review.is_approver,
            request: Request {
                id: NEW,
                created_by: ask.principal,
                ask,
                status: status.unwrap_or(Status::PendingApproval),
                created_at,
                completed_at: None,
                target: None,
            },
            approval,
            activation: facts(&self.given, Action::SelfActivate),
        }
    }

    /// What comes of it, in the words of a case.
    fn said(&self) -> Then {
        let reason = self.review.reason_of.map(|n| "ä".repeat(n)).or_else(|| self.review.reason.clone());
        let (verdict, trace) = review(self.review.says, reason.as_deref(), &self.facts());
        let plain =
            |status| Grant { status, effective: NOW, target: NEW.into(), effects: Vec::new(), awaits: None };
        let (verdict, failed) = match verdict {
            Ok(Reviewed::Granted(grant)) => (Ok(grant), false),
            Ok(Reviewed::Denied) => (Ok(plain(Status::Denied)), false),
            Ok(Reviewed::Failed(refusal)) => (Err(refusal), true),
            Err(refusal) => (Err(refusal), false),
        };
        let mut said = said(&Decision { verdict, trace }, &self.then);
        if failed {
            said.status = Some(Status::Failed.as_str().into());
        }
        said
    }
}

#[test]
fn every_answer_comes_out_as_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/reviews/approval.json");
    let file: File = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(file.cases.len() >= 20);
    let wrong = |case: &Case| {
        let (said, written) = (case.said().words(), case.then.words());
        (said != written).then(|| format!("{}\nis\n{said}\nnot\n{written}", case.that))
    };
    let wrong: Vec<_> = file.cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
