//! The Roles grid, and a role's page.

use std::{cmp::Ordering, collections::HashMap};

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    ids::RoleId,
    permission::Permission,
    policy::ActivationRules,
    role::{self, Role},
    schedule::Kind,
    scope::Scope,
    text::fold,
    wire::api::{Page, RoleDetail, RoleRow},
};
use serde::Deserialize;

use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::{self, Query},
    storage::{Connection, StorageError, grids, policies, schedules},
};

type Counts = HashMap<(RoleId, Kind), u64>;

/// The options of the grid, as its address has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    search: String,
    privileged: Option<bool>,
    sort: String,
    desc: bool,
    skip: usize,
    top: Option<usize>,
}

/// One page of roles. The counts are told to whoever may see assignments.
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Page<RoleRow>>, ApiError> {
    let mut db = state.storage.read().await?;
    let counts = counts(&mut db, &caller, &state).await?;
    let search = fold(&options.search);
    let mut rows: Vec<RoleRow> = role::builtin()
        .iter()
        .filter(|role| {
            role.assignable && options.privileged.is_none_or(|wanted| wanted == role.is_privileged)
        })
        .filter(|role| search.is_empty() || fold(&role.display_name).contains(&search))
        .map(|role| row(role, &counts))
        .collect();
    let by: fn(&RoleRow, &RoleRow) -> Ordering = match options.sort.as_str() {
        "" | "name" => |a, b| a.display_name.cmp(&b.display_name),
        "active" => |a, b| a.active_count.cmp(&b.active_count),
        "eligible" => |a, b| a.eligible_count.cmp(&b.eligible_count),
        other => {
            let message = format!("sort `{}` is not known", other.chars().take(40).collect::<String>());
            return Err(ApiError::bad("sort", message, "name, active or eligible"));
        }
    };
    rows.sort_by(|a, b| by(a, b).then_with(|| a.display_name.cmp(&b.display_name)));
    if options.desc {
        rows.reverse();
    }
    let total = rows.len() as u64;
    let top = options.top.unwrap_or(50).clamp(1, 200);
    Ok(Json(Page { rows: rows.into_iter().skip(options.skip).take(top).collect(), total }))
}

/// One role with its rules: all for those who read roles, and for whoever is eligible those that an activation must
/// fulfil. Who approves and who is told is nobody else's business.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RoleDetail>, ApiError> {
    let id: RoleId = extract::id(&id)?;
    let role = role::find(id).ok_or_else(|| ApiError::not_found(id))?;
    let mut db = state.storage.read().await?;
    let counts = counts(&mut db, &caller, &state).await?;
    let permissions = Permission::ALL
        .iter()
        .filter(|permission| permission.roles().contains(&id))
        .map(|p| p.name().to_owned());
    let reads = caller.permissions.allows(Permission::ReadRoleManagement);
    let policy = if reads || is_eligible(&mut db, &caller, id, &state).await? {
        Some(policies::of_role(&mut db, id).await?)
    } else {
        None
    };
    Ok(Json(RoleDetail {
        row: row(role, &counts),
        permissions: permissions.collect(),
        activation: policy.as_ref().map(ActivationRules::of),
        policy: policy.filter(|_| reads),
    }))
}

/// Whether the caller is eligible for a role, now or later, himself or through a group.
async fn is_eligible(
    db: &mut Connection,
    caller: &Caller,
    role: RoleId,
    state: &AppState,
) -> Result<bool, StorageError> {
    let now = state.clock.engine();
    let his = schedules::for_decision(db, caller.id(), role, Scope::Directory, now).await?;
    Ok(his.iter().any(|schedule| schedule.kind == Kind::Eligible))
}

async fn counts(db: &mut Connection, caller: &Caller, state: &AppState) -> Result<Counts, StorageError> {
    if !caller.permissions.allows(Permission::ReadRoleManagement) {
        return Ok(Counts::new());
    }
    let counted = grids::per_role(db, state.clock.engine()).await?;
    Ok(counted.into_iter().map(|(role, kind, n)| ((role, kind), n)).collect())
}

pub(super) fn row(role: &Role, counts: &Counts) -> RoleRow {
    let count = |kind| counts.get(&(role.id, kind)).copied().unwrap_or_default();
    RoleRow {
        id: role.id,
        display_name: role.display_name.clone(),
        description: role.description.clone(),
        is_privileged: role.is_privileged,
        active_count: count(Kind::Active),
        eligible_count: count(Kind::Eligible),
    }
}
