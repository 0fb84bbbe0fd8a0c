//! No call takes for ever, and none brings what nothing behind it can use.

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

/// The longest query string, in bytes of what it says: the address of a next page says the same and may need more bytes
/// for it. The longest that a client of Graph is known to send has a tenth.
const LONGEST_QUERY: usize = 8 * 1024;

/// Refuses an address whose texts no database takes: patterns have limits, and PostgreSQL keeps no U+0000.
pub async fn address(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let length = said(uri.query().unwrap_or_default());
    let refused = if length > LONGEST_QUERY {
        let message = format!("the query string has {length} bytes");
        Some(ApiError::bad("query", message, format!("at most {LONGEST_QUERY} bytes")))
    } else if uri.path_and_query().is_some_and(|all| all.as_str().contains("%00")) {
        Some(ApiError::bad("query", "a text has the character U+0000", "texts without it"))
    } else {
        None
    };
    match refused {
        Some(error) => error.into_response(),
        None => next.run(request).await,
    }
}

/// How long a query string is, decoded and without the place of the page, which the server added itself.
fn said(query: &str) -> usize {
    let place = |name: &str| name.trim_start_matches('$').eq_ignore_ascii_case("skiptoken");
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| !place(name)).map(|(name, value)| name.len() + value.len() + 2).sum()
}

/// Answers for a call that takes too long. A change that has begun is finished all the same.
pub async fn time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            ApiError::new(ErrorCode::Unavailable, "the server took too long, try again").into_response()
        }
    }
}
