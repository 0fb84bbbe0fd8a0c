//! Requests, in Graph's own shape.

use domain::{
    ids::RequestId,
    schedule::Kind,
    wire::graph::{NewRequest, Request},
};

use super::{ApiError, http};

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

/// Withdraws a request that has not taken effect.
pub async fn cancel_request(kind: Kind, id: RequestId) -> Result<(), ApiError> {
    http::post_only(&format!("{}/{id}/cancel", collection(kind)), &()).await
}
