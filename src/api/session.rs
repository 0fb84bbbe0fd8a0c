//! Who is signed in.

use domain::wire::api::{NewPassword, SecondFactor, Session, SignIn};

use super::{ApiError, http};

const SESSION: &str = "/api/session";

/// How far this browser's sign-in has come.
pub async fn session() -> Result<Session, ApiError> {
    http::get_settled(SESSION).await
}

/// The first step: name and password.
pub async fn sign_in(body: SignIn) -> Result<Session, ApiError> {
    http::post(SESSION, &body).await
}

/// Six digits or a recovery code, at sign-in and as step-up.
pub async fn give_second_factor(code: String) -> Result<Session, ApiError> {
    http::post("/api/session/second-factor", &SecondFactor { code }).await
}

/// The new password right after a one-time one.
pub async fn set_first_password(body: NewPassword) -> Result<Session, ApiError> {
    http::post("/api/session/password", &body).await
}

/// Ends this session.
pub async fn sign_out() -> Result<(), ApiError> {
    http::delete(SESSION).await
}
