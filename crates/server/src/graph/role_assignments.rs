//! `/roleManagement/directory/roleAssignments`: who holds which role now, however he came by it. Only to be read:
//! rights are given and taken by requests.

use axum::response::Response;
use domain::{
    ids::PrincipalId,
    permission::Permission,
    role,
    schedule::{AssignmentType, Kind},
};
use serde_json::{Value, json};

use super::{answer, call::Call, expand, listed, schedules};
use crate::{
    error::ApiError,
    odata::Opt,
    storage::{Connection, Row, StorageError, listing, meta, select::Select, tables},
};

const CONTEXT: &str = "roleManagement/directory/roleAssignments";

/// One page of them.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    call.needs(Permission::ReadRoleManagement)?;
    let query = call.options(Opt::LIST)?;
    let mut db = call.db().await?;
    let select = source(call, None);
    let page = listed::page(&mut db, select, &tables::ROLE_ASSIGNMENTS, &query, listing::BY_ROLE).await?;
    let tenant = tenant(&mut db).await?;
    let mut values = page.rows.iter().map(|row| shape(row, &tenant)).collect::<Result<Vec<_>, _>>()?;
    expand::expand(call, &mut db, &query, None, &mut values, &[]).await?;
    page.answer(call, CONTEXT, &tables::ROLE_ASSIGNMENTS, values, &query)
}

/// How many there are.
pub async fn count(call: &Call) -> Result<Response, ApiError> {
    call.needs(Permission::ReadRoleManagement)?;
    let query = call.options(&[Opt::Filter])?;
    let mut select = source(call, None);
    listed::narrow(&mut select, &tables::ROLE_ASSIGNMENTS, &query)?;
    Ok(answer::number(select.count(&mut call.db().await?).await?))
}

/// One of them: one's own, or anybody's for those who may read role management.
pub async fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    let unknown = || ApiError::not_found(id);
    let key = schedules::instance_key(id, Kind::Active);
    // An activation has an id of its own among instances alone.
    let (role, principal, _) =
        key.filter(|(.., held)| *held == Some(AssignmentType::Assigned)).ok_or_else(unknown)?;
    let reader = call.needs(Permission::ReadRoleManagement).is_ok();
    let mut select = source(call, (!reader).then_some(call.caller.id()));
    select.and("role_id = {}", role).and("principal_id = {}", principal);
    let mut db = call.db().await?;
    let row = select.first(&mut db).await?.ok_or_else(unknown)?;
    let mut values = [shape(&row, &tenant(&mut db).await?)?];
    expand::expand(call, &mut db, &query, None, &mut values, &[]).await?;
    let [value] = values;
    answer::entity(call, CONTEXT, &tables::ROLE_ASSIGNMENTS, value, &query)
}

/// A role that somebody holds twice, assigned and activated, is one assignment.
fn source(call: &Call, mine: Option<PrincipalId>) -> Select {
    listing::role_assignments(mine, call.state.clock.engine())
}

async fn tenant(db: &mut Connection) -> Result<Value, StorageError> {
    Ok(meta::tenant(db).await?.map(|tenant| json!(tenant.id)).unwrap_or_default())
}

fn shape(row: &Row, tenant: &Value) -> Result<Value, StorageError> {
    let (role, principal): (_, PrincipalId) = (row.parsed("role_id")?, row.parsed("principal_id")?);
    Ok(json!({
        "id": format!("{}-1", role::assignment_key(role, principal.0)),
        "principalId": principal,
        "roleDefinitionId": role,
        "directoryScopeId": row.text("scope")?,
        "appScopeId": null,
        "condition": null,
        "principalOrganizationId": tenant,
        "resourceScope": row.text("scope")?,
    }))
}
