//! The audit history and the timeline of a request, as `/api` writes them.

use serde::{Deserialize, Serialize};

use crate::{audit::Entry, ids::RequestId, time::Instant};

/// One page of the history, in reading order.
///
/// `GET /api/audit?days=&from=&to=&type=&result=&search=&oldest=&place=&top=` gives everybody's, `GET /api/my-audit` with
/// the same query the rows in which the caller acted or was acted upon. `days` counts back from now (30 when nothing is
/// said), `from` and `to` are instants and take its place; `type` is a word of `domain::audit_type`, `result` is `success`
/// or `failure`; each word of `search` must be in the actor, a target, the reason, the activity or the ticket.
/// `/api/audit/export` and `/api/my-audit/export` with the same query and `format=csv|json` give all rows as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// The rows of this page.
    pub rows: Vec<Entry>,
    /// How many rows there are under the filter: exact to 1,000; 1,001 means "1,000+".
    pub total: u64,
    /// The `place` of the page before; none on the first.
    pub back: Option<String>,
    /// The `place` of the page after; none on the last.
    pub on: Option<String>,
}

/// `GET /api/requests/{id}/timeline`: a request from the ask to the end, for who asked, whom it is about, who may decide
/// it, and the readers of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The request.
    pub request: RequestId,
    /// Graph's status word.
    pub status: String,
    /// What happened, the oldest first; then what is still to come.
    pub entries: Vec<TimelineEntry>,
}

/// One moment of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When; of what is still to come, when it is due.
    pub at: Instant,
    /// What kind of moment.
    pub kind: TimelineKind,
    /// Whose act; none where it is nobody's yet.
    pub actor: Option<String>,
    /// What happened, in a few words.
    pub text: String,
    /// How it went.
    pub result: TimelineResult,
    /// The justification, or why it failed.
    pub reason: Option<String>,
    /// Further facts, by name: due and processed instants, a mail server's words.
    pub details: Vec<(String, String)>,
}

/// What kind of moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TimelineKind {
    /// It was asked.
    Asked,
    /// It was put before the approvers.
    ApprovalAsked,
    /// An approver said yes.
    Approved,
    /// An approver said no.
    Denied,
    /// Nobody answered in time.
    TimedOut,
    /// It was withdrawn.
    Canceled,
    /// It took effect.
    Started,
    /// Its window was changed.
    Changed,
    /// Its effect ended.
    Ended,
    /// A mail about it.
    Mail,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TimelineResult {
    /// Well.
    Done,
    /// It was refused, or broke.
    Failed,
    /// It is still to come.
    Waiting,
}
