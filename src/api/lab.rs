//! The lab: only there when the server was started for one.

use domain::wire::{
    api::{Lab, MoveClock},
    teams::TeamsCentre,
};

use super::{ApiError, http};

/// The lab's people and the engine's clock.
pub async fn lab() -> Result<Lab, ApiError> {
    http::get("/api/lab").await
}

/// Moves the engine's clock.
pub async fn move_clock(body: MoveClock) -> Result<Lab, ApiError> {
    http::post("/api/lab/clock", &body).await
}

/// What the right of a Teams Administrator opens.
pub async fn teams() -> Result<TeamsCentre, ApiError> {
    http::get("/api/lab/teams").await
}
