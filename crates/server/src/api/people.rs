//! What administrators do for people who cannot sign in.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    capability,
    permission::Permission,
    wire::api::{EnrolmentCode, OneTimePassword, ProtectedUser},
};

use crate::{app::AppState, caller::Caller, directory, error::ApiError, extract, storage::protection};

/// Who is protected, and by what: for those who do something to people, so that no button offers what is refused.
pub async fn protected(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<ProtectedUser>>, ApiError> {
    if !capability::TOUCHES.iter().any(|act| caller.permissions.allows(*act)) {
        capability::needs(caller.permissions, Permission::UpdateUsers).map_err(ApiError::lacks)?;
    }
    let mut db = state.storage.read().await?;
    let people = protection::protected(&mut db, state.clock.engine()).await?;
    Ok(Json(people.into_iter().map(|(id, facts)| ProtectedUser { id, facts }).collect()))
}

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
