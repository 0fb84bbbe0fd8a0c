//! What can go wrong with the database.

use core::fmt;

/// What can go wrong with the database. Its words are for the log, never for a caller.
#[derive(Debug)]
pub enum StorageError {
    /// The database said no, or cannot be reached.
    Database(sqlx::Error),
    /// A stored value is none that this program writes.
    Corrupt(String),
    /// The database will not be used: a newer version, or settings that lose data.
    Refused(String),
    /// A statement failed and the work went on as if it had not.
    PassedOver,
    /// Too many others changed the same things at the same time, again and again.
    Busy,
    /// The writer is gone: the server is shutting down.
    Closed,
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "database: {error}"),
            Self::Corrupt(what) => write!(f, "stored value not understood: {what}"),
            Self::Refused(why) => f.write_str(why),
            Self::PassedOver => f.write_str("a statement failed and the work went on, so it was undone"),
            Self::Busy => f.write_str("gave up after too many serialization failures"),
            Self::Closed => f.write_str("the database is closed"),
        }
    }
}

impl std::error::Error for StorageError {}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl StorageError {
    /// Whether a uniqueness rule of the database said no.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether the same work may succeed when it is run again: `40001` and `40P01`.
    pub fn is_transient(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }
}
