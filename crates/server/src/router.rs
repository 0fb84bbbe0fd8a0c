//! Every route of the server, on one page.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};
use domain::error_code::ErrorCode;

use crate::{
    api,
    app::AppState,
    assets,
    error::ApiError,
    graph, lab,
    middleware::{body, limit, origin, refusals, request, security},
};

/// Builds the router.
pub fn build(state: AppState) -> Router {
    let mut api = api::routes();
    if state.lab.is_some() {
        api = api
            .route("/lab", get(lab::get))
            .route("/lab/clock", post(lab::clock))
            .route("/lab/mails", get(lab::mails))
            .route("/lab/teams", get(lab::teams));
    }
    Router::new()
        .nest("/api", api.fallback(unknown))
        .nest("/v1.0", graph::routes())
        .nest("/beta", graph::routes())
        .route("/healthz", get(|| async { "ok" }))
        .fallback(assets::serve)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(body::LARGEST))
        .layer(from_fn_with_state(state.clone(), body::count))
        .layer(from_fn_with_state(state.clone(), refusals::count))
        .layer(from_fn(limit::address))
        .layer(from_fn(limit::time))
        .layer(from_fn_with_state(state.clone(), origin::check))
        .layer(from_fn_with_state(state.clone(), security::harden))
        .layer(from_fn_with_state(state.clone(), request::identify))
        .with_state(state)
}

/// A path under an interface that it does not have.
pub async fn unknown(uri: axum::http::Uri) -> impl IntoResponse {
    let segment = uri
        .path()
        .trim_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect::<String>();
    ApiError::new(ErrorCode::UnknownSegment, format!("Resource not found for the segment '{segment}'."))
}

async fn wrong_method() -> impl IntoResponse {
    ApiError::new(ErrorCode::MethodNotAllowed, "this method is not offered here")
}
