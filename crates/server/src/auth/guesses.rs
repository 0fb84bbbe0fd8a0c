//! What becomes of attempts that fail: counted, told in the history, and answered alike.

use std::{pin::Pin, time::Duration};

use domain::{audit::Entry, error_code::ErrorCode, time::Instant};
use futures::future::FutureExt;
use tokio::time::Sleep;

use super::{attempts::Attempt, unseen::also_refused};
use crate::{
    app::AppState,
    error::ApiError,
    storage::{Connection, UnitOfWork},
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

/// The instant at which those hear it who fail while all at their address wait.
pub type Hearing = Pin<Box<Sleep>>;

/// That instant of an attempt that comes now.
pub fn hearing() -> Hearing {
    Box::pin(tokio::time::sleep(HEARD_AFTER))
}

/// What somebody hears who failed, and when: while all at his address wait, the same as they. Nothing is hashed for them, so
/// that a flood of theirs takes no turn of those who are looked at.
pub async fn heard(error: ApiError, all_wait: Option<ApiError>, hearing: Hearing) -> ApiError {
    let is_told = matches!(error.code(), ErrorCode::InvalidCredentials | ErrorCode::TooManyRequests);
    match all_wait.filter(|_| is_told) {
        Some(wait) => {
            hearing.await;
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
