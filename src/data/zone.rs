//! Times in the reader's zone: the one chosen in *My account*, otherwise the browser's.

use domain::time::{Instant, Span};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The reader's zone. Copied freely; lives in the context.
#[derive(Clone, Copy)]
pub struct Zone(RwSignal<Option<String>>);

/// The parts of a time on the reader's wall.
struct Parts {
    year: u32,
    month: usize,
    day: u32,
    hour: u32,
    minute: u32,
}

impl Default for Zone {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

impl Zone {
    /// Follows another zone; none follows the browser.
    pub fn choose(self, name: Option<String>) {
        if self.0.with_untracked(|shown| *shown != name) {
            self.0.set(name);
        }
    }

    /// `17:30`.
    pub fn clock(self, at: Instant) -> String {
        let parts = self.parts(at);
        format!("{:02}:{:02}", parts.hour, parts.minute)
    }

    /// `30 Nov 2026, 18:00`.
    pub fn date_time(self, at: Instant) -> String {
        let parts = self.parts(at);
        let month = MONTHS.get(parts.month).copied().unwrap_or_default();
        format!("{} {month} {}, {:02}:{:02}", parts.day, parts.year, parts.hour, parts.minute)
    }

    /// `17:30 today`, `08:00 tomorrow`, otherwise date and time.
    pub fn near(self, at: Instant, now: Instant) -> String {
        let clock = self.clock(at);
        match self.day(at) - self.day(now) {
            0 => format!("{clock} today"),
            1 => format!("{clock} tomorrow"),
            _ => self.date_time(at),
        }
    }

    /// `14:00` on the same day, otherwise date and time.
    pub fn short(self, at: Instant, now: Instant) -> String {
        if self.day(at) == self.day(now) { self.clock(at) } else { self.date_time(at) }
    }

    /// `30 Nov 2026, 18:00:05 (UTC 17:00:05)`, for the hint that hovering shows.
    pub fn exact(self, at: Instant) -> String {
        format!("{} ({at})", self.date_time(at))
    }

    /// The value of a native date and time box: `2026-11-21T17:30`.
    pub fn to_input(self, at: Instant) -> String {
        let parts = self.parts(at);
        let month = parts.month + 1;
        format!("{:04}-{month:02}-{:02}T{:02}:{:02}", parts.year, parts.day, parts.hour, parts.minute)
    }

    /// Reads such a box.
    pub fn from_input(self, text: &str) -> Option<Instant> {
        let whole = if text.len() == 16 { format!("{text}:00Z") } else { format!("{text}Z") };
        let wall: Instant = whole.parse().ok()?;
        // The offset at the wanted instant is only known near it; the second look settles the hour of a change.
        let near = wall - self.offset(wall);
        Some(wall - self.offset(near))
    }

    /// The zone's name for the hint beside a date and time box.
    pub fn label(self, at: Instant) -> String {
        self.0.get().unwrap_or_else(|| {
            let minutes = self.offset(at).as_minutes();
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        })
    }

    fn day(self, at: Instant) -> i64 {
        (at + self.offset(at)).0.div_euclid(Span::days(1).0)
    }

    fn parts(self, at: Instant) -> Parts {
        let shifted = date(at + self.offset(at));
        Parts {
            year: shifted.get_utc_full_year(),
            month: shifted.get_utc_month() as usize,
            day: shifted.get_utc_date(),
            hour: shifted.get_utc_hours(),
            minute: shifted.get_utc_minutes(),
        }
    }

    fn offset(self, at: Instant) -> Span {
        let named = self.0.with(|zone| zone.as_deref().and_then(|zone| offset_in(zone, at)));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an offset is a whole number of minutes below a day"
        )]
        named.unwrap_or_else(|| Span::minutes(-(date(at).get_timezone_offset() as i64)))
    }
}

/// The offset of a named zone: the browser writes the wall time there, the difference is the offset.
fn offset_in(zone: &str, at: Instant) -> Option<Span> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
    // Swedish dates are ISO 8601: "2026-11-21 17:30:00".
    let text = String::from(date(at).to_locale_string("sv-SE", &options));
    let wall: Instant = format!("{}Z", text.replacen(' ', "T", 1)).parse().ok()?;
    let whole_seconds = Instant(at.0.div_euclid(1_000) * 1_000);
    Some(wall - whole_seconds)
}

fn date(at: Instant) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    js_sys::Date::new(&JsValue::from_f64(at.0 as f64))
}

/// The zone, from the context.
pub fn use_zone() -> Zone {
    expect_context()
}
