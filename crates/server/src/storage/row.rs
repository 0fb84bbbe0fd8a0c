//! Values in and out, the same on both databases.

use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

use super::StorageError;

/// A bound value.
#[derive(Clone, Debug)]
pub enum Arg {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Int(Option<i64>),
    /// BOOLEAN.
    Bool(bool),
    /// BYTEA or BLOB.
    Bytes(Option<Vec<u8>>),
}

macro_rules! from {
    ($($type:ty => |$value:ident| $arg:expr;)*) => {$(
        impl From<$type> for Arg {
            fn from($value: $type) -> Self { $arg }
        }
    )*};
}

from! {
    String => |v| Self::Text(Some(v));
    &str => |v| Self::Text(Some(v.to_owned()));
    &String => |v| Self::Text(Some(v.clone()));
    Option<String> => |v| Self::Text(v);
    Option<&str> => |v| Self::Text(v.map(str::to_owned));
    i64 => |v| Self::Int(Some(v));
    Option<i64> => |v| Self::Int(v);
    bool => |v| Self::Bool(v);
    Vec<u8> => |v| Self::Bytes(Some(v));
    &[u8] => |v| Self::Bytes(Some(v.to_vec()));
    domain::time::Instant => |v| Self::Int(Some(v.0));
    Option<domain::time::Instant> => |v| Self::Int(v.map(|i| i.0));
    domain::ids::PrincipalId => |v| Self::Text(Some(v.to_string()));
    Option<domain::ids::PrincipalId> => |v| Self::Text(v.map(|id| id.to_string()));
    domain::ids::RoleId => |v| Self::Text(Some(v.to_string()));
    domain::ids::ScheduleId => |v| Self::Text(Some(v.to_string()));
    Option<domain::ids::ScheduleId> => |v| Self::Text(v.map(|id| id.to_string()));
    domain::ids::RequestId => |v| Self::Text(Some(v.to_string()));
    domain::ids::AuditId => |v| Self::Text(Some(v.to_string()));
    domain::ids::SessionId => |v| Self::Text(Some(v.to_string()));
    domain::ids::TenantId => |v| Self::Text(Some(v.to_string()));
    domain::scope::Scope => |v| Self::Text(Some(v.as_str().to_owned()));
}

/// Makes a list of bound values: `args![id, now, "text"]`.
#[macro_export]
macro_rules! __args {
    ($($value:expr),* $(,)?) => { vec![$($crate::storage::Arg::from($value)),*] };
}
pub use crate::__args as args;

/// One row of an answer.
pub enum Row {
    /// From the embedded database.
    Sqlite(SqliteRow),
    /// From the served one.
    Postgres(PgRow),
}

macro_rules! column {
    ($($(#[$doc:meta])* $name:ident -> $type:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self, column: &str) -> Result<$type, StorageError> {
            Ok(match self {
                Self::Sqlite(row) => row.try_get(column)?,
                Self::Postgres(row) => row.try_get(column)?,
            })
        }
    )*};
}

impl Row {
    column! {
        /// A TEXT that is there.
        text -> String;
        /// A TEXT that may be null.
        text_or_null -> Option<String>;
        /// A BIGINT that is there.
        int -> i64;
        /// A BIGINT that may be null.
        int_or_null -> Option<i64>;
        /// A BOOLEAN.
        boolean -> bool;
        /// Bytes that are there.
        bytes -> Vec<u8>;
        /// Bytes that may be null.
        bytes_or_null -> Option<Vec<u8>>;
    }

    /// A TEXT that is read as an id or another parsed type.
    pub fn parsed<T: std::str::FromStr>(&self, column: &str) -> Result<T, StorageError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| StorageError::Corrupt(format!("{column} `{text}`")))
    }

    /// The same where it may be null.
    pub fn parsed_or_null<T: std::str::FromStr>(&self, column: &str) -> Result<Option<T>, StorageError> {
        self.text_or_null(column)?
            .map(|text| text.parse().map_err(|_| StorageError::Corrupt(format!("{column} `{text}`"))))
            .transpose()
    }

    /// A word behind which `parse` finds a value.
    pub fn word<T>(&self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StorageError> {
        let text = self.text(column)?;
        parse(&text).ok_or_else(|| StorageError::Corrupt(format!("{column} `{text}`")))
    }
}
