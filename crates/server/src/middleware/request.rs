//! The ids of a call, and the clocks in its answer.

use std::cell::Cell;

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use domain::time::Instant;

use crate::{app::AppState, ids};

/// What is known of the call that is being answered.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Our id of the call.
    pub id: String,
    /// The caller's own id of it, else ours.
    pub client_id: String,
    /// The wall clock at its beginning.
    pub wall: Instant,
}

tokio::task_local! {
    static KNOWN: Known;
    /// Whether the caller's rights wait for a second factor.
    static WITHHELD: Cell<bool>;
}

/// What is known of the call that is being answered; empty outside one.
pub fn current() -> Known {
    KNOWN.try_with(Clone::clone).unwrap_or_default()
}

/// Notes that the caller's rights wait for a second factor. Whoever refuses him for want of a permission then tells
/// him how to get it, wherever that is.
pub fn withhold() {
    let _ = WITHHELD.try_with(|withheld| withheld.set(true));
}

/// Whether the rights of the caller of this call wait for a second factor.
pub fn is_withheld() -> bool {
    WITHHELD.try_with(Cell::get).unwrap_or_default()
}

/// Gives every call its ids, and every answer the engine's time.
pub async fn identify(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = ids::fresh().to_string();
    let client_id = request
        .headers()
        .get("client-request-id")
        .and_then(|value| value.to_str().ok())
        .filter(|value| value.len() <= 64 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map_or_else(|| id.clone(), str::to_owned);
    let known = Known { id: id.clone(), client_id: client_id.clone(), wall: state.clock.wall() };
    let mut response = KNOWN.scope(known, WITHHELD.scope(Cell::new(false), next.run(request))).await;
    let headers = response.headers_mut();
    for (name, value) in [("request-id", id), ("client-request-id", client_id)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers.insert("x-engine-time", HeaderValue::from(state.clock.engine().0));
    response
}
