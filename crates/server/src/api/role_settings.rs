//! The Settings grid, a role's settings, and the editor's save: all the rules of a role in one act.

use std::cmp::Ordering;

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    ids::{PrincipalId, RoleId},
    permission::Permission,
    policy::{Approver, Policy},
    principal::PrincipalKind,
    role::{self, Role},
    text::fold,
    time::Instant,
    wire::api::{Page, PrincipalRef, RoleSetting, RoleSettingDetails, SaveRoleSetting, SettingWarnings},
};
use serde::Deserialize;

use crate::{
    app::AppState,
    caller::Caller,
    engine::{self, PolicyChange},
    error::ApiError,
    extract::{self, Body, Query},
    storage::{
        Connection, StorageError, audiences,
        policies::{self, Kept},
        principals, requests, schedules,
    },
};

/// The options of the grid, as its address has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    search: String,
    privileged: Option<bool>,
    modified: Option<bool>,
    sort: String,
    desc: bool,
    skip: usize,
    top: Option<usize>,
}

/// One page of roles with the last change of their settings.
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Page<RoleSetting>>, ApiError> {
    may_read(&caller)?;
    let mut db = state.storage.read().await?;
    let changed = policies::changed(&mut db).await?;
    let search = fold(&options.search);
    let mut rows = Vec::new();
    for role in assignable(&options).filter(|role| fold(&role.display_name).contains(&search)) {
        let kept = changed.iter().find(|kept| kept.role == role.id);
        if options.modified.is_none_or(|wanted| wanted == kept.is_some()) {
            rows.push(row(&mut db, role, kept).await?);
        }
    }
    let by: fn(&RoleSetting, &RoleSetting) -> Ordering = match options.sort.as_str() {
        "" | "name" => |a, b| a.display_name.cmp(&b.display_name),
        "modified" => |a, b| a.last_modified_date_time.cmp(&b.last_modified_date_time),
        "by" => |a, b| a.last_modified_by.cmp(&b.last_modified_by),
        other => {
            let message = format!("sort `{}` is not known", other.chars().take(40).collect::<String>());
            return Err(ApiError::bad("sort", message, "name, modified or by"));
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

/// The settings of one role.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RoleSettingDetails>, ApiError> {
    may_read(&caller)?;
    let role = known(&id)?;
    let mut db = state.storage.read().await?;
    let kept = policies::find(&mut db, role.id).await?;
    Ok(Json(details(&mut db, role, kept).await?))
}

/// Saves all the rules of a role.
pub async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Body(save): Body<SaveRoleSetting>,
) -> Result<Json<RoleSettingDetails>, ApiError> {
    let role = known(&id)?;
    let (change, version) = (PolicyChange::Whole(Box::new(save.policy)), Some(save.version));
    let (storage, clock) = (&state.storage, &state.clock);
    let kept = engine::change_policy(storage, clock, &caller, role.id, change, version).await?;
    let mut db = state.storage.read().await?;
    Ok(Json(details(&mut db, role, kept).await?))
}

/// What a save would touch. Nothing is saved.
pub async fn check(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Body(save): Body<SaveRoleSetting>,
) -> Result<Json<SettingWarnings>, ApiError> {
    may_read(&caller)?;
    let role = known(&id)?;
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    Ok(Json(SettingWarnings {
        warnings: warnings(&mut db, role, &save.policy, now).await?,
        open_requests: requests::pending_on(&mut db, role.id).await?,
        running_activations: schedules::activated_on(&mut db, role.id, now).await?,
    }))
}

/// Who could approve is looked up now: that a role can be locked away from everybody is said before it happens
/// (`reference/portal-blades.md` 1.5).
async fn warnings(
    db: &mut Connection,
    role: &Role,
    policy: &Policy,
    now: Instant,
) -> Result<Vec<String>, StorageError> {
    let approval = &policy.approval_end_user_assignment;
    if !approval.is_approval_required {
        return Ok(Vec::new());
    }
    let mut said = Vec::new();
    let mut able = audiences::approvers(db, policy, now).await?;
    // Accounts with one address count as one person.
    able.sort_by_cached_key(|one| fold(&one.address));
    able.dedup_by_key(|one| fold(&one.address));
    match able.as_slice() {
        [] => said.push(format!(
            "Nobody could approve: each request to activate {} would time out after 24 hours. Name enabled people, or groups that have members.",
            role.display_name
        )),
        [one] => said.push(format!(
            "Only {} could approve, and nobody could approve his own request. Name at least two approvers.",
            one.address
        )),
        _ => {}
    }
    if approval.approvers.is_empty() {
        said.push(
            "No approver is chosen: whoever is an active Global Administrator or Privileged Role Administrator approves."
                .to_owned(),
        );
    }
    Ok(said)
}

fn may_read(caller: &Caller) -> Result<(), ApiError> {
    let may = domain::capability::needs(caller.permissions, Permission::ReadRoleManagement);
    may.map_err(ApiError::lacks)
}

fn known(id: &str) -> Result<&'static Role, ApiError> {
    let role: RoleId = extract::id(id)?;
    role::find(role).filter(|role| role.assignable).ok_or_else(|| ApiError::not_found(id))
}

fn assignable(options: &Options) -> impl Iterator<Item = &'static Role> {
    let privileged = options.privileged;
    let wanted = move |role: &&Role| privileged.is_none_or(|wanted| wanted == role.is_privileged);
    role::builtin().iter().filter(|role| role.assignable).filter(wanted)
}

async fn row(db: &mut Connection, role: &Role, kept: Option<&Kept>) -> Result<RoleSetting, StorageError> {
    let modified = kept.and_then(|kept| kept.modified);
    let by = match modified {
        Some(modified) => principals::find(db, modified.by).await?.map(|found| found.display_name),
        None => None,
    };
    Ok(RoleSetting {
        role_definition_id: role.id,
        display_name: role.display_name.clone(),
        is_privileged: role.is_privileged,
        modified: modified.is_some(),
        last_modified_date_time: modified.map(|modified| modified.at),
        last_modified_by: by,
    })
}

async fn details(db: &mut Connection, role: &Role, kept: Kept) -> Result<RoleSettingDetails, StorageError> {
    let mut approvers = Vec::new();
    for approver in &kept.policy.approval_end_user_assignment.approvers {
        approvers.push(named(db, approver).await?);
    }
    let role = row(db, role, Some(&kept)).await?;
    Ok(RoleSettingDetails { role, version: kept.version, policy: kept.policy, approvers })
}

async fn named(db: &mut Connection, approver: &Approver) -> Result<PrincipalRef, StorageError> {
    let id: PrincipalId = approver.id();
    let kind = match approver {
        Approver::User { .. } => PrincipalKind::User,
        Approver::Group { .. } => PrincipalKind::Group,
    };
    let display_name = principals::find(db, id).await?.map(|found| found.display_name);
    Ok(PrincipalRef { id, kind, display_name })
}
