//! `/roleManagement/directory/roleDefinitions`. They are part of the program, and no secret.

use axum::response::Response;
use domain::{
    ids::RoleId,
    role::{self, Role},
};
use serde_json::{Value, json};

use super::{answer, call::Call, expand::INHERITS, listed, shapes, users::nothing_expanded};
use crate::{
    error::ApiError,
    extract,
    odata::{Opt, Query},
};

const CONTEXT: &str = "roleManagement/directory/roleDefinitions";
const KNOWN: [&str; 7] =
    ["id", "displayName", "isBuiltIn", "isEnabled", "templateId", "description", "isPrivileged"];

fn known(call: &Call) -> &'static [&'static str] {
    if call.is_beta() { &KNOWN } else { &KNOWN[..6] }
}

/// One page of role definitions, by name.
pub fn list(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    let rows = role::builtin().iter().map(|role| written(call, role, &query)).collect::<Result<_, _>>()?;
    listed::in_memory(call, CONTEXT, rows, known(call), &query)
}

/// How many there are.
pub fn count(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::NUMBER)?;
    let rows = role::builtin().iter().map(|role| shapes::role_definition(role, call.is_beta())).collect();
    Ok(answer::number(listed::matching(rows, known(call), &query)?.len() as u64))
}

/// One role definition.
pub fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    let value = written(call, find(id)?, &query)?;
    answer::entity(call, CONTEXT, value, &query)
}

/// The role definitions whose permissions it has besides its own.
pub fn inherits_from(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    nothing_expanded(&query)?;
    let context = format!("{CONTEXT}('{id}')/{INHERITS}");
    listed::in_memory(call, &context, inherited(call, find(id)?), known(call), &query)
}

fn find(id: &str) -> Result<&'static Role, ApiError> {
    let role: RoleId = extract::id(id)?;
    role::find(role).ok_or_else(|| ApiError::not_found(id))
}

fn inherited(call: &Call, role: &Role) -> Vec<Value> {
    let roles = role.inherits_permissions_from.iter().filter_map(|id| role::find(*id));
    roles.map(|role| shapes::role_definition(role, call.is_beta())).collect()
}

/// A role definition with what is to be written out of it.
fn written(call: &Call, role: &Role, query: &Query) -> Result<Value, ApiError> {
    let mut value = shapes::role_definition(role, call.is_beta());
    for one in &query.expand {
        let nested = one.expand.first().map(|inner| &inner.name);
        let strange = nested
            .or_else(|| (one.name != "*" && !one.name.eq_ignore_ascii_case(INHERITS)).then_some(&one.name));
        if let Some(strange) = strange {
            return Err(ApiError::bad("$expand", format!("`{strange}` cannot be expanded here"), INHERITS));
        }
        let rows = inherited(call, role).into_iter().map(|row| answer::select(row, &one.select));
        value[INHERITS] = json!(rows.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(value)
}
