//! A write that carries the cookie must come from the portal's own address.

use axum::{
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::error_code::ErrorCode;

use crate::{app::AppState, error::ApiError};

/// Refuses a write whose `Origin` is not the public address (or, in development, that of `trunk serve`).
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok());
    if reads || origin.is_some_and(|origin| state.is_own_origin(origin)) {
        return next.run(request).await;
    }
    ApiError::new(ErrorCode::OriginMismatch, "the request did not come from the portal's own address")
        .at("Origin", state.origin())
        .into_response()
}
