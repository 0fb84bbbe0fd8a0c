//! What is sent to the server, counted while it is kept in memory: in all, and from one address. Otherwise a few
//! connections that hold their bodies back would take all the memory there is.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{error_code::ErrorCode, time::Span};
use hyper::body::{Frame, SizeHint};

use crate::{
    app::AppState,
    auth::{address::Address, lockout},
    error::ApiError,
};

/// The largest body that any route takes.
pub const LARGEST: usize = 256 * 1024;
/// The largest that a sign-in takes. Everybody may send those.
const LARGEST_OF_SIGN_IN: usize = 16 * 1024;

/// So much of each call costs nothing: a whole sign-in, or most of what the portal sends. How many calls there are at
/// once is limited elsewhere, and who holds back larger ones takes nobody's place who sends a small one.
const FREE: usize = 1024;

/// What is kept for those who sign in, and apart from it for those who have: the many cannot take the place of the few.
#[derive(Clone)]
pub struct Bodies {
    sign_ins: Budget,
    others: Budget,
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            sign_ins: Budget::new(16 * 1024 * 1024, 32 * LARGEST_OF_SIGN_IN),
            others: Budget::new(64 * 1024 * 1024, 32 * LARGEST),
        }
    }
}

/// Counts the body of a call for as long as the call takes.
pub async fn count(
    State(state): State<AppState>,
    Address(address): Address,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let (budget, largest) = if path == "/api/session" || path.starts_with("/api/session/") {
        (&state.bodies.sign_ins, LARGEST_OF_SIGN_IN)
    } else {
        (&state.bodies.others, LARGEST)
    };
    let hold = Arc::new(Hold::new(budget, &address, largest));
    let request = request.map(|body| Body::new(Counted { body, hold: hold.clone() }));
    let response = next.run(request).await;
    let verdict = hold.held().verdict;
    match verdict {
        None => response,
        Some(Verdict::TooLarge) => ApiError::new(ErrorCode::TooLarge, "the body is too large")
            .at("body", format!("at most {} KiB", largest / 1024))
            .into_response(),
        Some(Verdict::Crowded) => {
            ApiError::new(ErrorCode::Unavailable, "the server is sent too much at this moment, try again")
                .retry_after(Span::seconds(2))
                .into_response()
        }
    }
}

/// So many bytes may be held in all, and so many of them from one address.
#[derive(Clone)]
struct Budget {
    in_all: usize,
    share: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    in_all: usize,
    by_address: HashMap<String, usize>,
}

impl Budget {
    fn new(in_all: usize, share: usize) -> Self {
        Self { in_all, share, taken: Arc::default() }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, address: &str, bytes: usize) -> bool {
        let mut taken = self.taken();
        let own = taken.by_address.get(address).copied().unwrap_or_default() + bytes;
        let fits = taken.in_all + bytes <= self.in_all && own <= self.share;
        if fits {
            taken.in_all += bytes;
            taken.by_address.insert(address.to_owned(), own);
        }
        fits
    }

    fn give_back(&self, address: &str, bytes: usize) {
        let mut taken = self.taken();
        taken.in_all = taken.in_all.saturating_sub(bytes);
        match taken.by_address.get_mut(address) {
            Some(own) if *own > bytes => *own -= bytes,
            _ => drop(taken.by_address.remove(address)),
        }
    }
}

#[derive(Clone, Copy)]
enum Verdict {
    TooLarge,
    Crowded,
}

/// What one call holds; given back when it is dropped.
struct Hold {
    budget: Budget,
    address: String,
    largest: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    bytes: usize,
    /// Why it may hold no more.
    verdict: Option<Verdict>,
}

impl Hold {
    fn new(budget: &Budget, address: &str, largest: usize) -> Self {
        let address = lockout::address(address);
        Self { budget: budget.clone(), address, largest, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grow(&self, bytes: usize) -> bool {
        let mut held = self.held();
        if held.bytes + bytes > self.largest {
            held.verdict = Some(Verdict::TooLarge);
        } else {
            let costs = cost(held.bytes + bytes) - cost(held.bytes);
            if costs > 0 && !self.budget.take(&self.address, costs) {
                held.verdict = Some(Verdict::Crowded);
            } else {
                held.bytes += bytes;
            }
        }
        held.verdict.is_none()
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let costs = cost(self.held().bytes);
        if costs > 0 {
            self.budget.give_back(&self.address, costs);
        }
    }
}

/// What a body of so many bytes takes of the budget.
const fn cost(bytes: usize) -> usize {
    bytes.saturating_sub(FREE)
}

struct Counted {
    body: Body,
    hold: Arc<Hold>,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => 0,
        };
        // What the error says is never read: the verdict is answered.
        let refused = || Some(Err(axum::Error::new(std::io::Error::other("too much"))));
        Poll::Ready(if this.hold.grow(length) { frame } else { refused() })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_its_share_all_have_theirs_and_it_is_given_back() {
        let budget = Budget::new(100, 60);
        let hold = |address: &str| {
            let hold = Hold::new(&budget, address, FREE + 50);
            assert!(hold.grow(FREE), "that much is free");
            hold
        };
        let (one, two) = (hold("192.0.2.1"), hold("192.0.2.1"));
        assert!(one.grow(20) && one.grow(20) && two.grow(20));
        assert!(!two.grow(1), "sixty are this address's");
        let other = hold("198.51.100.7");
        assert!(other.grow(40) && !other.grow(1), "a hundred are held");
        drop(one);
        let third = hold("203.0.113.9");
        assert!(third.grow(40) && !hold("203.0.113.9").grow(51), "no call holds more than fifty beyond");
        drop((two, other, third));
        assert!(budget.taken().by_address.is_empty() && budget.taken().in_all == 0);
    }

    #[test]
    fn a_small_body_is_taken_however_much_is_held() {
        let budget = Budget::new(10, 10);
        let large = Hold::new(&budget, "192.0.2.1", LARGEST);
        assert!(large.grow(FREE + 10) && !large.grow(1));
        let small = Hold::new(&budget, "192.0.2.1", LARGEST);
        assert!(small.grow(FREE / 2) && small.grow(FREE / 2) && !small.grow(1));
        // Begun for free, it pays for what goes beyond and for no more.
        drop(large);
        let split = Hold::new(&budget, "192.0.2.1", LARGEST);
        assert!(split.grow(FREE - 5) && split.grow(15) && !split.grow(1));
        drop((small, split));
        assert!(budget.taken().by_address.is_empty() && budget.taken().in_all == 0);
    }
}
