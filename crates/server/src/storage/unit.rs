//! A unit of work: changes, their audit rows and their jobs, committed together or not at all.

use domain::audit::Entry;

use super::{Connection, StorageError, audit};

/// What a unit of work gives back: done, or an error that rolls it back.
pub type Outcome<T, E> = Result<Done<T>, E>;

/// Proof that a unit of work wrote its audit row, or said why it needs none. Only [`UnitOfWork`] makes it.
pub struct Done<T>(T);

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
        Ok(Done(value))
    }

    /// Ends work that nobody will ever ask about: leases, sessions' last use, lockout counters. Nothing that changes a
    /// right may end here.
    pub const fn commit_without_audit<T>(&mut self, value: T) -> Done<T> {
        Done(value)
    }
}

impl<T> Done<T> {
    pub(super) fn into_inner(self) -> T {
        self.0
    }
}
