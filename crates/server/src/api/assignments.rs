//! The assignments grids: everybody's, one role's, one person's, and one's own.

use std::collections::HashMap;

use axum::{Json, extract::State};
use domain::{
    capability,
    ids::{PrincipalId, RoleId, ScheduleId},
    permission::Permission,
    request::Status,
    schedule::{AssignmentType, Kind, MemberType, Schedule},
    time::Instant,
    wire::api::{AssignmentRow, Assignments, OpenRequest, Tab},
};
use serde::Deserialize;

use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::Query,
    storage::{
        Connection, StorageError, grids,
        grids::{Sort, Wanted},
        requests, rights,
    },
};

/// A page has at most so many rows.
const MOST_ROWS: u64 = 200;

/// The options of a grid, as its address has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    tab: Tab,
    role: Option<RoleId>,
    principal: Option<PrincipalId>,
    schedule: Option<ScheduleId>,
    search: String,
    kind: Option<Kind>,
    sort: String,
    desc: bool,
    skip: u64,
    top: Option<u64>,
}

/// One page of everybody's assignments; of one's own, for whoever may not see the others.
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Assignments>, ApiError> {
    let wanted = wanted(&options)?;
    may_list(&caller, &wanted)?;
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    let rows = grids::page(&mut db, &wanted, now).await?;
    Ok(Json(Assignments { rows, counts: grids::counts(&mut db, &wanted, now).await? }))
}

/// The caller's own roles, those held through groups included, each with what is going on.
pub async fn mine(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Assignments>, ApiError> {
    let asked = wanted(&options)?;
    if asked.role.is_some() || asked.principal.is_some() {
        let field = if asked.role.is_some() { "role" } else { "principal" };
        return Err(ApiError::bad(
            field,
            "one's own roles are listed whole",
            "tab, schedule, search, kind, sort, desc, skip, top",
        ));
    }
    let wanted = Wanted { principal: Some(caller.id()), with_groups: true, ..asked };
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    let mut rows = grids::page(&mut db, &wanted, now).await?;
    let open = open_requests(&mut db, caller.id()).await?;
    for row in &mut rows {
        explain(row, &caller, &open);
    }
    Ok(Json(Assignments { rows, counts: grids::counts(&mut db, &wanted, now).await? }))
}

/// Whether the caller may see these rows, and the permission that it takes: none for his own.
pub(super) fn may_list(caller: &Caller, wanted: &Wanted) -> Result<Option<Permission>, ApiError> {
    if wanted.principal == Some(caller.id()) {
        return Ok(None);
    }
    let needed = Permission::ReadRoleManagement;
    capability::needs(caller.permissions, needed).map_err(ApiError::lacks)?;
    Ok(Some(needed))
}

/// What an address asks for.
pub(super) fn wanted(options: &Options) -> Result<Wanted, ApiError> {
    let sort = match options.sort.as_str() {
        "" | "role" => Sort::Role,
        "name" => Sort::Name,
        "start" => Sort::Start,
        "end" => Sort::End,
        other => {
            let message = format!("sort `{}` is not known", other.chars().take(40).collect::<String>());
            return Err(ApiError::bad("sort", message, "role, name, start or end"));
        }
    };
    let top = options.top.unwrap_or(50);
    if top == 0 || top > MOST_ROWS {
        return Err(ApiError::bad(
            "top",
            format!("top `{top}` is not possible"),
            format!("1 to {MOST_ROWS}"),
        ));
    }
    Ok(Wanted {
        tab: options.tab,
        role: options.role,
        principal: options.principal,
        schedule: options.schedule,
        with_groups: false,
        search: options.search.clone(),
        kind: options.kind,
        sort,
        desc: options.desc,
        skip: options.skip.min(10_000_000),
        top,
    })
}

/// What the address of a file asks for: it has all rows, so it takes no page of them.
pub(super) fn all_wanted(options: &Options) -> Result<Wanted, ApiError> {
    if options.skip > 0 || options.top.is_some() {
        let field = if options.skip > 0 { "skip" } else { "top" };
        let allowed = "tab, role, principal, schedule, search, kind, sort, desc";
        return Err(ApiError::bad(field, "a file has all rows that match", allowed));
    }
    Ok(Wanted { top: u64::MAX, ..wanted(options)? })
}

async fn open_requests(
    db: &mut Connection,
    principal: PrincipalId,
) -> Result<HashMap<RoleId, OpenRequest>, StorageError> {
    let open = requests::open_of(db, principal).await?;
    let found = open.into_iter().map(|request| {
        let starts = request.completed_at.filter(|_: &Instant| request.status == Status::Granted);
        let answer = OpenRequest {
            id: request.id,
            status: request.status.as_str().to_owned(),
            start_date_time: starts,
            created_date_time: request.created_at,
        };
        (request.ask.role, answer)
    });
    Ok(found.collect())
}

/// Adds what is going on with a row: through which membership, which open request, which activation.
fn explain(row: &mut AssignmentRow, caller: &Caller, open: &HashMap<RoleId, OpenRequest>) {
    if row.principal_id != caller.id() {
        row.member_type = MemberType::Group;
    }
    row.open_request = open.get(&row.role_definition_id).cloned();
    if row.kind == Kind::Eligible {
        let of_this = |s: &&Schedule| {
            s.role == row.role_definition_id && s.assignment_type() == Some(AssignmentType::Activated)
        };
        row.activation = caller.rights.iter().find(of_this).map(rights::active_role);
    }
}
