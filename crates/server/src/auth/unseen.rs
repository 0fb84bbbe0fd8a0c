//! Attempts that come too early are refused unseen; the history tells of it.

use domain::{
    audit::{Entry, Outcome},
    error_code::ErrorCode,
};
use futures::future::FutureExt;

use super::attempts::Attempt;
use crate::{
    app::AppState,
    error::ApiError,
    storage::{StorageError, UnitOfWork},
};

/// The answer to an attempt that came too early, which the history tells: the first of each wait in a row of its own,
/// how many more there were with the next row. An error of another kind is passed on.
pub async fn refused(state: &AppState, attempt: &Attempt, row: Entry, early: ApiError) -> ApiError {
    if early.code() != ErrorCode::TooManyRequests {
        return early;
    }
    match tell_refused(state, attempt, row).await {
        Ok(()) => early,
        Err(error) => error.into(),
    }
}

async fn tell_refused(state: &AppState, attempt: &Attempt, mut row: Entry) -> Result<(), StorageError> {
    let told = attempt.is_told(&mut state.storage.read().await?).await?;
    if told {
        state.refused.note(attempt);
        return Ok(());
    }
    row.outcome = Outcome::Failure;
    row.reason = Some("refused unseen: too many failed attempts before".to_owned());
    row.details.extend(also_refused(state.refused.take(attempt)));
    let attempt = attempt.clone();
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (row, attempt) = (row.clone(), attempt.clone());
            async move {
                if attempt.tell(unit.db()).await? {
                    unit.commit(&[row], ()).await
                } else {
                    Ok(unit.commit_without_audit(()))
                }
            }
            .boxed()
        })
        .await
}

pub(super) fn also_refused(count: Option<u64>) -> Option<(String, String)> {
    count.map(|count| ("AlsoRefused".to_owned(), count.to_string()))
}
