//! Graph's face: parses a wire shape into a domain request and renders the answer. It holds no rule.

pub mod schedule_requests;
pub mod shape;

use axum::{
    Router,
    routing::{get, post},
};

use crate::app::AppState;

/// Every route below `/v1.0` and `/beta`.
pub fn routes() -> Router<AppState> {
    let directory = Router::new()
        .route("/roleAssignmentScheduleRequests", post(schedule_requests::create_active))
        .route("/roleAssignmentScheduleRequests/{id}", get(schedule_requests::item))
        .route("/roleAssignmentScheduleRequests/{id}/cancel", post(schedule_requests::cancel))
        .route("/roleEligibilityScheduleRequests", post(schedule_requests::create_eligible))
        .route("/roleEligibilityScheduleRequests/{id}", get(schedule_requests::item))
        .route("/roleEligibilityScheduleRequests/{id}/cancel", post(schedule_requests::cancel));
    Router::new().nest("/roleManagement/directory", directory)
}
