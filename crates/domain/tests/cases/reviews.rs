//! The answers of approvers by example: the files of the folder `reviews`.

use std::path::Path;

use domain::{
    decide::{Decision, Grant, ReviewFacts, Reviewed, review},
    ids::PrincipalId,
    request::{Action, Status},
};

use crate::{
    Then,
    answer::{AnswerCase, read},
    given::facts,
    said,
    words::{NEW, NOW, id},
};

impl AnswerCase {
    fn facts(&self) -> ReviewFacts {
        let (request, approval) = self.asked();
        ReviewFacts {
            reviewer: PrincipalId(id(&self.review.by)),
            is_approver: self.review.is_approver,
            shares_address: self.review.shares_address,
            request,
            approval,
            activation: facts(&self.given, Action::SelfActivate),
        }
    }

    /// What comes of it, in the words of a case.
    fn said(&self) -> Then {
        let (verdict, trace) = review(self.review.says, self.reason().as_deref(), &self.facts());
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
    let cases = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    assert!(cases.len() >= 20);
    let wrong = |case: &AnswerCase| {
        let (said, written) = (case.said().words(), case.then.words());
        (said != written).then(|| format!("{}\nis\n{said}\nnot\n{written}", case.that))
    };
    let wrong: Vec<_> = cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
