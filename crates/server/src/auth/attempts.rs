//! Failed attempts, counted inside the transaction that decides, so that many at once are no way around the lockout.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::time::{Instant, Span};

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
    /// So many failures cost nothing.
    free: i64,
    /// Each such time without a failure makes one forgotten.
    forgiven: Option<Span>,
    longest: Span,
    /// The account that need not wait for others, as long as nothing failed on it.
    spared: Option<String>,
}

impl Attempt {
    /// An attempt on an account, under the name that [`lockout`] gives it, from an address.
    pub fn new(account: impl Into<String>, address: &str) -> Self {
        let (account, address) = (account.into(), lockout::address(address));
        let (free, longest) = (lockout::FREE_FAILURES, lockout::LONGEST);
        Self { account, address, free, forgiven: None, longest, spared: None }
    }

    /// An attempt on whatever account from an address. No success makes its failures forgotten, because whoever has an
    /// account of his own could have them forgotten at will; time does.
    pub fn on_any(address: &str) -> Self {
        let (free, forgiven) = (lockout::FREE_FAILURES_OF_ALL, Some(Span::minutes(1)));
        let longest = lockout::LONGEST_OF_ALL;
        Self { free, forgiven, longest, ..Self::new(lockout::ANY_ACCOUNT, address) }
    }

    /// An attempt on an account that need not wait because strangers fail at its address: it signed in from there, or is
    /// kept for emergencies. Who fails on many of those, one after the other, has one guess at each before he waits.
    pub fn on_known(account: &str, address: &str) -> Self {
        let all = Self::on_any(address);
        Self { account: lockout::KNOWN_ACCOUNT.to_owned(), spared: Some(account.to_owned()), ..all }
    }

    /// Refuses it when it comes too early.
    pub async fn may(&self, db: &mut Connection, wall: Instant) -> Result<(), ApiError> {
        if let Some(account) = &self.spared
            && credentials::lockout(db, account, &self.address).await?.0 == 0
        {
            return Ok(());
        }
        lockout::check(self.until(db).await?, wall)
    }

    /// Until when it waits. Strangers wait as long as those who are known there, so that the wait tells nobody's name.
    async fn until(&self, db: &mut Connection) -> Result<Instant, StorageError> {
        let (_, until, _) = credentials::lockout(db, &self.account, &self.address).await?;
        if self.account != lockout::ANY_ACCOUNT {
            return Ok(until);
        }
        let (_, known, _) = credentials::lockout(db, lockout::KNOWN_ACCOUNT, &self.address).await?;
        Ok(until.max(known))
    }

    /// The same for one that is known to fail: whom others do not keep out is answered as they are, so that no answer tells
    /// which accounts there are.
    pub async fn may_fail(&self, db: &mut Connection, wall: Instant) -> Result<(), ApiError> {
        if self.spared.is_some() {
            Self::on_any(&self.address).may(db, wall).await?;
        }
        self.may(db, wall).await
    }

    /// Counts a failure; gives how many there are now. One of somebody who is spared counts among those of his address as
    /// well, unless they wait: a stranger's would not be looked at then.
    pub async fn failed(&self, db: &mut Connection, wall: Instant) -> Result<i64, StorageError> {
        if self.spared.is_some() {
            let any = Self::on_any(&self.address);
            if any.until(db).await? <= wall {
                any.count(db, wall).await?;
            }
        }
        self.count(db, wall).await
    }

    async fn count(&self, db: &mut Connection, wall: Instant) -> Result<i64, StorageError> {
        let (known, until, last) = credentials::lockout(db, &self.account, &self.address).await?;
        let forgotten = self.forgiven.map_or(0, |each| (wall - last).0.max(0) / each.0);
        let failures = (known - forgotten).max(0) + 1;
        let until = until.max(wall + lockout::wait_after(failures, self.free, self.longest));
        credentials::set_lockout(db, &self.account, &self.address, failures, until, wall).await?;
        Ok(failures)
    }

    /// Whether the history tells already that attempts are refused in this wait.
    pub async fn is_told(&self, db: &mut Connection) -> Result<bool, StorageError> {
        credentials::is_refusal_told(db, &self.account, &self.address).await
    }

    /// Notes that the history tells of it; false when it did already.
    pub async fn tell(&self, db: &mut Connection) -> Result<bool, StorageError> {
        credentials::tell_refusal(db, &self.account, &self.address).await
    }

    /// The row of the history's that tells of it: one for each account and address.
    fn key(&self) -> (String, String) {
        (self.account.clone(), self.address.clone())
    }

    /// Forgets the failures.
    pub async fn succeeded(&self, db: &mut Connection) -> Result<(), StorageError> {
        credentials::clear_lockout(db, &self.account, &self.address).await
    }
}

/// How many attempts were refused since the history last told of it: a flood must not fill the history, nor cost a
/// write each. Of one server, and gone with it.
#[derive(Clone, Default)]
pub struct Refused(Arc<Mutex<HashMap<(String, String), u64>>>);

impl Refused {
    /// As many accounts and addresses are counted at once; of more it is only told that they were refused.
    const MOST: usize = 4_096;

    /// Counts one more.
    pub fn note(&self, attempt: &Attempt) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = attempt.key();
        if let Some(count) = counts.get_mut(&key) {
            *count += 1;
        } else if counts.len() < Self::MOST {
            counts.insert(key, 1);
        }
    }

    /// How many there were, for the row that tells it; counting begins anew.
    pub fn take(&self, attempt: &Attempt) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&attempt.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_at_an_address_are_counted_together_whoever_is_spared_there() {
        let refused = Refused::default();
        for account in ["ada@x.example", "bob@x.example", "ada@x.example"] {
            refused.note(&Attempt::on_known(account, "192.0.2.1"));
        }
        assert_eq!(refused.take(&Attempt::on_known("bob@x.example", "192.0.2.1")), Some(3));
        assert_eq!(refused.take(&Attempt::on_known("ada@x.example", "192.0.2.1")), None);
    }
}
