//! Time as a build tool needs it: how long something took, and waiting for a condition with a limit.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Started when something starts.
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "a build tool measures real time and decides nothing by it"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Asks again until the answer is yes; no after `limit`.
pub fn wait_until(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let watch = Stopwatch::start();
    loop {
        if holds() {
            return true;
        }
        if watch.elapsed() > limit {
            return false;
        }
        thread::park_timeout(Duration::from_millis(2));
    }
}
