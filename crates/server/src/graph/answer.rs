//! Answers in OData's envelopes.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::call::Call;
use crate::{
    error::ApiError,
    odata::{Expand, OdataError, Query, Table},
};

const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(JSON))], value.to_string()).into_response()
}

/// One thing.
pub fn entity(
    call: &Call,
    context: &str,
    table: &Table,
    value: Value,
    query: &Query,
) -> Result<Response, ApiError> {
    check(table, &query.select, &query.expand)?;
    let value = with_context(call, context, pick(value, table, &query.select));
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
    table: &Table,
    mut rows: Vec<Value>,
    count: Option<u64>,
    query: &Query,
) -> Result<Response, ApiError> {
    let size = usize::try_from(query.page_size()).unwrap_or(usize::MAX);
    let next = (rows.len() > size).then(|| call.next_link(query));
    rows.truncate(size);
    page(call, context, table, rows, (count, next), query)
}

/// One page of a list, with how many rows all pages have, where that is wanted, and the address of the next one.
pub fn page(
    call: &Call,
    context: &str,
    table: &Table,
    rows: Vec<Value>,
    (count, next): (Option<u64>, Option<String>),
    query: &Query,
) -> Result<Response, ApiError> {
    check(table, &query.select, &query.expand)?;
    let rows = rows.into_iter().map(|row| pick(row, table, &query.select)).collect();
    let mut envelope = Map::new();
    envelope.insert("@odata.context".into(), json!(call.context(context)));
    if let Some(count) = count {
        envelope.insert("@odata.count".into(), json!(count));
    }
    if let Some(next) = next {
        envelope.insert("@odata.nextLink".into(), json!(next));
    }
    envelope.insert("value".into(), Value::Array(rows));
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

/// Refuses a property that no row of the collection can have, whatever the rows are; what is written out has its name.
pub fn check(table: &Table, wanted: &[String], expanded: &[Expand]) -> Result<(), OdataError> {
    let known = |name: &String| {
        name == "*"
            || table.names().any(|known| known.eq_ignore_ascii_case(name))
            || expanded.iter().any(|one| one.name.eq_ignore_ascii_case(name))
    };
    let Some(unknown) = wanted.iter().find(|name| !known(name)) else { return Ok(()) };
    let mut allowed: Vec<&str> = table.names().collect();
    allowed.sort_unstable();
    allowed.dedup();
    let message = format!("the property `{unknown}` is not known");
    Err(OdataError::new("$select", message, allowed.join(", ")))
}

/// Keeps the properties that were asked for; the id, annotations and what was written out always stay. A row that does
/// not have one leaves it out: a list may hold several types.
pub fn pick(value: Value, table: &Table, wanted: &[String]) -> Value {
    if wanted.is_empty() || wanted.iter().any(|name| name == "*") {
        return value;
    }
    let Value::Object(object) = value else { return value };
    let kept = object.into_iter().filter(|(name, _)| {
        let is_plain = table.names().any(|known| known == name);
        name == "id" || !is_plain || wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
    });
    Value::Object(kept.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::{Kind, here, shown};

    #[test]
    fn names_are_those_of_the_collection_and_match_in_any_case() {
        const TABLE: &Table = &Table {
            asked: &[&[shown("id"), here("displayName", Kind::Text), here("mail/address", Kind::Text)]],
            shown: &[&[shown("id"), here("isAssignableToRole", Kind::Bool)]],
        };
        let wanted = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let row = json!({"@odata.type": "x", "id": 1, "displayName": "a", "mail": null, "rules": [1]});
        for (names, picked) in [
            (
                wanted(&["DISPLAYNAME"]),
                json!({"@odata.type": "x", "id": 1, "displayName": "a", "rules": [1]}),
            ),
            (wanted(&["isAssignableToRole"]), json!({"@odata.type": "x", "id": 1, "rules": [1]})),
            (wanted(&["*", "mail"]), row.clone()),
            (Vec::new(), row.clone()),
        ] {
            assert_eq!(check(TABLE, &names, &[]), Ok(()));
            assert_eq!(pick(row.clone(), TABLE, &names), picked);
        }
        let unknown = check(TABLE, &wanted(&["id", "secret"]), &[]).map_err(|error| error.allowed);
        assert_eq!(unknown, Err("displayName, id, isAssignableToRole, mail".to_owned()));
        assert!(check(TABLE, &wanted(&["rules"]), &[]).is_err());
        let rules = Expand { name: "Rules".to_owned(), ..Expand::default() };
        assert_eq!(check(TABLE, &wanted(&["rules"]), &[rules]), Ok(()));
    }
}
