//! The one place that speaks SQL: one text for both databases, `$1` placeholders, TEXT ids, BIGINT milliseconds.
//!
//! Reads go through [`Storage::read`], changes through [`Storage::write`]: a unit of work given as a closure, which
//! commits with its audit rows or not at all.

mod connection;
mod error;
mod migrate;
mod postgres;
mod row;
mod sqlite;
mod unit;

pub mod approvals;
pub mod audiences;
pub mod audit;
pub mod backup;
pub mod credentials;
pub mod filter;
pub mod grids;
pub mod health;
pub mod history;
pub mod jobs;
pub mod keyset;
pub mod known_addresses;
pub mod listing;
pub mod mails;
pub mod meta;
pub mod policies;
pub mod principals;
pub mod protection;
pub mod request_grids;
pub mod requests;
pub mod rights;
pub mod schedules;
pub mod select;
pub mod sessions;
pub mod tables;

pub use connection::Connection;
pub use error::StorageError;
use futures::future::BoxFuture;
pub use migrate::VERSION;
pub use row::{Arg, Row, args};
pub(crate) use unit::begins;
pub use unit::{Done, Noted, Outcome, UnitOfWork, noting};

/// The database, embedded or served. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Storage {
    /// Opens the database behind `url` (`sqlite:///path/to/file` or `postgres://...`) and brings it to this
    /// program's version. Refuses a newer one, and one that would not keep what it acknowledged.
    pub async fn open(url: &str) -> Result<Self, StorageError> {
        let backend = if let Some(path) = url.strip_prefix("sqlite://") {
            Backend::Sqlite(sqlite::Sqlite::open(path).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Backend::Postgres(postgres::Postgres::open(url).await?)
        } else {
            return Err(StorageError::Refused(
                "the database address must begin with `sqlite://` or `postgres://`".into(),
            ));
        };
        let storage = Self { backend };
        migrate::run(&storage).await?;
        Ok(storage)
    }

    /// Whether it is the embedded database.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.backend, Backend::Sqlite(_))
    }

    /// A connection to ask questions on. What it sees is committed.
    pub async fn read(&self) -> Result<Connection, StorageError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.reader().await,
            Backend::Postgres(postgres) => postgres.connection().await,
        }
    }

    /// Runs a unit of work. The closure may run more than once, so ids and the present instant come from outside it
    /// and nothing but the database is touched inside. An error rolls everything back. A caller that goes away
    /// cancels nothing.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: for<'u> Fn(&'u mut UnitOfWork) -> BoxFuture<'u, Outcome<T, E>> + Send + Sync + 'static,
    {
        begins();
        let done = match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(work).await?,
            Backend::Postgres(postgres) => postgres.write(work).await?,
        };
        Ok(done.noted())
    }

    /// Writes a copy of the embedded database to a new file while it is in use.
    pub async fn copy_to(&self, path: &str) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.copy_to(path).await,
            Backend::Postgres(_) => Err(StorageError::Refused(
                "a PostgreSQL database is backed up with its own tools, such as pg_dump".into(),
            )),
        }
    }

    /// Closes it: what was acknowledged is on disk.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }
}
