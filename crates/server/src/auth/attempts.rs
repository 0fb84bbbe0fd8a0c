//! Failed attempts, counted inside the transaction that decides, so that many at once are no way around the lockout.

use domain::time::Instant;

use super::lockout;
use crate::{
    error::ApiError,
    storage::{Connection, StorageError, credentials},
};

/// An attempt on an account from an address.
#[derive(Clone)]
pub struct Attempt {
    account: String,
    address: String,
}

impl Attempt {
    /// An attempt on an account, under the name that [`lockout`] gives it, from an address.
    pub fn new(account: impl Into<String>, address: &str) -> Self {
        Self { account: account.into(), address: lockout::address(address) }
    }

    /// Refuses it when it comes too early.
    pub async fn may(&self, db: &mut Connection, wall: Instant) -> Result<(), ApiError> {
        let (_, until) = credentials::lockout(db, &self.account, &self.address).await?;
        lockout::check(until, wall)
    }

    /// Counts a failure; gives how many there are now.
    pub async fn failed(&self, db: &mut Connection, wall: Instant) -> Result<i64, StorageError> {
        let (known, until) = credentials::lockout(db, &self.account, &self.address).await?;
        let failures = known + 1;
        let until = until.max(wall + lockout::wait_after(failures));
        credentials::set_lockout(db, &self.account, &self.address, failures, until, wall).await?;
        Ok(failures)
    }

    /// Forgets the failures.
    pub async fn succeeded(&self, db: &mut Connection) -> Result<(), StorageError> {
        credentials::clear_lockout(db, &self.account, &self.address).await
    }
}
