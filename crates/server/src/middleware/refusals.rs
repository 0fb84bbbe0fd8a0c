//! Each refusal of an act leaves its row in the history, for good. Nobody has so many that they fill the disk: who is
//! refused again and again waits, as after wrong passwords.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::{
    error_code::ErrorCode,
    ids::PrincipalId,
    time::{Instant, Span},
};

use crate::{app::AppState, error::ApiError};

/// So many refusals one person has in a row: more than any form, and any script that reads its answers.
const MOST: i64 = 240;
/// One more each such time.
const EACH: Span = Span::seconds(5);

/// How often each person was refused lately. Of one server, and gone with it.
#[derive(Clone, Default)]
pub struct Refusals(Arc<Mutex<HashMap<PrincipalId, Instant>>>);

/// Who makes the call that is under way; known once the session is read.
#[derive(Clone, Default)]
struct Who(Arc<OnceLock<PrincipalId>>);

impl Refusals {
    /// Refuses whoever has none left.
    fn may(&self, who: PrincipalId, wall: Instant) -> Result<(), ApiError> {
        let paid = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&who).copied();
        let wait = paid.map_or(Span::ZERO, |paid| paid - (wall + Span(EACH.0 * (MOST - 1))));
        if wait <= Span::ZERO {
            return Ok(());
        }
        let seconds = (wait.0 + 999) / 1_000;
        let message = format!("too many of your calls were refused, try again in {seconds} seconds");
        Err(ApiError::new(ErrorCode::TooManyRequests, message).retry_after(wait))
    }

    /// Counts one. What is kept is the instant at which all are forgiven.
    fn count(&self, who: PrincipalId, wall: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, paid| *paid > wall);
        let paid = kept.entry(who).or_insert(wall);
        *paid = *paid + EACH;
    }
}

/// Counts the acts that are refused.
pub async fn count(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if is_read(request.method()) {
        return next.run(request).await;
    }
    let who = Who::default();
    request.extensions_mut().insert(who.clone());
    let response = next.run(request).await;
    let refused = response.status().is_client_error() && response.status() != 429;
    if let Some(who) = who.0.get().filter(|_| refused) {
        state.refusals.count(*who, state.clock.wall());
    }
    response
}

/// Refuses the act of whoever was refused too often; otherwise notes whose act it is.
pub fn check(state: &AppState, parts: &Parts, who: PrincipalId) -> Result<(), ApiError> {
    let Some(noted) = parts.extensions.get::<Who>() else { return Ok(()) };
    state.refusals.may(who, state.clock.wall())?;
    noted.0.get_or_init(|| who);
    Ok(())
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_refused_again_and_again_waits_and_nobody_else_does() {
        let refusals = Refusals::default();
        let (one, other, now) =
            (PrincipalId(uuid::Uuid::from_u128(1)), PrincipalId(uuid::Uuid::from_u128(2)), Instant(1_000));
        for _ in 0..MOST {
            assert!(refusals.may(one, now).is_ok());
            refusals.count(one, now);
        }
        assert_eq!(refusals.may(one, now).map_err(|error| error.code()), Err(ErrorCode::TooManyRequests));
        assert!(refusals.may(other, now).is_ok());
        assert!(refusals.may(one, now + EACH).is_ok(), "one is forgiven");
        refusals.count(one, now + EACH);
        assert!(refusals.may(one, now + EACH).is_err());
        // All are, and nothing is kept of it.
        refusals.count(other, now + Span(EACH.0 * (MOST + 2)));
        assert_eq!(refusals.0.lock().unwrap().len(), 1);
    }
}
