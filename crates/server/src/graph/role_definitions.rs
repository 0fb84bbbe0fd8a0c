//! `/roleManagement/directory/roleDefinitions`. They are part of the program, and no secret.

use axum::response::Response;
use domain::{
    ids::RoleId,
    role::{self, Role},
};
use serde_json::Value;

use super::{answer, call::Call, listed, shapes, users::nothing_expanded};
use crate::{
    error::ApiError,
    extract,
    odata::{Opt, Query, Table},
};

const CONTEXT: &str = "roleManagement/directory/roleDefinitions";
const INHERITS: &str = "inheritsPermissionsFrom";

/// One page of role definitions, by name.
pub fn list(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    can_be_written_out(call, &query)?;
    let row = |role| (shapes::role_definition(role, call.is_beta()), role);
    let mut page = listed::cut(call, role::builtin().iter().map(row).collect(), table(call), &query)?;
    for (row, role) in &mut page.rows {
        write_out(call, row, role, &query);
    }
    page.answer(call, CONTEXT, table(call), &query)
}

/// How many there are.
pub fn count(call: &Call) -> Result<Response, ApiError> {
    let query = call.options(Opt::NUMBER)?;
    let rows: Vec<Value> =
        role::builtin().iter().map(|role| shapes::role_definition(role, call.is_beta())).collect();
    Ok(answer::number(listed::matching(&rows, table(call), &query)?))
}

/// One role definition.
pub fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    can_be_written_out(call, &query)?;
    let role = find(id)?;
    let mut value = shapes::role_definition(role, call.is_beta());
    write_out(call, &mut value, role, &query);
    answer::entity(call, CONTEXT, table(call), value, &query)
}

/// The role definitions whose permissions it has besides its own.
pub fn inherits_from(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    nothing_expanded(&query)?;
    let context = format!("{CONTEXT}('{id}')/{INHERITS}");
    listed::in_memory(call, &context, table(call), inherited(call, find(id)?), &query)
}

fn find(id: &str) -> Result<&'static Role, ApiError> {
    let role: RoleId = extract::id(id)?;
    role::find(role).ok_or_else(|| ApiError::not_found(id))
}

fn inherited(call: &Call, role: &Role) -> Vec<Value> {
    let roles = role.inherits_permissions_from.iter().filter_map(|id| role::find(*id));
    roles.map(|role| shapes::role_definition(role, call.is_beta())).collect()
}

fn table(call: &Call) -> &'static Table {
    shapes::role_definitions(call.is_beta())
}

/// Refuses what a role definition does not have.
fn can_be_written_out(call: &Call, query: &Query) -> Result<(), ApiError> {
    for one in &query.expand {
        let known = one.name == "*" || one.name.eq_ignore_ascii_case(INHERITS);
        if let Some(strange) = if known { one.expand.first() } else { Some(one) } {
            let message = format!("`{}` cannot be expanded here", strange.name);
            return Err(ApiError::bad("$expand", message, INHERITS));
        }
        answer::check(table(call), &one.select, &[])?;
    }
    Ok(())
}

/// Writes out what the query wants of a role definition.
fn write_out(call: &Call, value: &mut Value, role: &Role, query: &Query) {
    let named = query.expand.iter().find(|one| one.name != "*");
    if let Some(one) = named.or_else(|| query.expand.first()) {
        let rows = inherited(call, role).into_iter().map(|row| answer::pick(row, table(call), &one.select));
        value[INHERITS] = Value::Array(rows.collect());
    }
}
