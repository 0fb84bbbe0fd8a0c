//! Conditions on rows that are in memory already, such as the role definitions.

use domain::{text::fold, time::Instant};
use serde_json::Value as Json;

use super::{Expr, OdataError, Op, TextFn, Value};

/// Whether a row fulfils a condition. Only the properties that `known` names may be asked for.
pub fn matches(expr: &Expr, row: &Json, known: &[&str]) -> Result<bool, OdataError> {
    Ok(match expr {
        Expr::And(left, right) => matches(left, row, known)? & matches(right, row, known)?,
        Expr::Or(left, right) => matches(left, row, known)? | matches(right, row, known)?,
        Expr::Not(inner) => !matches(inner, row, known)?,
        Expr::Compare(path, op, value) => compare(at(row, path, known)?, *op, value),
        Expr::In(path, values) => {
            let found = at(row, path, known)?;
            values.iter().any(|value| compare(found, Op::Eq, value))
        }
        Expr::Text(function, path, text) => {
            let (whole, part) = (fold(at(row, path, known)?.as_str().unwrap_or_default()), fold(text));
            match function {
                TextFn::StartsWith => whole.starts_with(&part),
                TextFn::EndsWith => whole.ends_with(&part),
                TextFn::Contains => whole.contains(&part),
            }
        }
        Expr::Any(path, _) => return Err(unknown(path, known)),
    })
}

fn at<'a>(row: &'a Json, path: &str, known: &[&str]) -> Result<&'a Json, OdataError> {
    let Some(name) = known.iter().find(|name| name.eq_ignore_ascii_case(path)) else {
        return Err(unknown(path, known));
    };
    Ok(name.split('/').fold(row, |row, name| &row[name]))
}

fn unknown(path: &str, known: &[&str]) -> OdataError {
    OdataError::new("$filter", format!("the property `{path}` cannot be filtered"), known.join(", "))
}

fn compare(found: &Json, op: Op, value: &Value) -> bool {
    let order = match (found, value) {
        (Json::String(found), Value::Text(value)) => Some(fold(found).cmp(&fold(value))),
        (Json::String(found), Value::Time(value)) => {
            found.parse::<Instant>().ok().map(|found| found.cmp(value))
        }
        (Json::Bool(found), Value::Bool(value)) => Some(found.cmp(value)),
        (Json::Number(found), Value::Int(value)) => found.as_i64().map(|found| found.cmp(value)),
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

    #[test]
    fn conditions_hold_or_not() {
        let row =
            json!({"id": "7", "name": "Global Reader", "builtIn": true, "by": {"id": "x"}, "none": null});
        let known = ["id", "name", "builtIn", "by/id", "none"];
        for (text, expected) in [
            ("name eq 'global reader'", true),
            ("name in ('a','Global Reader')", true),
            ("startswith(name,'glob') and endswith(name,'der') and contains(name,'l r')", true),
            ("not (builtIn eq true)", false),
            ("by/id eq 'x' or id eq '8'", true),
            ("none eq null and name ne null", true),
            ("none eq 'x' or none gt 'a'", false),
        ] {
            assert_eq!(matches(&filter(text).unwrap(), &row, &known), Ok(expected), "{text}");
        }
        assert!(matches(&filter("other eq 1").unwrap(), &row, &known).is_err());
    }
}
