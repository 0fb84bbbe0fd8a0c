//! What a person belongs to, and who manages him.

use axum::response::Response;
use domain::{ids::RoleId, permission::Permission, role};
use serde_json::Value;

use super::{
    answer,
    call::Call,
    listed, members,
    path::{Kinds, Who},
    shapes,
    users::{find, nothing_expanded},
};
use crate::{
    directory::{self, UserChange},
    error::ApiError,
    odata::Opt,
    storage::{listing, principals, principals::Principal, rights, tables},
};

/// The groups and active directory roles of a person.
pub async fn member_of(call: &Call, who: &Who, kinds: Kinds) -> Result<Response, ApiError> {
    let query = call.options(Opt::SEARCHED)?;
    nothing_expanded(&query)?;
    let rows = belongs_to(call, who, kinds).await?;
    listed::in_memory(call, "directoryObjects", &shapes::BELONGED_TO, rows, &query)
}

/// How many they are.
pub async fn count(call: &Call, who: &Who, kinds: Kinds) -> Result<Response, ApiError> {
    let query = call.options(Opt::NUMBER)?;
    let rows = belongs_to(call, who, kinds).await?;
    Ok(answer::number(listed::matching(&rows, &shapes::BELONGED_TO, &query)?))
}

/// Groups are no secret. Roles are, to those who may not read who has which; one's own are not.
async fn belongs_to(call: &Call, who: &Who, kinds: Kinds) -> Result<Vec<Value>, ApiError> {
    let person = find(call, who).await?;
    let mut db = call.db().await?;
    let mut found = Vec::new();
    if kinds.groups {
        for row in listing::groups_of(person.id).all(&mut db).await? {
            found.push(shapes::typed(&Principal::from_row(&row)?));
        }
    }
    let may = person.id == call.caller.id() || call.needs(Permission::ReadRoleManagement).is_ok();
    if kinds.roles && may {
        let held = rights::in_force(&mut db, person.id, call.state.clock.engine()).await?;
        let held = held.iter().filter(|held| kinds.transitive || held.principal == person.id);
        let mut ids: Vec<RoleId> = held.map(|held| held.role).collect();
        ids.sort_unstable();
        ids.dedup();
        found.extend(ids.into_iter().filter_map(role::find).map(shapes::directory_role));
    }
    found.sort_by_cached_key(|row| domain::text::fold(row["displayName"].as_str().unwrap_or_default()));
    Ok(found)
}

/// A user's manager.
pub async fn manager(call: &Call, who: &Who) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let person = find(call, who).await?;
    let manager = match person.manager {
        Some(id) => principals::find(&mut call.db().await?, id).await?,
        None => None,
    };
    let manager = manager.ok_or_else(|| ApiError::not_found("manager"))?;
    answer::entity(call, "directoryObjects", &tables::PRINCIPALS, shapes::typed(&manager), &query)
}

/// Gives a user a manager.
pub async fn set_manager(call: &Call, who: &Who) -> Result<Response, ApiError> {
    call.options(&[])?;
    let manager = Some(members::referred(call)?);
    change_manager(call, who, manager).await
}

/// Takes a user's manager away.
pub async fn remove_manager(call: &Call, who: &Who) -> Result<Response, ApiError> {
    call.options(&[])?;
    change_manager(call, who, None).await
}

async fn change_manager(
    call: &Call,
    who: &Who,
    manager: Option<domain::ids::PrincipalId>,
) -> Result<Response, ApiError> {
    let person = find(call, who).await?;
    let change = UserChange { manager: Some(manager), ..UserChange::default() };
    directory::update_user(&call.state, &call.caller, person.id, change).await?;
    Ok(answer::done())
}
