//! One case of an approver's answer, as it is written in `reviews`. The same file is played against the domain and the
//! server.

use std::{fs, path::Path};

use domain::{
    approval::{Answer, Approval, StepStatus},
    request::{Action, Request, Status},
};
use serde::Deserialize;

use crate::{
    case::Then,
    given::{Asked, Given, ask},
    words::{NEW, NOW, span},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What the file is about, for its reader.
    #[expect(dead_code, reason = "read by people")]
    about: String,
    cases: Vec<AnswerCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCase {
    pub that: String,
    pub given: Given,
    pub asked: Earlier,
    pub review: Spoken,
    pub then: Then,
}

/// What was asked, how long ago.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Earlier {
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
pub struct Spoken {
    pub by: String,
    pub says: Answer,
    #[serde(default = "fine")]
    reason: Option<String>,
    reason_of: Option<usize>,
    #[serde(default = "yes")]
    pub is_approver: bool,
    #[serde(default)]
    pub shares_address: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::unnecessary_wraps, reason = "serde asks for the field's own type")]
fn fine() -> Option<String> {
    Some("fine".into())
}

impl AnswerCase {
    /// The request as it was made, and its approval.
    pub fn asked(&self) -> (Request, Approval) {
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
        let request = Request {
            id: NEW,
            created_by: ask.principal,
            ask,
            status: status.unwrap_or(Status::PendingApproval),
            created_at,
            completed_at: None,
            target: None,
        };
        (request, approval)
    }

    /// Why the approver says what he says.
    pub fn reason(&self) -> Option<String> {
        self.review.reason_of.map(|n| "ä".repeat(n)).or_else(|| self.review.reason.clone())
    }
}

/// The cases of approvers' answers, in the folder of all cases.
pub fn read(folder: &Path) -> Vec<AnswerCase> {
    let path = folder.join("reviews/approval.json");
    let file: File = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    file.cases
}
