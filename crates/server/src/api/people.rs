//! What administrators do for people who cannot sign in.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::api::{EnrolmentCode, OneTimePassword};

use crate::{app::AppState, caller::Caller, directory, error::ApiError, extract};

/// A one-time password, shown once.
pub async fn reset_password(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<OneTimePassword>, ApiError> {
    let password = directory::reset_password(&state, &caller, extract::id(&id)?).await?;
    Ok(Json(OneTimePassword { password }))
}

/// A code to enrol a new second factor with, shown once.
pub async fn reset_second_factor(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<EnrolmentCode>, ApiError> {
    let code = directory::reset_second_factor(&state, &caller, extract::id(&id)?).await?;
    Ok(Json(EnrolmentCode { code }))
}
