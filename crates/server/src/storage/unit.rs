//! A unit of work: changes, their audit rows and their jobs, committed together or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use domain::audit::{self as history, Entry};

use super::{Connection, StorageError, audit};

/// What a unit of work gives back: done, or an error that rolls it back.
pub type Outcome<T, E> = Result<Done<T>, E>;

/// Proof that a unit of work wrote its audit row, or said why it needs none. Only [`UnitOfWork`] makes it.
pub struct Done<T> {
    value: T,
    /// Whether a row tells of a refusal.
    refused: bool,
}

/// What the units of work of a call came to. It outlives a call that is dropped.
#[derive(Default)]
pub struct Noted {
    begun: AtomicU64,
    refused: AtomicBool,
}

impl Noted {
    /// How many have begun.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether one of them committed the row of a refusal.
    pub fn refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

tokio::task_local! {
    static NOTED: Arc<Noted>;
}

/// Runs a call, and notes what its units of work come to.
pub async fn noting<T>(noted: Arc<Noted>, call: impl Future<Output = T>) -> T {
    NOTED.scope(noted, call).await
}

/// Notes that a unit of work begins, if somebody wants to know.
pub fn begins() {
    let _ = NOTED.try_with(|noted| noted.begun.fetch_add(1, Ordering::Relaxed));
}

/// The transaction that a unit of work runs in.
pub struct UnitOfWork {
    connection: Connection,
}

impl UnitOfWork {
    pub(super) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    /// The connection, for the statements of `storage`.
    pub const fn db(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Writes the audit rows and ends the work.
    pub async fn commit<T>(&mut self, entries: &[Entry], value: T) -> Result<Done<T>, StorageError> {
        audit::insert(&mut self.connection, entries).await?;
        let refused = entries.iter().any(|entry| entry.outcome == history::Outcome::Failure);
        Ok(Done { value, refused })
    }

    /// Ends work that nobody will ever ask about: leases, sessions' last use, lockout counters. Nothing that changes a
    /// right may end here.
    pub const fn commit_without_audit<T>(&mut self, value: T) -> Done<T> {
        Done { value, refused: false }
    }
}

impl<T> Done<T> {
    /// What is given back, once it is committed.
    pub(super) fn noted(self) -> T {
        if self.refused {
            let _ = NOTED.try_with(|noted| noted.refused.store(true, Ordering::Relaxed));
        }
        self.value
    }
}
