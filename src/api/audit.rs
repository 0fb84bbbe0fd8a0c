//! The audit history, and the timeline of a request.

use domain::{ids::RequestId, wire::audit::Timeline};

use super::{ApiError, http};

/// What happened to a request, and what is still to come.
pub async fn timeline(id: RequestId) -> Result<Timeline, ApiError> {
    http::get(&format!("/api/requests/{id}/timeline")).await
}
