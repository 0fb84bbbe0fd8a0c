//! The two clocks. The *engine clock* rules schedules, requests and audit; the *wall clock* rules sessions, codes
//! and lockout. A lab moves the engine clock only. This is the one file that reads the system's time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use domain::time::{Instant, Span};
use tokio::sync::watch;

/// Both clocks, shared by everything that needs to know what time it is.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    source: Source,
    /// How far the engine clock is ahead of the wall clock, in milliseconds.
    offset: AtomicI64,
    moved: watch::Sender<u64>,
}

enum Source {
    System,
    /// Milliseconds since 1970, in a test's hands.
    Manual(AtomicI64),
    /// The system's time, so many milliseconds off. For tests whose browsers have clocks of their own.
    Shifted(AtomicI64),
}

impl Clock {
    /// The system's time, with the engine clock ahead by `offset`.
    pub fn system(offset: Span) -> Self {
        Self::new(Source::System, offset)
    }

    /// A clock that stands still until it is moved. For tests.
    pub fn manual(now: Instant) -> Self {
        Self::new(Source::Manual(AtomicI64::new(now.0)), Span::ZERO)
    }

    /// A clock that shows this now and goes on from there; it can be moved besides. For tests.
    pub fn running(now: Instant) -> Self {
        Self::new(Source::Shifted(AtomicI64::new((now - system_now()).0)), Span::ZERO)
    }

    fn new(source: Source, offset: Span) -> Self {
        let (moved, _) = watch::channel(0);
        Self(Arc::new(Inner { source, offset: AtomicI64::new(offset.0), moved }))
    }

    /// The wall clock: sessions, one-time codes, lockout.
    pub fn wall(&self) -> Instant {
        match &self.0.source {
            Source::System => system_now(),
            Source::Manual(now) => Instant(now.load(Ordering::SeqCst)),
            Source::Shifted(by) => system_now() + Span(by.load(Ordering::SeqCst)),
        }
    }

    /// The engine clock: schedules, requests, audit.
    pub fn engine(&self) -> Instant {
        self.wall() + self.offset()
    }

    /// How far the engine clock is ahead.
    pub fn offset(&self) -> Span {
        Span(self.0.offset.load(Ordering::SeqCst))
    }

    /// Moves the engine clock alone, as the lab does, and wakes whoever waits for it.
    pub fn set_offset(&self, offset: Span) {
        self.0.offset.store(offset.0, Ordering::SeqCst);
        self.wake();
    }

    /// Moves the engine clock alone so far ahead, unless it is further already, and wakes whoever waits for it.
    pub fn reach_offset(&self, offset: Span) {
        self.0.offset.fetch_max(offset.0, Ordering::SeqCst);
        self.wake();
    }

    /// Moves the engine clock alone, and wakes whoever waits for it.
    pub fn advance_engine(&self, by: Span) {
        self.0.offset.fetch_add(by.0, Ordering::SeqCst);
        self.wake();
    }

    /// Moves a test's wall clock, and with it the engine clock. On the system's time it does nothing.
    pub fn advance_wall(&self, by: Span) {
        if let Source::Manual(at) | Source::Shifted(at) = &self.0.source {
            at.fetch_add(by.0, Ordering::SeqCst);
            self.wake();
        }
    }

    /// Told each time a clock is moved by hand.
    pub fn moves(&self) -> watch::Receiver<u64> {
        self.0.moved.subscribe()
    }

    /// Whether time passes by itself. A manual clock is waited for by its moves alone.
    pub fn runs(&self) -> bool {
        !matches!(self.0.source, Source::Manual(_))
    }

    fn wake(&self) {
        self.0.moved.send_modify(|n| *n += 1);
    }
}

#[expect(clippy::disallowed_methods, reason = "this file is the one place that reads the system's clock")]
fn system_now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
