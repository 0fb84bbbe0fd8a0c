//! A unit of work: changes, their audit rows and their jobs, committed together or not at all.

use std::cell::Cell;

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

tokio::task_local! {
    /// Whether a unit of work of this call committed the row of a refusal.
    static REFUSED: Cell<bool>;
}

/// Runs a call; tells too whether one of its units of work committed the row of a refusal.
pub async fn noting_refusals<T>(call: impl Future<Output = T>) -> (T, bool) {
    let noted = async {
        let answer = call.await;
        (answer, REFUSED.with(Cell::get))
    };
    REFUSED.scope(Cell::new(false), noted).await
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
            let _ = REFUSED.try_with(|refused| refused.set(true));
        }
        self.value
    }
}
