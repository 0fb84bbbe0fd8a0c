//! One of several answers: what came of it, and whether that is the last word.

use domain::{approval::Answer, error_code::ErrorCode, ids::RequestId};

use super::decide_panel::general;
use crate::api::{self, ApiError};

/// What came of an answer.
#[derive(Clone)]
pub(super) enum Fate {
    Done(Answer),
    /// For good, in the server's words.
    Refused(String),
    /// Something went wrong with this one: the same may go well another time.
    Failed(String),
}

impl Fate {
    /// Whether it is not sent again.
    pub(super) const fn is_last(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
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
    ///
    /// # Errors
    /// In words, when nothing comes of it and would not of the next one either.
    pub(super) async fn give(&self, id: RequestId, was_on_its_way: bool) -> Result<Fate, String> {
        let Err(error) = api::decide(id, self.answer, self.reason.clone()).await else {
            return Ok(Fate::Done(self.answer));
        };
        if stops(&error) {
            return Err(error.sentence());
        }
        if error.status >= 500 {
            return Ok(Fate::Failed(error.sentence()));
        }
        let may_be_own = was_on_its_way && error.code == ErrorCode::ApprovalClosed;
        if may_be_own && self.has_counted(id).await {
            return Ok(Fate::Done(self.answer));
        }
        Ok(Fate::Refused(general(&error).unwrap_or_else(|| error.sentence())))
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

/// Whether it is not about the one request: all go well in a moment, after signing in again, after the second factor, or
/// when the server is back.
fn stops(error: &ApiError) -> bool {
    matches!(error.code, ErrorCode::NotSignedIn | ErrorCode::SecondFactorRequired)
        || matches!(error.status, 0 | 429 | 502..=504)
}
