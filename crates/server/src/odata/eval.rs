//! Conditions on rows that are in memory already, such as the role definitions.

use domain::{text::lower, time::Instant};
use serde_json::Value as Json;

use super::{Expr, OdataError, Op, TextFn, Value};

/// What a property of a row in memory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text of any case.
    Text,
    /// True or false.
    Bool,
    /// An instant.
    Time,
}

/// The name of a property and what it holds.
pub type Property = (&'static str, Type);

/// Refuses a condition that no row could be asked: a property that is not known, or a value that it cannot have.
pub fn check(expr: &Expr, known: &[Property]) -> Result<(), OdataError> {
    match expr {
        Expr::And(left, right) | Expr::Or(left, right) => {
            check(left, known)?;
            check(right, known)
        }
        Expr::Not(inner) => check(inner, known),
        Expr::Compare(path, op, value) => fits(find(path, known)?, *op, value),
        Expr::In(path, values) => {
            let property = find(path, known)?;
            values.iter().try_for_each(|value| fits(property, Op::Eq, value))
        }
        Expr::Text(_, path, _) => match find(path, known)? {
            (_, Type::Text) => Ok(()),
            other => Err(mismatch(other)),
        },
        Expr::Any(path, _) => Err(unknown(path, known)),
    }
}

/// Whether a row fulfils a condition that was checked.
pub fn matches(expr: &Expr, row: &Json, known: &[Property]) -> bool {
    match expr {
        Expr::And(left, right) => matches(left, row, known) && matches(right, row, known),
        Expr::Or(left, right) => matches(left, row, known) || matches(right, row, known),
        Expr::Not(inner) => !matches(inner, row, known),
        Expr::Compare(path, op, value) => compare(at(row, path, known), *op, value),
        Expr::In(path, values) => {
            let found = at(row, path, known);
            values.iter().any(|value| compare(found, Op::Eq, value))
        }
        Expr::Text(function, path, text) => {
            let Some(whole) = at(row, path, known).as_str() else { return false };
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

fn find(path: &str, known: &[Property]) -> Result<Property, OdataError> {
    let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(path));
    found.copied().ok_or_else(|| unknown(path, known))
}

fn at<'a>(row: &'a Json, path: &str, known: &[Property]) -> &'a Json {
    find(path, known).map_or(&Json::Null, |(name, _)| name.split('/').fold(row, |row, name| &row[name]))
}

fn unknown(path: &str, known: &[Property]) -> OdataError {
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    OdataError::new("$filter", format!("the property `{path}` cannot be filtered"), names.join(", "))
}

/// As on the database: a value of another type is a mistake, and no row that does not have it.
fn fits(property: Property, op: Op, value: &Value) -> Result<(), OdataError> {
    let equal = matches!(op, Op::Eq | Op::Ne);
    match (property.1, value) {
        (_, Value::Null) | (Type::Bool, Value::Bool(_)) if equal => Ok(()),
        (_, Value::Null) => {
            Err(OdataError::new("$filter", "null is neither greater nor less", "eq and ne with null"))
        }
        (Type::Text, Value::Text(_)) | (Type::Time, Value::Time(_)) => Ok(()),
        _ => Err(mismatch(property)),
    }
}

fn mismatch((name, kind): Property) -> OdataError {
    let allowed = match kind {
        Type::Text => "a text in single quotes",
        Type::Time => "a date and time with an offset, not in quotes",
        Type::Bool => "true or false, with eq or ne",
    };
    OdataError::new("$filter", format!("the value does not fit the property `{name}`"), allowed)
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
    use crate::odata::filter;

    const KNOWN: [Property; 6] = [
        ("id", Type::Text),
        ("name", Type::Text),
        ("builtIn", Type::Bool),
        ("by/id", Type::Text),
        ("at", Type::Time),
        ("none", Type::Text),
    ];

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
            assert_eq!(check(&expr, &KNOWN), Ok(()), "{text}");
            assert_eq!(matches(&expr, &row, &KNOWN), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused_whatever_the_rows_are() {
        for bad in [
            "other eq 1",
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
            assert!(check(&filter(bad).unwrap(), &KNOWN).is_err(), "{bad}");
        }
    }
}
