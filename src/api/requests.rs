//! Requests, in Graph's own shape.

use domain::{
    approval::Answer,
    ids::RequestId,
    schedule::Kind,
    wire::{
        api::Page,
        graph::{NewRequest, Request},
        requests::{RequestDetail, RequestRow, Tasks},
    },
};
use serde::Serialize;

use super::{ApiError, http, roles::page};
use crate::routes::{Desk, List, Pairs};

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

/// One page of a grid of requests.
pub async fn requests(desk: Desk, list: List) -> Result<Page<RequestRow>, ApiError> {
    let mut pairs = Pairs::default();
    pairs.set("search", &list.search);
    pairs.set("sort", &list.sort);
    pairs.set("desc", if list.desc { "true" } else { "" });
    page(&mut pairs, list.skip(), List::top());
    let path = match desk {
        Desk::Approve => "/api/approvals",
        Desk::Mine => "/api/my-requests",
        Desk::Pending => "/api/pending-requests",
    };
    http::get(&pairs.append_to(path.into())).await
}

/// One request, with what deciding it needs to know.
pub async fn request(id: RequestId) -> Result<RequestDetail, ApiError> {
    http::get(&format!("/api/requests/{id}")).await
}

/// How many requests wait in each grid.
pub async fn tasks() -> Result<Tasks, ApiError> {
    http::get("/api/tasks").await
}

/// The answer of an approver. The one step of an approval has the request's id.
pub async fn decide(id: RequestId, answer: Answer, justification: String) -> Result<(), ApiError> {
    let url = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{id}/steps/{id}");
    http::patch_only(&url, &Review { review_result: answer.as_str(), justification }).await
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    review_result: &'static str,
    justification: String,
}
