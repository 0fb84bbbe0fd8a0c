//! `/groups`. Every signed-in person may read which there are.

use axum::response::Response;
use domain::{error_code::ErrorCode, ids::PrincipalId, principal::PrincipalKind, wire::graph::NewGroup};
use serde_json::{Value, json};

use super::{
    answer,
    call::{Call, typed},
    listed, members, shapes,
    users::{nothing_expanded, text},
};
use crate::{
    directory::{self, GroupChange},
    error::ApiError,
    extract,
    odata::Opt,
    storage::{
        listing,
        principals::{self, Principal},
        tables,
    },
};

const MEMBERS: &str = "members@odata.bind";
const NEW: [&str; 8] = [
    MEMBERS,
    "displayName",
    "description",
    "isAssignableToRole",
    "mailEnabled",
    "securityEnabled",
    "mailNickname",
    "groupTypes",
];

/// One page of groups.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::SEARCHED)?;
    nothing_expanded(&query)?;
    let mut db = call.db().await?;
    let select = listing::principals("group");
    let page = listed::page(&mut db, select, &tables::GROUPS, &query, listing::BY_NAME).await?;
    let values: Result<Vec<Value>, _> =
        page.rows.iter().map(|row| Principal::from_row(row).map(|p| shapes::principal(&p))).collect();
    page.answer(call, "groups", &tables::GROUPS, values?, &query)
}

/// How many groups.
pub async fn count(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::NUMBER)?;
    let mut select = listing::principals("group");
    listed::narrow(&mut select, &tables::GROUPS, &query)?;
    Ok(answer::number(select.count(&mut call.db().await?).await?))
}

/// One group.
pub async fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let group = find(call, id).await?;
    answer::entity(call, "groups", &tables::GROUPS, shapes::principal(&group), &query)
}

/// A new group.
pub async fn create(call: &Call) -> Result<Response, ApiError> {
    call.options(&[])?;
    let mut body = call.json(&NEW, ErrorCode::BadRequest)?;
    let members = body.as_object_mut().and_then(|body| body.remove(MEMBERS)).unwrap_or_default();
    let members = members::all_referred(call, MEMBERS, &members)?;
    if ![Value::Null, json!([])].contains(&body["groupTypes"]) {
        let message = "dynamic and mail groups are not supported";
        return Err(ApiError::bad("groupTypes", message, "an empty list, or null"));
    }
    let new: NewGroup = typed(body, ErrorCode::BadRequest)?;
    let group = directory::create_group(&call.state, &call.caller, new, members).await?;
    let address = call.address(&format!("groups/{}", group.id));
    Ok(answer::created(call, "groups", shapes::principal(&group), Some(address)))
}

/// Changes to a group.
pub async fn update(call: &Call, id: &str) -> Result<Response, ApiError> {
    call.options(&[])?;
    let body = call.json(&["displayName", "description", "mailNickname"], ErrorCode::BadRequest)?;
    let change = GroupChange {
        display_name: text(&body, "displayName")?.map(Option::unwrap_or_default),
        description: text(&body, "description")?,
        mail_nickname: text(&body, "mailNickname")?,
    };
    directory::update_group(&call.state, &call.caller, extract::id(id)?, change).await?;
    Ok(answer::done())
}

/// A group goes.
pub async fn delete(call: &Call, id: &str) -> Result<Response, ApiError> {
    call.options(&[])?;
    directory::delete_group(&call.state, &call.caller, extract::id(id)?).await?;
    Ok(answer::done())
}

/// The group under an id.
pub(super) async fn find(call: &Call, id: &str) -> Result<Principal, ApiError> {
    let key: PrincipalId = extract::id(id)?;
    let found = principals::find(&mut call.db().await?, key).await?;
    found.filter(|p| p.kind == PrincipalKind::Group).ok_or_else(|| ApiError::not_found(id))
}
