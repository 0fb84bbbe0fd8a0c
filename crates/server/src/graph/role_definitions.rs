//! `/roleManagement/directory/roleDefinitions`. They are part of the program, and no secret.

use axum::response::Response;
use domain::{ids::RoleId, role};
use serde_json::Value;

use super::{answer, call::Call, shapes, users::nothing_expanded};
use crate::{
    error::ApiError,
    extract,
    odata::{self, OdataError, Opt},
};

const CONTEXT: &str = "roleManagement/directory/roleDefinitions";
const KNOWN: [&str; 7] =
    ["id", "displayName", "isBuiltIn", "isEnabled", "templateId", "description", "isPrivileged"];

/// One page of role definitions, by name.
pub fn list(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    nothing_expanded(&query)?;
    let known: &[&str] = if call.is_beta() { &KNOWN } else { &KNOWN[..6] };
    let mut rows = Vec::new();
    for row in role::builtin().iter().map(|role| shapes::role_definition(role, call.is_beta())) {
        let kept = query.filter.as_ref().map_or(Ok(true), |expr| odata::matches(expr, &row, known));
        if kept? {
            rows.push(row);
        }
    }
    for order in query.order.iter().rev() {
        let Some(name) = known.iter().find(|name| name.eq_ignore_ascii_case(&order.path)) else {
            let message = format!("the property `{}` cannot be used here", order.path);
            return Err(OdataError::new("$orderby", message, known.join(", ")).into());
        };
        let key = |row: &Value| row[*name].as_str().map_or_else(|| row[*name].to_string(), str::to_lowercase);
        rows.sort_by_cached_key(key);
        if order.descending {
            rows.reverse();
        }
    }
    let count = query.count.then_some(rows.len() as u64);
    let skip = usize::try_from(query.skip).unwrap_or(usize::MAX);
    let rows = rows.into_iter().skip(skip).collect();
    answer::list(call, CONTEXT, rows, count, &query)
}

/// One role definition.
pub fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let role: RoleId = extract::id(id)?;
    let role = role::find(role).ok_or_else(|| ApiError::not_found(id))?;
    answer::entity(call, CONTEXT, shapes::role_definition(role, call.is_beta()), &query)
}
