//! The next page of a sorted list begins after the last row of this one, whatever was added or taken away meanwhile.

use serde_json::{Value, json};

use super::{Arg, Row, StorageError, filter::Sort, select::Select};
use crate::odata::{Kind, OdataError};

/// Reads what the list is sorted by beside its rows.
pub fn read_along(select: &mut Select, sorts: &[Sort]) {
    for (n, sort) in sorts.iter().enumerate() {
        select.also(sort.sql, &format!("sort_{n}"));
    }
}

/// What a row is sorted by.
pub fn keys(row: &Row, sorts: &[Sort]) -> Result<Vec<Value>, StorageError> {
    let key = |(n, sort): (usize, &Sort)| {
        let column = format!("sort_{n}");
        Ok(match sort.kind {
            Kind::Key | Kind::Folded | Kind::Text | Kind::Origin => json!(row.text_or_null(&column)?),
            Kind::Time => json!(row.int_or_null(&column)?),
            Kind::Bool => json!(row.boolean(&column)?),
        })
    };
    sorts.iter().enumerate().map(key).collect()
}

/// Passes over the rows up to the one with these keys, nulls last.
pub fn after(select: &mut Select, sorts: &[Sort], keys: &[Value]) -> Result<(), OdataError> {
    let strange = || OdataError::new("$skiptoken", "it belongs to another list", "the token of a next link");
    if keys.len() != sorts.len() {
        return Err(strange());
    }
    let (mut same, mut ways) = (Vec::<String>::new(), Vec::new());
    for (sort, key) in sorts.iter().zip(keys) {
        let sql = sort.sql;
        let arg = match Place::read(sort.kind, key).ok_or_else(strange)? {
            Place::At(arg) => arg,
            // Nulls stand last: nothing comes after them but other nulls.
            Place::Null => {
                same.push(format!("{sql} IS NULL"));
                continue;
            }
        };
        let mark = select.bind(arg);
        let sign = if sort.descending { '<' } else { '>' };
        if sort.kind == Kind::Key && same.is_empty() && ways.is_empty() {
            // Says nothing new, and lets an index begin here.
            select.and_plain(format!("{sql} {sign}= {mark}"));
        }
        let nulls = if sort.kind == Kind::Key { String::new() } else { format!(" OR {sql} IS NULL") };
        let further = format!("({sql} {sign} {mark}{nulls})");
        ways.push(same.iter().chain([&further]).cloned().collect::<Vec<_>>().join(" AND "));
        same.push(format!("{sql} = {mark}"));
    }
    select.and_plain(format!("({})", ways.join(" OR ")));
    Ok(())
}

/// Where in one order the last row stands.
enum Place {
    At(Arg),
    Null,
}

impl Place {
    /// None when it is no value of this kind.
    fn read(kind: Kind, key: &Value) -> Option<Self> {
        match (kind, key) {
            // PostgreSQL can neither keep U+0000 nor be asked for it.
            (Kind::Key | Kind::Folded | Kind::Text, Value::String(text)) if !text.contains('\0') => {
                Some(Self::At(Arg::from(text)))
            }
            (Kind::Time, Value::Number(number)) => Some(Self::At(Arg::from(number.as_i64()?))),
            (Kind::Bool, Value::Bool(value)) => Some(Self::At(Arg::from(*value))),
            (Kind::Folded | Kind::Text | Kind::Time, Value::Null) => Some(Self::Null),
            _ => None,
        }
    }
}
