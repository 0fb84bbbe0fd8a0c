//! The person's own account.

use domain::{
    ids::SessionId,
    wire::api::{Account, BeginEnrolment, Enrolment, NewPassword, Preferences, RecoveryCodes, SecondFactor},
};

use super::{ApiError, http};

/// Factors, sessions, preferences.
pub async fn account() -> Result<Account, ApiError> {
    http::get("/api/account").await
}

/// Another password.
pub async fn change_password(body: NewPassword) -> Result<(), ApiError> {
    http::post_only("/api/account/password", &body).await
}

/// A new second factor: its secret, shown once.
pub async fn begin_enrolment(body: BeginEnrolment) -> Result<Enrolment, ApiError> {
    http::post("/api/account/totp", &body).await
}

/// The first code of the new factor.
pub async fn confirm_enrolment(code: String) -> Result<RecoveryCodes, ApiError> {
    http::post("/api/account/totp/confirm", &SecondFactor { code }).await
}

/// Ten new recovery codes in place of the old ones.
pub async fn new_recovery_codes() -> Result<RecoveryCodes, ApiError> {
    http::post("/api/account/recovery-codes", &()).await
}

/// Zone and theme.
pub async fn set_preferences(body: Preferences) -> Result<Preferences, ApiError> {
    http::patch("/api/account/preferences", &body).await
}

/// Ends one session.
pub async fn end_session(id: SessionId) -> Result<(), ApiError> {
    http::delete(&format!("/api/account/sessions/{id}")).await
}

/// Ends all sessions but this one.
pub async fn end_other_sessions() -> Result<(), ApiError> {
    http::delete("/api/account/sessions").await
}
