//! Where a call comes from: a write that carries the cookie is the portal's own, and nobody speaks plainly from afar.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::error_code::ErrorCode;

use crate::{app::AppState, auth::session, error::ApiError};

/// Refuses a write with the cookie whose `Origin` is not the public address (or, in development, that of `trunk serve`),
/// any write that names a foreign one, and a caller who reached a plain port past its proxy.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let refused = |message: &str, field: &str, allowed: &str| {
        ApiError::new(ErrorCode::OriginMismatch, message).at(field, allowed).into_response()
    };
    let peer = request.extensions().get::<SocketAddr>().map(SocketAddr::ip);
    if peer.is_some_and(|peer| !state.may_speak(peer)) {
        return refused("the call did not come through the proxy", "address", state.origin());
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let origin = request.headers().get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let own = match origin {
        Some(origin) => state.is_own_origin(origin),
        // A program that is no browser, and no session to misuse.
        None => session::cookie(request.headers(), state.cookie_name()).is_none(),
    };
    if reads || own {
        return next.run(request).await;
    }
    refused("the request did not come from the portal's own address", "Origin", state.origin())
}
