//! Which members of a body are taken: what is not known is refused by its name, at every depth.

use domain::error_code::ErrorCode;
use serde_json::{Map, Value};

use crate::error::ApiError;

/// Whether a member tells of the body, or of another member, and asks for nothing: clients send back what they read.
pub fn is_annotation(name: &str) -> bool {
    match name.split_once("@odata.") {
        Some(("", word)) => ["type", "context", "id", "etag"].contains(&word),
        Some((_, word)) => ["type", "context"].contains(&word),
        None => false,
    }
}

/// Refuses whatever `known` does not name, annotations aside; `path` leads to the object.
pub fn only(
    object: &Map<String, Value>,
    path: &str,
    known: &[&str],
    code: ErrorCode,
) -> Result<(), ApiError> {
    match object.keys().find(|name| !known.contains(&name.as_str()) && !is_annotation(name)) {
        None => Ok(()),
        Some(name) => Err(unknown(name, path, known, code)),
    }
}

/// An object inside a body, with members of these names alone; none when it is missing or null.
pub fn part<'b>(
    body: &'b Value,
    path: &str,
    known: &[&str],
    code: ErrorCode,
) -> Result<Option<&'b Value>, ApiError> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let Some(value) = body.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let Value::Object(object) = value else {
        return Err(ApiError::new(code, format!("{path} is no object")).at(path, "a JSON object, or null"));
    };
    only(object, path, known, code)?;
    Ok(Some(value))
}

fn unknown(name: &str, path: &str, known: &[&str], code: ErrorCode) -> ApiError {
    let name: String = name.chars().take(80).collect();
    let field = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
    if name.ends_with("@odata.bind") {
        let message = format!("`{name}` is not supported here");
        return ApiError::new(code, message)
            .at(&field, "a reference of its own, such as PUT .../manager/$ref");
    }
    ApiError::new(code, format!("the property `{field}` is not known here")).at(&field, known.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_annotation_asks_for_nothing() {
        for name in
            ["@odata.type", "@odata.context", "@odata.id", "@odata.etag", "a@odata.type", "a@odata.context"]
        {
            assert!(is_annotation(name), "{name}");
        }
        for name in ["members@odata.bind", "@odata.bind", "a@odata.id", "odata.type", "@removed", "a"] {
            assert!(!is_annotation(name), "{name}");
        }
    }

    #[test]
    fn parts_have_known_members_only() {
        let part = |value: Value| {
            let body = json!({"ticketInfo": value});
            part(&body, "ticketInfo", &["number"], ErrorCode::BadRequest).map(Option::<&Value>::cloned)
        };
        assert_eq!(part(Value::Null).ok(), Some(None));
        let good = json!({"number": 1, "@odata.type": "x"});
        assert_eq!(part(good.clone()).ok(), Some(Some(good)));
        for bad in [json!([]), json!("x"), json!({"Number": 1}), json!({"x@odata.bind": "y"})] {
            assert!(part(bad.clone()).is_err(), "{bad}");
        }
    }
}
