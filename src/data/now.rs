//! The only reader of the browser's clock. Screens see the engine's time: the server says it with every answer, and
//! the browser only counts on from there.

use core::time::Duration;

use domain::time::{Instant, Span};
use leptos::prelude::*;

/// How far two readings may be apart before the engine's clock counts as moved.
const MOVED: Span = Span::seconds(2);

/// The engine's clock as this page knows it. Copied freely; lives in the context.
#[derive(Clone, Copy)]
pub struct Clock {
    ahead: StoredValue<Span>,
    now: RwSignal<Instant>,
    moved: RwSignal<u32>,
}

/// The browser's clock: only for measuring how long ago something was asked or fetched.
pub fn browser() -> Instant {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 are whole and far below 2^53"
    )]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the browser's clock")]
    Instant(js_sys::Date::now() as i64)
}

impl Clock {
    /// Starts counting, a step a second.
    pub fn start() -> Self {
        let clock = Self {
            ahead: StoredValue::new(Span::ZERO),
            now: RwSignal::new(browser()),
            moved: RwSignal::new(0),
        };
        // Without a timer the times on the screen stand still; they are right again at the next answer.
        let _ = set_interval_with_handle(move || clock.tick(), Duration::from_secs(1));
        clock
    }

    /// The engine's present instant; whoever reads it is run again each second.
    pub fn now(self) -> Instant {
        self.now.get()
    }

    /// The engine's present instant, read once.
    pub fn now_untracked(self) -> Instant {
        browser() + self.ahead.get_value()
    }

    /// Counts up when the engine's clock was moved, as a lab does.
    pub fn moved(self) -> Signal<u32> {
        self.moved.into()
    }

    /// Takes the time that an answer carried. It was so late at some instant between question and answer: on a slow
    /// network these are far apart, and nobody has moved the clock.
    pub fn learn(self, engine: Instant, sent: Instant) {
        let (least, most) = (engine - browser(), engine - sent);
        let before = self.ahead.get_value();
        if before.0 > least.0 - MOVED.0 && before.0 < most.0 + MOVED.0 {
            return;
        }
        self.ahead.set_value(least);
        self.now.set(engine);
        self.moved.update(|moved| *moved += 1);
    }

    fn tick(self) {
        self.now.set(self.now_untracked());
    }
}

/// The clock, from the context.
pub fn use_clock() -> Clock {
    expect_context()
}
