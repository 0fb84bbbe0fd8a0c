//! Slows down guessing: for each account and address together, so that nobody can lock out somebody else.

use domain::{
    error_code::ErrorCode,
    time::{Instant, Span},
};

use crate::error::ApiError;

/// From this failure on, the next attempt has to wait.
const FREE_FAILURES: i64 = 5;

/// How long to wait after so many failures: a second from the fifth, doubling to a quarter of an hour.
pub fn wait_after(failures: i64) -> Span {
    if failures < FREE_FAILURES {
        return Span::ZERO;
    }
    let doublings = (failures - FREE_FAILURES).clamp(0, 20);
    Span::seconds(1 << doublings).min(Span::minutes(15))
}

/// Refuses an attempt that comes too early.
pub fn check(until: Instant, now: Instant) -> Result<(), ApiError> {
    if now >= until {
        return Ok(());
    }
    let wait = until - now;
    let seconds = (wait.0 + 999) / 1_000;
    let message = format!("too many failed attempts, try again in {seconds} seconds");
    Err(ApiError::new(ErrorCode::TooManyRequests, message).retry_after(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_begins_with_the_fifth_failure_and_doubles_to_a_quarter_of_an_hour() {
        for (failures, wait) in [(4, 0), (5, 1), (6, 2), (9, 16), (14, 512), (15, 900), (90, 900)] {
            assert_eq!(wait_after(failures), Span::seconds(wait), "{failures}");
        }
        assert!(check(Instant(1_000), Instant(1_000)).is_ok());
        assert!(check(Instant(1_001), Instant(1_000)).is_err());
    }
}
