//! `/groups/{id}/members`.

use axum::response::Response;
use domain::{error_code::ErrorCode, ids::PrincipalId};
use serde_json::Value;

use super::{answer, call::Call, groups, listed, shapes, users::nothing_expanded};
use crate::{
    directory,
    error::ApiError,
    extract,
    odata::Opt,
    storage::{listing, principals::Principal, tables},
};

/// So many members can come with a new group, as with Graph.
const MOST_AT_ONCE: usize = 20;

/// One page of a group's members.
pub async fn list(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::SEARCHED)?;
    nothing_expanded(&query)?;
    let group = groups::find(call, id).await?;
    let mut db = call.db().await?;
    let select = listing::members(group.id);
    let page = listed::page(&mut db, select, &tables::PRINCIPALS, &query, listing::BY_NAME).await?;
    let values: Result<Vec<Value>, _> =
        page.rows.iter().map(|row| Principal::from_row(row).map(|p| shapes::typed(&p))).collect();
    page.answer(call, "directoryObjects", &tables::PRINCIPALS, values?, &query)
}

/// How many members a group has.
pub async fn count(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::NUMBER)?;
    let group = groups::find(call, id).await?;
    let mut select = listing::members(group.id);
    listed::narrow(&mut select, &tables::PRINCIPALS, &query)?;
    Ok(answer::number(select.count(&mut call.db().await?).await?))
}

/// Somebody joins: the body holds the address of a directory object.
pub async fn add(call: &Call, group: &str) -> Result<Response, ApiError> {
    call.options(&[])?;
    let member = referred(call)?;
    directory::add_member(&call.state, &call.caller, extract::id(group)?, member).await?;
    Ok(answer::done())
}

/// Somebody leaves.
pub async fn remove(call: &Call, group: &str, member: &str) -> Result<Response, ApiError> {
    call.options(&[])?;
    directory::remove_member(&call.state, &call.caller, extract::id(group)?, extract::id(member)?).await?;
    Ok(answer::done())
}

/// The directory object that the body refers to.
pub(super) fn referred(call: &Call) -> Result<PrincipalId, ApiError> {
    let body = call.json(&["@odata.id"], ErrorCode::BadRequest)?;
    body.get("@odata.id").and_then(Value::as_str).and_then(reference).ok_or_else(|| {
        let allowed = call.address("directoryObjects/{id}");
        ApiError::bad("@odata.id", "@odata.id is no address of a directory object", allowed)
    })
}

/// The directory objects that a list of a body refers to.
pub(super) fn all_referred(call: &Call, field: &str, list: &Value) -> Result<Vec<PrincipalId>, ApiError> {
    let allowed =
        || format!("at most {MOST_AT_ONCE} addresses such as {}", call.address("directoryObjects/{id}"));
    if list.is_null() {
        return Ok(Vec::new());
    }
    let wrong = |message: String| ApiError::bad(field, message, allowed());
    let list = list.as_array().ok_or_else(|| wrong(format!("{field} is no list")))?;
    if list.len() > MOST_AT_ONCE {
        return Err(wrong(format!("{field} has {} addresses", list.len())));
    }
    let one = |value: &Value| {
        let id = value.as_str().and_then(reference);
        id.ok_or_else(|| wrong(format!("{field} holds what is no address of a directory object")))
    };
    list.iter().map(one).collect()
}

/// The id at the end of `https://host/v1.0/directoryObjects/{id}` or `.../users/{id}`.
fn reference(address: &str) -> Option<PrincipalId> {
    let (rest, id) = address.rsplit_once('/')?;
    let collection = rest.rsplit('/').next()?;
    let known = ["directoryObjects", "users", "servicePrincipals", "groups"];
    known.iter().any(|name| name.eq_ignore_ascii_case(collection)).then(|| id.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_reference_is_an_address_of_a_directory_object() {
        let id = "4ab0b690-479b-47ff-af8f-2576cf521872";
        for good in
            ["https://host/v1.0/directoryObjects/", "https://host/beta/users/", "/v1.0/directoryobjects/"]
        {
            assert_eq!(
                reference(&format!("{good}{id}")).map(|id| id.to_string()).as_deref(),
                Some(id),
                "{good}"
            );
        }
        for bad in
            [id, "https://host/v1.0/devices/4ab0b690-479b-47ff-af8f-2576cf521872", "directoryObjects/x"]
        {
            assert_eq!(reference(bad), None, "{bad}");
        }
    }
}
