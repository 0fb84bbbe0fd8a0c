//! What becomes of attempts that fail or come too early: counted, told in the history, and answered alike.

use std::time::Duration;

use domain::{
    audit::{Entry, Outcome},
    error_code::ErrorCode,
    time::Instant,
};
use futures::future::FutureExt;

use super::attempts::Attempt;
use crate::{
    app::AppState,
    error::ApiError,
    storage::{Connection, StorageError, UnitOfWork},
};

/// Whoever fails while all at his address wait hears it so long after he asked: several times what a hash takes.
const HEARD_AFTER: Duration = Duration::from_millis(200);

/// Refuses when one of the attempts comes too early, and tells which.
pub async fn may_all(
    db: &mut Connection,
    attempts: &[Attempt],
    wall: Instant,
) -> Result<(), (Attempt, ApiError)> {
    for attempt in attempts {
        attempt.may(db, wall).await.map_err(|early| (attempt.clone(), early))?;
    }
    Ok(())
}

/// What somebody hears who failed, and when: while all at his address wait, the same as they. Nothing is hashed for them, so
/// that a flood of theirs takes no turn of those who are looked at.
pub async fn heard(error: ApiError, all_wait: Option<ApiError>, asked: tokio::time::Instant) -> ApiError {
    let is_told = matches!(error.code(), ErrorCode::InvalidCredentials | ErrorCode::TooManyRequests);
    match all_wait.filter(|_| is_told) {
        Some(wait) => {
            tokio::time::sleep_until(asked + HEARD_AFTER).await;
            wait
        }
        None => error,
    }
}

/// Counts a failure under all its names and writes it down, before it is answered. An attempt that others have made too
/// early meanwhile is answered as such, right or wrong.
pub async fn fail(state: &AppState, attempts: &[Attempt], row: Entry) -> Result<(), ApiError> {
    let meanwhile = attempts.iter().filter_map(|attempt| state.refused.take(attempt)).reduce(|a, b| a + b);
    let (attempts, wall) = (attempts.to_vec(), state.clock.wall());
    let early: Result<Result<(), ApiError>, ApiError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (mut row, attempts) = (row.clone(), attempts.clone());
            async move {
                let mut early = Ok(());
                let mut own = None;
                for attempt in &attempts {
                    early = early.and(attempt.may_fail(unit.db(), wall).await);
                }
                for attempt in &attempts {
                    let failures = attempt.failed(unit.db(), wall).await?;
                    own = own.or(Some(failures));
                }
                // The account's own count comes first.
                row.details.extend(own.map(|count: i64| ("Failures".to_owned(), count.to_string())));
                row.details.extend(also_refused(meanwhile));
                unit.commit(&[row], early).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await;
    early?
}

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

fn also_refused(count: Option<u64>) -> Option<(String, String)> {
    count.map(|count| ("AlsoRefused".to_owned(), count.to_string()))
}
