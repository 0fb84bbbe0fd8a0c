//! Requests, in Graph's own shape.

use domain::{
    ids::{PrincipalId, RequestId, RoleId},
    schedule::Kind,
    wire::graph::{Collection, NewRequest, Request, Schedule},
};

use super::{ApiError, http};
use crate::routes::Pairs;

const fn collection(kind: Kind) -> &'static str {
    match kind {
        Kind::Eligible => "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests",
        Kind::Active => "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests",
    }
}

/// Asks for a change; the answer carries the status of the request.
pub async fn post_request(kind: Kind, body: NewRequest) -> Result<Request, ApiError> {
    http::post(collection(kind), &body).await
}

/// How far a request has come.
pub async fn read_request(kind: Kind, id: RequestId) -> Result<Request, ApiError> {
    http::get(&format!("{}/{id}", collection(kind))).await
}

/// Withdraws a request that has not taken effect.
pub async fn cancel_request(kind: Kind, id: RequestId) -> Result<(), ApiError> {
    http::post_only(&format!("{}/{id}/cancel", collection(kind)), &()).await
}

/// The caller's own active schedules on a role, as the server knows them now: the proof after an activation.
pub async fn read_active(principal: PrincipalId, role: RoleId) -> Result<Vec<Schedule>, ApiError> {
    let mut pairs = Pairs::default();
    pairs.set("$filter", &format!("principalId eq '{principal}' and roleDefinitionId eq '{role}'"));
    let path = "/v1.0/roleManagement/directory/roleAssignmentSchedules/filterByCurrentUser(on='principal')";
    let found: Collection<Schedule> = http::get(&pairs.append_to(path.into())).await?;
    Ok(found.value)
}
