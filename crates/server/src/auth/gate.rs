//! What stands before a sign-in. Who fails too often waits; and while strangers at an address wait, everybody who fails
//! there hears the same at the same time, so that nothing tells which accounts there are.

use std::{pin::Pin, time::Duration};

use domain::{audit::Entry, error_code::ErrorCode};
use tokio::time::Sleep;

use super::{alone::Looked, attempts::Attempt, unseen::refused};
use crate::{app::AppState, error::ApiError, storage::Connection};

/// Whoever fails while all at his address wait hears it so long after he asked: many times what a hash takes.
const HEARD_AFTER: Duration = Duration::from_millis(400);

/// What stands before one attempt to sign in.
pub struct Gate {
    account: String,
    address: String,
    /// On the account, and at the address.
    pub attempts: [Attempt; 2],
    /// What strangers at the address hear while they wait.
    all_wait: Option<ApiError>,
    hearing: Pin<Box<Sleep>>,
}

impl Gate {
    /// Before an attempt that comes now. Who is known there does not wait for strangers.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn new(
        state: &AppState,
        db: &mut Connection,
        account: &str,
        address: &str,
        is_known: bool,
    ) -> Result<Self, ApiError> {
        let at_address =
            if is_known { Attempt::on_known(account, address) } else { Attempt::on_any(address) };
        let all_wait = match Attempt::on_any(address).may(db, state.clock.wall()).await {
            Ok(()) => None,
            Err(wait) if wait.code() == ErrorCode::TooManyRequests => Some(wait),
            Err(failure) => return Err(failure),
        };
        Ok(Self {
            account: account.to_owned(),
            address: address.to_owned(),
            attempts: [Attempt::new(account, address), at_address],
            all_wait,
            hearing: Box::pin(tokio::time::sleep(HEARD_AFTER)),
        })
    }

    /// Lets the attempt be looked at; while strangers wait, one of an account at a time.
    ///
    /// # Errors
    /// When it comes too early, and which of the attempts does.
    pub async fn open(
        &self,
        state: &AppState,
        db: &mut Connection,
    ) -> Result<Option<Looked>, (Attempt, ApiError)> {
        self.early(state, db).await.map_or(Ok(()), Err)?;
        if self.all_wait.is_none() {
            return Ok(None);
        }
        let looked = state.alone.begin(&self.account, &self.address);
        let busy = || ApiError::new(ErrorCode::TooManyRequests, "one attempt at a time");
        looked.map(Some).ok_or_else(|| (Attempt::on_any(&self.address), busy()))
    }

    /// Which of the attempts comes too early, if one does.
    pub async fn early(&self, state: &AppState, db: &mut Connection) -> Option<(Attempt, ApiError)> {
        for attempt in &self.attempts {
            if let Err(early) = attempt.may(db, state.clock.wall()).await {
                return Some((attempt.clone(), early));
            }
        }
        None
    }

    /// Has the history tell of an attempt that came too early; gives its answer.
    pub async fn refuse(self, state: &AppState, attempt: &Attempt, row: Entry, error: ApiError) -> ApiError {
        let error = refused(state, attempt, row, error).await;
        self.heard(error).await
    }

    /// What somebody hears who failed, and when. Nothing is hashed for those who wait, so that a flood of theirs takes no
    /// turn of those who are looked at.
    pub async fn heard(self, error: ApiError) -> ApiError {
        match self.all_wait.filter(|_| error.code() != ErrorCode::Internal) {
            Some(wait) => {
                self.hearing.await;
                wait
            }
            None => error,
        }
    }
}
