//! The grids of requests, one request, and the counts beside them in the side navigation.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    ids::RequestId,
    permission::{Permission, Permissions},
    request::Status,
    role,
    time::Instant,
    wire::{
        api::Page,
        requests::{RequestDetail, RequestRow, Tasks},
    },
};
use serde::Deserialize;

use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::{self, Query},
    storage::{
        Connection, StorageError, approvals, principals,
        request_grids::{self, Reader, Sort, Wanted, Which},
        requests, rights,
    },
};

/// A page has at most so many rows.
const MOST_ROWS: u64 = 200;

/// The options of a grid, as its address has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    search: String,
    sort: String,
    desc: bool,
    skip: u64,
    top: Option<u64>,
}

/// The requests that wait for an answer which the caller may give. His own are never among them.
pub async fn to_decide(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Page<RequestRow>>, ApiError> {
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    let which = which_to_decide(&mut db, &caller, now).await?;
    page(&mut db, &caller, which, &options, now).await
}

/// The requests that have not ended or begun: everybody's, for whoever may see these; otherwise the caller's own.
pub async fn open(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Page<RequestRow>>, ApiError> {
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    page(&mut db, &caller, which_open(&caller), &options, now).await
}

/// Whatever the caller asked for himself, ever.
pub async fn own(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Json<Page<RequestRow>>, ApiError> {
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    page(&mut db, &caller, Which::Own(caller.id()), &options, now).await
}

/// How many requests wait for the caller, in each of the three grids.
pub async fn tasks(State(state): State<AppState>, caller: Caller) -> Result<Json<Tasks>, ApiError> {
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    let to_decide = which_to_decide(&mut db, &caller, now).await?;
    Ok(Json(Tasks {
        approvals: request_grids::count(&mut db, &Wanted::all(to_decide), now).await?,
        pending: request_grids::count(&mut db, &Wanted::all(which_open(&caller)), now).await?,
        mine: request_grids::count(&mut db, &Wanted::all(Which::OwnOpen(caller.id())), now).await?,
    }))
}

/// One request with what deciding it needs to know. Nobody else is told that it exists.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RequestDetail>, ApiError> {
    let id: RequestId = extract::id(&id)?;
    let unknown = || ApiError::not_found(id);
    let now = state.clock.engine();
    let mut db = state.storage.read().await?;
    let request = requests::find(&mut db, id).await?.ok_or_else(unknown)?;
    let is_own = request.created_by == caller.id() || request.ask.principal == caller.id();
    let may_review = approvals::may_review(&mut db, caller.id(), &request, now).await?;
    if !is_own && !may_review && !caller.permissions.allows(Permission::ReadRoleManagement) {
        return Err(unknown());
    }
    let one = Wanted::all(Which::One(id));
    let mut rows = request_grids::page(&mut db, &one, reader(&caller), now).await?;
    let row = rows.pop().ok_or_else(unknown)?;
    let person = principals::find(&mut db, request.ask.principal).await?;
    let held = rights::in_force(&mut db, request.ask.principal, now).await?;
    let held = Permissions::of_roles(rights::roles(&held));
    let given = Permissions::of_roles([request.ask.role]);
    let gains = given.iter().filter(|permission| !held.allows(*permission));
    let role = role::find(request.ask.role);
    Ok(Json(RequestDetail {
        can_review: may_review && row.status == Status::PendingApproval,
        row,
        user_principal_name: person.map(|person| person.user_principal_name).unwrap_or_default(),
        role_description: role.map(|role| role.description.clone()).unwrap_or_default(),
        gains: gains.map(|permission| permission.name().to_owned()).collect(),
        is_own,
    }))
}

async fn which_to_decide(db: &mut Connection, caller: &Caller, now: Instant) -> Result<Which, StorageError> {
    let roles = approvals::reviewable_roles(db, caller.id(), now).await?;
    Ok(Which::ToDecide(caller.id(), roles))
}

fn which_open(caller: &Caller) -> Which {
    Which::Open((!caller.permissions.allows(Permission::ReadRoleManagement)).then_some(caller.id()))
}

const fn reader(caller: &Caller) -> Reader {
    Reader { id: caller.id(), manages: caller.permissions.allows(Permission::ManageRoles) }
}

async fn page(
    db: &mut Connection,
    caller: &Caller,
    which: Which,
    options: &Options,
    now: Instant,
) -> Result<Json<Page<RequestRow>>, ApiError> {
    let (sort, desc) = match options.sort.as_str() {
        // The newest first, unless an order is asked for.
        "" => (Sort::Requested, true),
        "requested" => (Sort::Requested, options.desc),
        "role" => (Sort::Role, options.desc),
        "name" => (Sort::Name, options.desc),
        "status" => (Sort::Status, options.desc),
        other => {
            let message = format!("sort `{}` is not known", other.chars().take(40).collect::<String>());
            return Err(ApiError::bad("sort", message, "role, name, requested or status"));
        }
    };
    let top = options.top.unwrap_or(50);
    if top == 0 || top > MOST_ROWS {
        let message = format!("top `{top}` is not possible");
        return Err(ApiError::bad("top", message, format!("1 to {MOST_ROWS}")));
    }
    let skip = options.skip.min(10_000_000);
    let wanted = Wanted { which, search: options.search.clone(), sort, desc, skip, top };
    let rows = request_grids::page(db, &wanted, reader(caller), now).await?;
    Ok(Json(Page { rows, total: request_grids::count(db, &wanted, now).await? }))
}
