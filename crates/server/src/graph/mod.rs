//! Microsoft Graph's face: its paths, shapes and query options for people, groups, role management and audit.
//!
//! One entry point finds the route (segments in any case) and hands over to one function per resource and verb.

mod answer;
mod approvals;
mod audit_query;
mod audits;
mod body;
mod call;
mod collections;
mod directory_objects;
mod expand;
mod groups;
mod listed;
mod members;
mod new_request;
mod organization;
mod path;
mod policies;
mod relations;
mod requests;
mod role_assignments;
mod role_definitions;
mod schedules;
mod shapes;
mod unambiguous;
mod users;

pub use audits::{shape as audit_shape, tenant};
use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, State, rejection::BytesRejection},
    http::{HeaderMap, Method},
    response::Response,
};
use domain::error_code::ErrorCode;

use self::{
    call::Call,
    path::{Of, Route},
    policies::Part,
};
use crate::{app::AppState, caller::Caller, error::ApiError, middleware::refusals::Turn};

/// Every route of one version; mounted under `/v1.0` and `/beta`.
pub fn routes() -> Router<AppState> {
    Router::new().fallback(enter)
}

async fn enter(
    State(state): State<AppState>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    caller: Caller,
    turn: Turn,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let call = Call::new(state, caller, &uri, &headers, body)?;
    turn.pay_for(|| call.takes_away())?;
    let route = path::find(call.segments())?;
    call::without_conditions(&method, &headers)?;
    dispatch(&call, &method, route).await
}

async fn dispatch(call: &Call, method: &Method, route: Route) -> Result<Response, ApiError> {
    let verb = if *method == Method::HEAD { "GET" } else { method.as_str() };
    match (verb, route) {
        ("GET", Route::Users) => users::list(call).await,
        ("POST", Route::Users) => users::create(call).await,
        ("GET", Route::UsersCount) => users::count(call).await,
        ("GET", Route::User(who)) => users::get(call, &who).await,
        ("PATCH", Route::User(who)) => users::update(call, &who).await,
        ("DELETE", Route::User(who)) => users::delete(call, &who).await,
        ("GET", Route::UserMemberOf(who, kinds)) => relations::member_of(call, &who, kinds).await,
        ("GET", Route::UserMemberOfCount(who, kinds)) => relations::count(call, &who, kinds).await,
        ("GET", Route::UserManager(who)) => relations::manager(call, &who).await,
        ("PUT", Route::UserManagerRef(who)) => relations::set_manager(call, &who).await,
        ("DELETE", Route::UserManagerRef(who)) => relations::remove_manager(call, &who).await,
        ("GET", Route::Groups) => groups::list(call).await,
        ("POST", Route::Groups) => groups::create(call).await,
        ("GET", Route::GroupsCount) => groups::count(call).await,
        ("GET", Route::Group(id)) => groups::get(call, &id).await,
        ("PATCH", Route::Group(id)) => groups::update(call, &id).await,
        ("DELETE", Route::Group(id)) => groups::delete(call, &id).await,
        ("GET", Route::Members(id)) => members::list(call, &id).await,
        ("GET", Route::MembersCount(id)) => members::count(call, &id).await,
        ("POST", Route::MembersRef(id)) => members::add(call, &id).await,
        ("DELETE", Route::MemberRef(id, member)) => members::remove(call, &id, &member).await,
        ("GET", Route::RoleAssignments) => role_assignments::list(call).await,
        ("GET", Route::RoleAssignmentsCount) => role_assignments::count(call).await,
        ("GET", Route::RoleAssignment(id)) => role_assignments::get(call, &id).await,
        ("GET", Route::RoleDefinitions) => role_definitions::list(call),
        ("GET", Route::RoleDefinition(id)) => role_definitions::get(call, &id),
        ("GET", Route::RoleDefinitionsCount) => role_definitions::count(call),
        ("GET", Route::RoleDefinitionInherits(id)) => role_definitions::inherits_from(call, &id),
        ("GET", Route::Collection(of)) => collections::list(call, of).await,
        ("GET", Route::Count(of)) => collections::count(call, of).await,
        ("GET", Route::Mine(of, on)) => collections::mine(call, of, &on).await,
        ("GET", Route::Behind(of, id, name)) => collections::behind(call, of, &id, name).await,
        ("GET", Route::Item(of, id)) => collections::get(call, of, &id).await,
        ("POST", Route::Collection(Of { family: path::Family::Requests, kind })) => {
            requests::create(call, kind).await
        }
        ("POST", Route::Cancel(kind, id)) => requests::cancel(call, kind, &id).await,
        ("GET", Route::Policies) => policies::list(call).await,
        ("GET", Route::Policy(id, part, rule)) => policies::get(call, &id, part, &rule).await,
        ("PATCH", Route::Policy(id, Part::Whole, _)) => policies::update(call, &id).await,
        ("PATCH", Route::Policy(id, Part::Rule, rule)) => policies::update_rule(call, &id, &rule).await,
        ("GET", Route::PolicyAssignments) => policies::assignments(call).await,
        ("GET", Route::PolicyAssignment(id)) => policies::assignment(call, &id).await,
        ("GET", Route::ApprovalsMine(on)) => approvals::mine(call, &on).await,
        ("GET", Route::Approval(id)) => approvals::get(call, &id).await,
        ("GET", Route::ApprovalSteps(id, name)) => approvals::steps(call, &id, name).await,
        ("GET", Route::ApprovalStep(id, name, step)) => approvals::step(call, &id, &step, name).await,
        ("PATCH", Route::ApprovalStep(id, _, step)) => approvals::decide(call, &id, &step).await,
        ("GET", Route::Audits) => audits::list(call).await,
        ("GET", Route::Audit(id)) => audits::get(call, &id).await,
        ("GET", Route::Organization) => organization::list(call).await,
        ("GET", Route::DirectoryObject(id)) => directory_objects::get(call, &id).await,
        (_, _) => Err(ApiError::new(
            ErrorCode::MethodNotAllowed,
            format!("the method `{method}` is not offered on this path"),
        )),
    }
}
