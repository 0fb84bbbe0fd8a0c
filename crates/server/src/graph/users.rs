//! `/users`, `/me`. Every signed-in person may read who there is.

use axum::response::Response;
use domain::{error_code::ErrorCode, ids::PrincipalId, principal::PrincipalKind, wire::graph::NewUser};
use serde_json::{Value, json};

use super::{
    answer, body,
    call::{Call, typed},
    listed,
    path::Who,
    shapes,
};
use crate::{
    directory::{self, UserChange},
    error::ApiError,
    odata::Opt,
    storage::{
        listing,
        principals::{self, Principal},
        tables,
    },
};

const NEW: [&str; 8] = [
    "displayName",
    "userPrincipalName",
    "accountEnabled",
    "mail",
    "jobTitle",
    "mailNickname",
    "passwordProfile",
    "userType",
];
const PASSWORD_PROFILE: [&str; 3] =
    ["password", "forceChangePasswordNextSignIn", "forceChangePasswordNextSignInWithMfa"];
const CHANGEABLE: [&str; 4] = ["displayName", "mail", "jobTitle", "accountEnabled"];

/// One page of users.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::SEARCHED)?;
    nothing_expanded(&query)?;
    let mut db = call.db().await?;
    let select = listing::principals("user");
    let page = listed::page(&mut db, select, &tables::USERS, &query, listing::BY_NAME).await?;
    let values: Result<Vec<Value>, _> =
        page.rows.iter().map(|row| Principal::from_row(row).map(|p| shapes::principal(&p))).collect();
    page.answer(call, "users", &tables::USERS, values?, &query)
}

/// How many users.
pub async fn count(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::NUMBER)?;
    let mut select = listing::principals("user");
    listed::narrow(&mut select, &tables::USERS, &query)?;
    Ok(answer::number(select.count(&mut call.db().await?).await?))
}

/// One user.
pub async fn get(call: &Call, who: &Who) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let person = find(call, who).await?;
    answer::entity(call, "users", &tables::USERS, shapes::principal(&person), &query)
}

/// A new user; the one-time password that the server made is in the answer, once.
pub async fn create(call: &Call) -> Result<Response, ApiError> {
    call.options(&[])?;
    let body = call.json(&NEW, ErrorCode::BadRequest)?;
    if let Some(profile) = body::part(&body, "passwordProfile", &PASSWORD_PROFILE, ErrorCode::BadRequest)? {
        without_second_factor(profile)?;
    }
    let new: NewUser = typed(body, ErrorCode::BadRequest)?;
    let (person, password) = directory::create_user(&call.state, &call.caller, new).await?;
    let mut value = shapes::principal(&person);
    if let Some(password) = password {
        value["passwordProfile"] = json!({"password": password, "forceChangePasswordNextSignIn": true});
    }
    let address = call.address(&format!("users/{}", person.id));
    Ok(answer::created(call, "users", value, Some(address)))
}

/// That somebody must enrol a second factor is the rule of the roles he gets, and not of his first password.
fn without_second_factor(profile: &Value) -> Result<(), ApiError> {
    let name = "forceChangePasswordNextSignInWithMfa";
    match profile.get(name) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(()),
        Some(_) => {
            Err(ApiError::bad(name, format!("another {name} is not supported"), "`false`, or nothing"))
        }
    }
}

/// Changes to a user.
pub async fn update(call: &Call, who: &Who) -> Result<Response, ApiError> {
    call.options(&[])?;
    let body = call.json(&CHANGEABLE, ErrorCode::BadRequest)?;
    let account_enabled = match body.get("accountEnabled") {
        None => None,
        Some(Value::Bool(value)) => Some(*value),
        Some(_) => {
            return Err(ApiError::bad(
                "accountEnabled",
                "accountEnabled is neither true nor false",
                "true or false",
            ));
        }
    };
    let change = UserChange {
        display_name: text(&body, "displayName")?.map(Option::unwrap_or_default),
        mail: text(&body, "mail")?,
        job_title: text(&body, "jobTitle")?,
        account_enabled,
        manager: None,
    };
    let person = find(call, who).await?;
    directory::update_user(&call.state, &call.caller, person.id, change).await?;
    Ok(answer::done())
}

/// A text of a change: nothing said, taken away, or another.
#[expect(clippy::option_option, reason = "a property that is null differs from one that is missing")]
pub(super) fn text(body: &Value, name: &str) -> Result<Option<Option<String>>, ApiError> {
    match body.get(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(text)) => Ok(Some(Some(text.clone()))),
        Some(_) => Err(ApiError::bad(name, format!("{name} is no text"), "a text or null")),
    }
}

/// A user goes.
pub async fn delete(call: &Call, who: &Who) -> Result<Response, ApiError> {
    call.options(&[])?;
    let person = find(call, who).await?;
    directory::delete_user(&call.state, &call.caller, person.id).await?;
    Ok(answer::done())
}

pub(super) async fn find(call: &Call, who: &Who) -> Result<Principal, ApiError> {
    let mut db = call.db().await?;
    let (found, name) = match who {
        Who::Me => (principals::find(&mut db, call.caller.id()).await?, "me"),
        Who::Key(key) => {
            let found = match key.parse::<PrincipalId>() {
                Ok(id) => principals::find(&mut db, id).await?,
                Err(_) => principals::find_user(&mut db, key).await?,
            };
            (found, key.as_str())
        }
    };
    found.filter(|p| p.kind == PrincipalKind::User).ok_or_else(|| ApiError::not_found(name))
}

/// Directory objects have relations of their own, which have their own addresses.
pub(super) fn nothing_expanded(query: &crate::odata::Query) -> Result<(), ApiError> {
    match query.expand.first() {
        None => Ok(()),
        Some(one) => {
            Err(ApiError::bad("$expand", format!("`{}` cannot be expanded here", one.name), "no $expand"))
        }
    }
}
