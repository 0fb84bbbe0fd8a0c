//! What becomes of attempts that fail: counted, and told in the history.

use domain::audit::Entry;
use futures::future::FutureExt;

use super::{attempts::Attempt, unseen::also_refused};
use crate::{app::AppState, error::ApiError, storage::UnitOfWork};

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
