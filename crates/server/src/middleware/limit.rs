//! No call takes for ever.

use std::time::Duration;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::error_code::ErrorCode;

use crate::error::ApiError;

/// A call, with its body, takes no longer.
const LONGEST: Duration = Duration::from_secs(30);

/// Answers for a call that takes too long. A change that has begun is finished all the same.
pub async fn time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            ApiError::new(ErrorCode::Unavailable, "the server took too long, try again").into_response()
        }
    }
}
