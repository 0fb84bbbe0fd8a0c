//! OData's query options, read into a typed tree. What is not known is refused by name, never passed over.

mod eval;
mod expand;
mod filter;
mod kind;
mod parse;
mod query;
mod search;
mod table;

use core::fmt;

use domain::time::Instant;
pub use eval::{at, check, matches};
pub use expand::Expand;
pub use filter::filter;
pub use kind::Kind;
pub use query::{Opt, Order, Place, Query, decode};
pub use table::{Held, Property, Table, column, here, shown};

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Both.
    And(Box<Self>, Box<Self>),
    /// At least one.
    Or(Box<Self>, Box<Self>),
    /// Not so.
    Not(Box<Self>),
    /// A property beside a value.
    Compare(String, Op, Value),
    /// A property that has one of these values.
    In(String, Vec<Value>),
    /// A property whose text begins with, ends with or contains another.
    Text(TextFn, String, String),
    /// A list with at least one element for which this holds; with no condition, at least one element.
    Any(String, Option<Box<Self>>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is OData's own word")]
pub enum Op {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// Where a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is OData's own word")]
pub enum TextFn {
    StartsWith,
    EndsWith,
    Contains,
}

/// A written value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is OData's own word")]
pub enum Value {
    Text(String),
    Bool(bool),
    Int(i64),
    Time(Instant),
    Null,
}

/// Why a query option was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OdataError {
    /// Which option.
    pub option: String,
    /// What is wrong with it.
    pub message: String,
    /// What would be taken.
    pub allowed: String,
}

impl OdataError {
    /// An option that was not taken.
    pub fn new(option: &str, message: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { option: option.to_owned(), message: message.into(), allowed: allowed.into() }
    }
}

impl fmt::Display for OdataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "query option `{}`: {}; allowed: {}", self.option, self.message, self.allowed)
    }
}

impl std::error::Error for OdataError {}
