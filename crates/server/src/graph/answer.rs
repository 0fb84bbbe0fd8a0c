//! Answers in OData's envelopes.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::call::Call;
use crate::{
    error::ApiError,
    odata::{OdataError, Query},
};

const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(JSON))], value.to_string()).into_response()
}

/// One thing.
pub fn entity(call: &Call, context: &str, value: Value, query: &Query) -> Result<Response, ApiError> {
    let value = with_context(call, context, select(value, &query.select)?);
    Ok(answer(StatusCode::OK, &value))
}

/// One thing that was made.
pub fn created(call: &Call, context: &str, value: Value, address: Option<String>) -> Response {
    let mut response = answer(StatusCode::CREATED, &with_context(call, context, value));
    if let Some(address) = address.and_then(|address| HeaderValue::from_str(&address).ok()) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}

/// One page of a list. There is one row more than the page has when another page follows.
pub fn list(
    call: &Call,
    context: &str,
    mut rows: Vec<Value>,
    count: Option<u64>,
    query: &Query,
) -> Result<Response, ApiError> {
    let size = usize::try_from(query.page_size()).unwrap_or(usize::MAX);
    let next = (rows.len() > size).then(|| call.next_link(query));
    rows.truncate(size);
    page(call, context, rows, count, next, query)
}

/// One page of a list, with the address of the next one.
pub fn page(
    call: &Call,
    context: &str,
    rows: Vec<Value>,
    count: Option<u64>,
    next: Option<String>,
    query: &Query,
) -> Result<Response, ApiError> {
    let rows: Result<Vec<Value>, OdataError> =
        rows.into_iter().map(|row| select(row, &query.select)).collect();
    let mut envelope = Map::new();
    envelope.insert("@odata.context".into(), json!(call.context(context)));
    if let Some(count) = count {
        envelope.insert("@odata.count".into(), json!(count));
    }
    if let Some(next) = next {
        envelope.insert("@odata.nextLink".into(), json!(next));
    }
    envelope.insert("value".into(), Value::Array(rows?));
    Ok(answer(StatusCode::OK, &Value::Object(envelope)))
}

/// A bare number.
pub fn number(n: u64) -> Response {
    ([(header::CONTENT_TYPE, "text/plain")], n.to_string()).into_response()
}

/// Done, and nothing to say.
pub fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn with_context(call: &Call, context: &str, value: Value) -> Value {
    let Value::Object(mut object) = value else { return value };
    object.insert("@odata.context".into(), json!(call.context(&format!("{context}/$entity"))));
    Value::Object(object)
}

/// Keeps the properties that were asked for; the id, annotations and what was expanded always stay.
pub fn select(value: Value, wanted: &[String]) -> Result<Value, OdataError> {
    if wanted.is_empty() || wanted.iter().any(|name| name == "*") {
        return Ok(value);
    }
    let Value::Object(object) = value else { return Ok(value) };
    let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    if let Some(unknown) = wanted.iter().find(|name| !object.keys().any(|key| key.eq_ignore_ascii_case(name)))
    {
        return Err(OdataError::new(
            "$select",
            format!("the property `{unknown}` is not known"),
            object.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        ));
    }
    let kept = object.into_iter().filter(|(name, value)| {
        let navigates = super::expand::NAVIGATION.contains(&name.as_str()) || name == super::expand::INHERITS;
        let expanded = navigates && !value.is_null();
        name == "id" || name.starts_with('@') || expanded || is_wanted(name)
    });
    Ok(Value::Object(kept.collect()))
}
