//! A connection to either database, with the same three calls on both.

use sqlx::{
    AssertSqlSafe, Executor, Postgres, Sqlite, pool::PoolConnection, query::Query, sqlite::SqliteConnection,
};

use super::{Arg, Row, StorageError};

/// A connection to either database.
pub struct Connection {
    inner: Inner,
    failure: Failure,
}

/// What went wrong since the work on this connection began.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failure {
    None,
    /// Running the whole work again may mend it.
    InPassing,
    Final,
}

enum Inner {
    SqliteReader(PoolConnection<Sqlite>),
    SqliteWriter(SqliteConnection),
    Postgres(PoolConnection<Postgres>),
}

/// The same expression for every kind of connection.
macro_rules! on {
    ($connection:expr, |$inner:ident, $row:ident| $body:expr) => {
        match &mut $connection.inner {
            Inner::SqliteReader(inner) => {
                let $inner = &mut **inner;
                let $row = Row::Sqlite;
                $body
            }
            Inner::SqliteWriter(inner) => {
                let $inner = inner;
                let $row = Row::Sqlite;
                $body
            }
            Inner::Postgres(inner) => {
                let $inner = &mut **inner;
                let $row = Row::Postgres;
                $body
            }
        }
    };
}

/// Binds the values in order.
macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql.as_ref().to_owned()));
        for arg in $args {
            query = bind(query, arg);
        }
        query
    }};
}

impl Connection {
    pub(super) const fn reader(connection: PoolConnection<Sqlite>) -> Self {
        Self { inner: Inner::SqliteReader(connection), failure: Failure::None }
    }

    pub(super) const fn writer(connection: SqliteConnection) -> Self {
        Self { inner: Inner::SqliteWriter(connection), failure: Failure::None }
    }

    /// Closes the file. One that is dropped instead is closed a little later, and takes away by its name what may be another
    /// file's log by then.
    pub(super) async fn close(self) {
        if let Inner::SqliteWriter(connection) = self.inner
            && let Err(error) = sqlx::Connection::close(connection).await
        {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }

    pub(super) const fn postgres(connection: PoolConnection<Postgres>) -> Self {
        Self { inner: Inner::Postgres(connection), failure: Failure::None }
    }

    /// Runs a statement; gives how many rows it touched.
    pub async fn execute(&mut self, sql: impl AsRef<str>, args: Vec<Arg>) -> Result<u64, StorageError> {
        let done =
            on!(self, |inner, _row| bound!(sql, args).execute(inner).await.map(|done| done.rows_affected()));
        self.noted(done)
    }

    /// All rows of an answer.
    pub async fn all(&mut self, sql: impl AsRef<str>, args: Vec<Arg>) -> Result<Vec<Row>, StorageError> {
        let rows = on!(self, |inner, row| {
            bound!(sql, args).fetch_all(inner).await.map(|rows| rows.into_iter().map(row).collect())
        });
        self.noted(rows)
    }

    /// The first row of an answer, if there is one.
    pub async fn first(&mut self, sql: impl AsRef<str>, args: Vec<Arg>) -> Result<Option<Row>, StorageError> {
        let found =
            on!(self, |inner, row| bound!(sql, args).fetch_optional(inner).await.map(|found| found.map(row)));
        self.noted(found)
    }

    /// The number in the column `n` of a one-row answer.
    pub async fn count(&mut self, sql: impl AsRef<str>, args: Vec<Arg>) -> Result<u64, StorageError> {
        let row = self.first(sql, args).await?;
        let n = row.map(|row| row.int("n")).transpose()?.unwrap_or_default();
        Ok(u64::try_from(n).unwrap_or_default())
    }

    /// Several statements without values: migrations and transaction marks.
    pub async fn batch(&mut self, sql: impl AsRef<str>) -> Result<(), StorageError> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.as_ref().to_owned()));
        let done = on!(self, |inner, _row| inner.execute(sql).await.map(drop));
        self.noted(done)
    }

    /// Whether it is the embedded database.
    pub const fn is_embedded(&self) -> bool {
        !matches!(self.inner, Inner::Postgres(_))
    }

    /// Whether a statement failed in a way that running the whole work again may mend.
    pub(super) const fn failed_in_passing(&self) -> bool {
        matches!(self.failure, Failure::InPassing)
    }

    /// Whether a statement failed since the work began. The served database has undone the work then, whatever the
    /// work itself makes of it, so it must not be acknowledged on either.
    pub(super) const fn has_failed(&self) -> bool {
        !matches!(self.failure, Failure::None)
    }

    /// Begins with a clean sheet: the next work answers for its own statements.
    pub(super) const fn forget_failures(&mut self) {
        self.failure = Failure::None;
    }

    fn noted<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, StorageError> {
        outcome.map_err(|error| {
            let error = StorageError::from(error);
            if error.is_transient() {
                self.failure = Failure::InPassing;
            } else if self.failure == Failure::None {
                self.failure = Failure::Final;
            }
            error
        })
    }
}

fn bind<'q, DB>(query: Query<'q, DB, DB::Arguments>, arg: Arg) -> Query<'q, DB, DB::Arguments>
where
    DB: sqlx::Database,
    Option<String>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    Option<i64>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    bool: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    Option<Vec<u8>>: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    match arg {
        Arg::Text(value) => query.bind(value),
        Arg::Int(value) => query.bind(value),
        Arg::Bool(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    }
}
