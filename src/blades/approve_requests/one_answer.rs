//! One of several answers: what came of it, and whether that is the last word.

use domain::{approval::Answer, error_code::ErrorCode, ids::RequestId};

use super::decide_panel::general;
use crate::api::{self, ApiError};

/// What came of an answer.
pub(super) enum Fate {
    Done,
    /// For good, in the server's words.
    Refused(String),
    /// Nobody has judged it, as far as is known: the same may go well in a moment.
    Open(ApiError),
}

/// What is answered, and by whom.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) answer: Answer,
    pub(super) reason: String,
    /// The shown name of who answers.
    pub(super) by: String,
}

impl Said {
    /// Gives the answer to a request. One that was on its way before, when nothing came back, may have counted.
    pub(super) async fn give(&self, id: RequestId, was_on_its_way: bool) -> Fate {
        match api::decide(id, self.answer, self.reason.clone()).await {
            Ok(()) => Fate::Done,
            Err(error) if is_open(&error) => Fate::Open(error),
            Err(error) => {
                let may_be_own = was_on_its_way && error.code == ErrorCode::ApprovalClosed;
                if may_be_own && self.has_counted(id).await {
                    return Fate::Done;
                }
                Fate::Refused(general(&error).unwrap_or_else(|| error.sentence()))
            }
        }
    }

    /// Whether it is this answer that decided the request.
    async fn has_counted(&self, id: RequestId) -> bool {
        let Ok(detail) = api::request(id).await else { return false };
        detail.row.failure.is_none()
            && detail.row.review.is_some_and(|review| {
                (review.answer, review.by, review.justification)
                    == (self.answer, self.by.clone(), self.reason.clone())
            })
    }
}

/// Whether the same may go well in a moment: after signing in again, after the second factor, or when the server is back.
fn is_open(error: &ApiError) -> bool {
    matches!(error.code, ErrorCode::NotSignedIn | ErrorCode::SecondFactorRequired)
        || matches!(error.status, 0 | 429 | 500..)
}

/// Whether the server may have heard it all the same.
pub(super) const fn may_have_arrived(error: &ApiError) -> bool {
    matches!(error.status, 0 | 500..)
}
