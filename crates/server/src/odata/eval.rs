//! Conditions on rows that are in memory already, such as the role definitions.

use domain::{text::lower, time::Instant};
use serde_json::Value as Json;

use super::{Expr, Kind, OdataError, Op, Table, TextFn, Value};

/// Refuses a condition that no row could be asked: a property that is not known, or a value that it cannot have.
pub fn check(expr: &Expr, table: &Table) -> Result<(), OdataError> {
    match expr {
        Expr::And(left, right) | Expr::Or(left, right) => {
            check(left, table)?;
            check(right, table)
        }
        Expr::Not(inner) => check(inner, table),
        Expr::Compare(path, op, value) => fits(find(path, table)?, *op, value),
        Expr::In(path, values) => {
            let property = find(path, table)?;
            values.iter().try_for_each(|value| fits(property, Op::Eq, value))
        }
        Expr::Text(_, path, _) => match find(path, table)? {
            (_, Kind::Key | Kind::Folded | Kind::Text) => Ok(()),
            (name, kind) => Err(kind.mismatch(name)),
        },
        Expr::Any(path, _) => Err(unknown(path, table)),
    }
}

/// Whether a row fulfils a condition that was checked.
pub fn matches(expr: &Expr, row: &Json, table: &Table) -> bool {
    match expr {
        Expr::And(left, right) => matches(left, row, table) && matches(right, row, table),
        Expr::Or(left, right) => matches(left, row, table) || matches(right, row, table),
        Expr::Not(inner) => !matches(inner, row, table),
        Expr::Compare(path, op, value) => compare(found(row, path, table), *op, value),
        Expr::In(path, values) => {
            let found = found(row, path, table);
            values.iter().any(|value| compare(found, Op::Eq, value))
        }
        Expr::Text(function, path, text) => {
            let Some(whole) = found(row, path, table).as_str() else { return false };
            let (whole, part) = (lower(whole), lower(text));
            match function {
                TextFn::StartsWith => whole.starts_with(&part),
                TextFn::EndsWith => whole.ends_with(&part),
                TextFn::Contains => whole.contains(&part),
            }
        }
        Expr::Any(..) => false,
    }
}

fn find(path: &str, table: &Table) -> Result<(&'static str, Kind), OdataError> {
    let found = table.find(path).and_then(|property| Some((property.path, property.kind()?)));
    found.ok_or_else(|| unknown(path, table))
}

/// The value of a property, by its path.
pub fn at<'a>(row: &'a Json, path: &str) -> &'a Json {
    path.split('/').fold(row, |row, name| &row[name])
}

fn found<'a>(row: &'a Json, path: &str, table: &Table) -> &'a Json {
    table.find(path).map_or(&Json::Null, |property| at(row, property.path))
}

fn unknown(path: &str, table: &Table) -> OdataError {
    OdataError::new("$filter", format!("the property `{path}` cannot be filtered"), table.allowed())
}

/// As on the database: a value of another type is a mistake, and no row that does not have it.
fn fits((name, kind): (&'static str, Kind), op: Op, value: &Value) -> Result<(), OdataError> {
    let equal = matches!(op, Op::Eq | Op::Ne);
    match (kind, value) {
        (_, Value::Null) | (Kind::Bool, Value::Bool(_)) | (Kind::Origin, Value::Text(_)) if equal => Ok(()),
        (_, Value::Null) => {
            Err(OdataError::new("$filter", "null is neither greater nor less", "eq and ne with null"))
        }
        (Kind::Key | Kind::Folded | Kind::Text, Value::Text(_)) | (Kind::Time, Value::Time(_)) => Ok(()),
        _ => Err(kind.mismatch(name)),
    }
}

fn compare(found: &Json, op: Op, value: &Value) -> bool {
    let order = match (found, value) {
        (Json::String(found), Value::Text(value)) => Some(lower(found).cmp(&lower(value))),
        (Json::String(found), Value::Time(value)) => {
            found.parse::<Instant>().ok().map(|found| found.cmp(value))
        }
        (Json::Bool(found), Value::Bool(value)) => Some(found.cmp(value)),
        (Json::Null, Value::Null) => Some(core::cmp::Ordering::Equal),
        _ => None,
    };
    match op {
        Op::Eq => order.is_some_and(core::cmp::Ordering::is_eq),
        Op::Ne => order.is_none_or(core::cmp::Ordering::is_ne),
        Op::Gt => order.is_some_and(core::cmp::Ordering::is_gt),
        Op::Ge => order.is_some_and(core::cmp::Ordering::is_ge),
        Op::Lt => order.is_some_and(core::cmp::Ordering::is_lt),
        Op::Le => order.is_some_and(core::cmp::Ordering::is_le),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::odata::{filter, here, shown};

    const TABLE: Table = Table::of(&[&[
        here("id", Kind::Key),
        here("name", Kind::Text),
        here("builtIn", Kind::Bool),
        here("by/id", Kind::Text),
        here("at", Kind::Time),
        here("none", Kind::Text),
        shown("parts"),
    ]]);

    #[test]
    fn conditions_hold_or_not() {
        let row = json!({
            "id": "7", "name": "Global Reader", "builtIn": true, "by": {"id": "x"}, "none": null,
            "at": "2026-01-01T00:00:00Z",
        });
        for (text, expected) in [
            ("name eq 'global reader'", true),
            ("name in ('a','Global Reader')", true),
            ("startswith(name,'glob') and endswith(name,'der') and contains(name,'l r')", true),
            ("startswith(name,'global ') and contains(name,' ')", true),
            ("startswith(name,' global') or startswith(name,'glob ') or name eq 'global reader '", false),
            ("contains(id,' ') or contains(none,'')", false),
            ("not (builtIn eq true)", false),
            ("by/id eq 'x' or id eq '8'", true),
            ("at lt 2026-01-01T00:00:01Z and at ge 2026-01-01T01:00:00+01:00", true),
            ("none eq null and name ne null", true),
            ("none eq 'x' or none gt 'a'", false),
        ] {
            let expr = filter(text).unwrap();
            assert_eq!(check(&expr, &TABLE), Ok(()), "{text}");
            assert_eq!(matches(&expr, &row, &TABLE), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused_whatever_the_rows_are() {
        for bad in [
            "other eq 1",
            "parts eq 'x'",
            "id eq 5",
            "builtIn eq 'true'",
            "builtIn gt true",
            "builtIn in (true,'x')",
            "at eq '2026-01-01T00:00:00Z'",
            "id eq 2026-01-01T00:00:00Z",
            "id gt null",
            "contains(builtIn,'t')",
            "startswith(at,'2026')",
            "id/any()",
            "id eq '7' or (id eq '7' and not (id eq true))",
        ] {
            assert!(check(&filter(bad).unwrap(), &TABLE).is_err(), "{bad}");
        }
    }
}
