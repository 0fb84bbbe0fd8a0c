//! Puts a list's statement together: conditions, their bound values, order and page.

use std::borrow::Cow;

use super::{Arg, Connection, Row, StorageError};

/// A statement in the making. Every value is bound; the texts are the program's own.
#[derive(Clone, Debug)]
pub struct Select {
    columns: Cow<'static, str>,
    from: Cow<'static, str>,
    conditions: Vec<String>,
    args: Vec<Arg>,
}

/// Which rows of a sorted list.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// How many to pass over.
    pub skip: u64,
    /// How many at most.
    pub top: u64,
}

impl Select {
    /// Begins a statement.
    pub const fn new(columns: &'static str, from: &'static str) -> Self {
        Self {
            columns: Cow::Borrowed(columns),
            from: Cow::Borrowed(from),
            conditions: Vec::new(),
            args: Vec::new(),
        }
    }

    /// Reads from something that was put together with bound values of its own.
    pub fn set_from(&mut self, from: String) {
        self.from = Cow::Owned(from);
    }

    /// Reads one expression more, under this name.
    pub fn also(&mut self, sql: &str, name: &str) -> &mut Self {
        self.columns = Cow::Owned(format!("{}, {sql} AS {name}", self.columns));
        self
    }

    /// Binds a value; gives the mark that stands for it.
    pub fn bind(&mut self, arg: impl Into<Arg>) -> String {
        self.args.push(arg.into());
        format!("${}", self.args.len())
    }

    /// Adds a condition in which each `{}` stands for the value.
    pub fn and(&mut self, condition: &str, arg: impl Into<Arg>) -> &mut Self {
        let mark = self.bind(arg);
        self.and_plain(condition.replace("{}", &mark))
    }

    /// Adds a condition without a value of its own.
    pub fn and_plain(&mut self, condition: impl Into<String>) -> &mut Self {
        self.conditions.push(condition.into());
        self
    }

    /// The rows of one page.
    pub async fn rows(
        &self,
        db: &mut Connection,
        order: &str,
        slice: Slice,
    ) -> Result<Vec<Row>, StorageError> {
        let (conditions, Slice { skip, top }) = (self.conditions(), slice);
        let sql = format!(
            "SELECT {} FROM {}{conditions} ORDER BY {order} LIMIT {top} OFFSET {skip}",
            self.columns, self.from
        );
        db.all(sql, self.args.clone()).await
    }

    /// Every row.
    pub async fn all(&self, db: &mut Connection) -> Result<Vec<Row>, StorageError> {
        let sql = format!("SELECT {} FROM {}{}", self.columns, self.from, self.conditions());
        db.all(sql, self.args.clone()).await
    }

    /// The first row, if there is one.
    pub async fn first(&self, db: &mut Connection) -> Result<Option<Row>, StorageError> {
        let sql = format!("SELECT {} FROM {}{} LIMIT 1", self.columns, self.from, self.conditions());
        db.first(sql, self.args.clone()).await
    }

    /// How many rows there are.
    pub async fn count(&self, db: &mut Connection) -> Result<u64, StorageError> {
        let (from, conditions) = (&self.from, self.conditions());
        let sql = format!("SELECT COUNT(*) AS n FROM {from}{conditions}");
        db.count(sql, self.args.clone()).await
    }

    fn conditions(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }
}

/// The text with the wildcards of `LIKE` made plain.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
