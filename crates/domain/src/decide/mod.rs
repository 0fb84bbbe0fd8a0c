//! The one place where a request is decided: facts and the present instant go in, a decision with its reasons comes
//! out. Nothing said yes means no, and one no beats every yes.

mod act;
mod activate;
mod assign;
mod facts;
mod finding;
mod guard;
mod remove;
mod review;
mod rules;
mod update;

pub use facts::{CallerFacts, Facts, OpenRequestFact};
pub use finding::{Finding, RuleName, TraceStep};
pub use guard::guards;
pub use review::{ReviewFacts, Reviewed, review};
use serde::{Deserialize, Serialize};

use crate::{
    error_code::ErrorCode,
    ids::{RequestId, ScheduleId},
    request::{Ask, Status},
    schedule::{EndReason, Schedule},
    time::{Instant, Window},
};

/// What is to be done, or why not; always with the rules that were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Yes, with what it does, or no.
    pub verdict: Result<Grant, Refusal>,
    /// Every rule that was asked, its input and its answer.
    pub trace: Vec<TraceStep>,
}

/// What a granted request does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The request's status from now on.
    pub status: Status,
    /// When it takes effect: now, or the start that was asked.
    pub effective: Instant,
    /// The schedule that it makes, changes or ends; while it waits for an approval, the one that it will make.
    pub target: ScheduleId,
    /// What happens to schedules, in order.
    pub effects: Vec<Effect>,
    /// The window that an approval at this instant would give, where one is needed first.
    pub awaits: Option<Window>,
}

/// A change of one schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A new one.
    Create(Schedule),
    /// Another window for the same one.
    Reschedule {
        /// Which.
        id: ScheduleId,
        /// The new window.
        window: Window,
    },
    /// The end of one, now. A request that was still waiting for it to start is cancelled with it.
    End {
        /// Which.
        id: ScheduleId,
        /// Why.
        reason: EndReason,
    },
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people; for failed policy rules in the form that clients search.
    pub message: String,
    /// Each thing that is wrong, with the field and what would pass.
    pub findings: Vec<Finding>,
    /// Every rule that was asked before it was refused, where it is told to whoever asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceStep>,
}

/// Decides a request. `id` is the id that the request, and the schedule it makes, would have.
pub fn decide(ask: &Ask, facts: &Facts, id: RequestId) -> Decision {
    let mut trace = Vec::new();
    let verdict = act::decide(ask, facts, id, &mut trace);
    Decision { verdict, trace }
}

/// What an activation would run into, for the panel that is being filled in: the same rules, the same words.
pub fn preview(ask: &Ask, facts: &Facts) -> Result<Window, Refusal> {
    decide(ask, facts, RequestId(uuid::Uuid::nil())).verdict.map(|grant| {
        let created = grant.effects.iter().find_map(|effect| match effect {
            Effect::Create(schedule) => Some(schedule.window),
            Effect::Reschedule { window, .. } => Some(*window),
            Effect::End { .. } => None,
        });
        grant.awaits.or(created).unwrap_or(Window::permanent(grant.effective))
    })
}

impl Refusal {
    /// A refusal with one finding.
    pub(crate) fn one(
        code: ErrorCode,
        field: &str,
        message: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        let message = message.into();
        let finding =
            Finding { rule: None, field: field.into(), message: message.clone(), allowed: allowed.into() };
        Self { code, message, findings: vec![finding], trace: Vec::new() }
    }

    /// What is wrong, for people, where the message is in the form that clients search.
    pub fn in_words(&self) -> String {
        let said: Vec<&str> = self.findings.iter().map(|finding| finding.message.as_str()).collect();
        if said.is_empty() { self.message.clone() } else { said.join("; ") }
    }

    /// Whether this rule is among what failed.
    pub fn names(&self, rule: RuleName) -> bool {
        self.findings.iter().any(|finding| finding.rule == Some(rule))
    }

    /// What is wrong with this field, and what would be allowed.
    pub fn field(&self, field: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.field == field)
    }
}
