//! Requests as the portal lists them: those to decide, the open ones, and one's own.

use serde::{Deserialize, Serialize};

use crate::{
    approval::Answer,
    ids::{PrincipalId, RequestId, RoleId},
    request::{Action, Status},
    schedule::Kind,
    time::{Instant, Span},
};

/// One request.
///
/// `GET /api/approvals`, `GET /api/pending-requests` and `GET /api/my-requests` with
/// `?search=&sort=role|name|requested|status&desc=&skip=&top=` give `Page<RequestRow>`; `GET /api/requests/{id}` gives
/// `RequestDetail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestRow {
    /// Its id.
    pub id: RequestId,
    /// What is asked.
    pub action: Action,
    /// Eligible or active: through which of Graph's two collections it is cancelled.
    pub kind: Kind,
    /// The role.
    pub role_definition_id: RoleId,
    /// Its shown name.
    pub role_name: String,
    /// Whether it is a privileged one.
    pub role_is_privileged: bool,
    /// Whom it is about.
    pub principal_id: PrincipalId,
    /// That one's shown name.
    pub principal_name: String,
    /// Who asked.
    pub requestor_id: PrincipalId,
    /// That person's shown name.
    pub requestor_name: String,
    /// When.
    pub created_date_time: Instant,
    /// When it starts, or started. None: at once, as soon as somebody approves.
    pub start_date_time: Option<Instant>,
    /// When it ends, or ended. None: never, or so long after the approval as `duration` says.
    pub end_date_time: Option<Instant>,
    /// How long it was asked for; none is permanent.
    pub duration: Option<Span>,
    /// The requestor's reason.
    pub justification: Option<String>,
    /// As typed.
    pub ticket_number: Option<String>,
    /// As typed.
    pub ticket_system: Option<String>,
    /// How far it has come at this instant, whether a job has recorded it or not.
    pub status: Status,
    /// Until when it can be answered; only of those that wait, or waited, for an approval.
    pub due_date_time: Option<Instant>,
    /// Whether an approver must say why.
    pub is_justification_required: bool,
    /// The answer, once there is one.
    pub review: Option<RequestReview>,
    /// Why it could not be given although it was approved.
    pub failure: Option<String>,
    /// Whether the caller can cancel it now.
    pub can_cancel: bool,
}

/// What an approver said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestReview {
    /// Yes or no.
    pub answer: Answer,
    /// Whose shown name.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Why.
    pub justification: String,
}

/// `GET /api/requests/{id}`, for who asked, whom it is about, who may decide it, and who may read role management.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestDetail {
    /// As in the lists.
    #[serde(flatten)]
    pub row: RequestRow,
    /// The sign-in name of whom it is about.
    pub user_principal_name: String,
    /// What the role is for.
    pub role_description: String,
    /// What the role allows, of the actions that Pimlico itself checks, and the person lacks at present.
    pub gains: Vec<String>,
    /// Whether the caller can decide it now.
    pub can_review: bool,
    /// Whether it is the caller's own, which nobody decides himself.
    pub is_own: bool,
}

/// `GET /api/tasks`: the counts in the side navigation. Exact to 1,000; 1,001 means "1,000+".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tasks {
    /// Requests that the caller may decide.
    pub approvals: u64,
    /// Requests that he can see in *Pending requests*.
    pub pending: u64,
    /// His own that are open.
    pub mine: u64,
}
