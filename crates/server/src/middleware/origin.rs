//! Where a call comes from and whom it means: a write that carries the cookie is the portal's own, nobody speaks
//! plainly from afar, and no foreign name leads here.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::{Method, header, uri::Authority},
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
    if let Some(foreign) = foreign_host(&state, &request) {
        let message = format!("the host `{foreign}` is not this server's");
        let allowed =
            format!("the host of {}, which a proxy passes on as it is, or a loopback name", state.origin());
        return ApiError::new(ErrorCode::WrongHost, message).at("Host", allowed).into_response();
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

/// The host that a call names and that is not this server's. A program that names none is no browser. Whether the
/// server lives is asked by many names, and told to all.
fn foreign_host(state: &AppState, request: &Request) -> Option<String> {
    if request.uri().path() == "/healthz" {
        return None;
    }
    let lines = request.headers().get_all(header::HOST).iter().map(|line| line.to_str().unwrap_or_default());
    let mut named = lines.chain(request.uri().authority().map(Authority::as_str));
    let foreign = named.find(|host| !state.is_own_host(host))?;
    Some(foreign.chars().filter(|c| !c.is_control()).take(80).collect())
}
