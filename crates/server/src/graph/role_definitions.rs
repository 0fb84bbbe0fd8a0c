//! `/roleManagement/directory/roleDefinitions`. They are part of the program, and no secret.

use axum::response::Response;
use domain::{ids::RoleId, role};

use super::{answer, call::Call, listed, shapes, users::nothing_expanded};
use crate::{error::ApiError, extract, odata::Opt};

const CONTEXT: &str = "roleManagement/directory/roleDefinitions";
const KNOWN: [&str; 7] =
    ["id", "displayName", "isBuiltIn", "isEnabled", "templateId", "description", "isPrivileged"];

/// One page of role definitions, by name.
pub fn list(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    nothing_expanded(&query)?;
    let known: &[&str] = if call.is_beta() { &KNOWN } else { &KNOWN[..6] };
    let rows = role::builtin().iter().map(|role| shapes::role_definition(role, call.is_beta())).collect();
    listed::in_memory(call, CONTEXT, rows, known, &query)
}

/// One role definition.
pub fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let role: RoleId = extract::id(id)?;
    let role = role::find(role).ok_or_else(|| ApiError::not_found(id))?;
    answer::entity(call, CONTEXT, shapes::role_definition(role, call.is_beta()), &query)
}
