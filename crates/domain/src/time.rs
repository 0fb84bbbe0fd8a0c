//! Instants and lengths of time as data. Nothing here reads a clock.

use core::{fmt, str::FromStr};

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Serialize, de};

/// An instant in UTC, in whole milliseconds since 1970. On the wire it is RFC 3339 with an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

/// A length of time in whole milliseconds, never negative when parsed. On the wire it is ISO 8601 (`PT8H`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub i64);

/// A half-open window: the start is inside, the end is not; no end means permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// The first instant inside.
    pub start: Instant,
    /// The first instant after; `None` is permanent.
    pub end: Option<Instant>,
}

/// Why a text is no instant or no length of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError(pub String);

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for TimeError {}

impl Window {
    /// A window from `start` that never ends.
    pub const fn permanent(start: Instant) -> Self {
        Self { start, end: None }
    }

    /// Whether `now` lies inside: `start <= now < end`.
    pub fn contains(self, now: Instant) -> bool {
        self.start <= now && self.end.is_none_or(|end| now < end)
    }

    /// Whether the window is over at `now`.
    pub fn is_over(self, now: Instant) -> bool {
        self.end.is_some_and(|end| end <= now)
    }

    /// The length; `None` when permanent.
    pub fn length(self) -> Option<Span> {
        self.end.map(|end| end - self.start)
    }

    /// The same window, but over no later than `limit`.
    #[must_use]
    pub fn capped(self, limit: Option<Instant>) -> Self {
        let end = match (self.end, limit) {
            (Some(end), Some(limit)) => Some(end.min(limit)),
            (end, limit) => end.or(limit),
        };
        Self { end, ..self }
    }
}

impl Instant {
    /// The first instant that can be written down: the year 1, where the clients' own calendars begin.
    pub const EARLIEST: Self = Self(-62_135_596_800_000);
    /// The last one: RFC 3339 has no fifth digit for a year. Cut to milliseconds, `DateTimeOffset.MaxValue` of .NET is
    /// this one.
    pub const LATEST: Self = Self(253_402_300_799_999);

    /// Reads what was stored. Earlier versions wrote years that none may name from outside: these are taken for the
    /// nearest that may, so that one such row does not hide all others.
    pub fn kept<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::stored(&String::deserialize(from)?).map_err(de::Error::custom)
    }

    /// The same where there may be none.
    pub fn kept_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| Self::stored(&text).map_err(de::Error::custom)).transpose()
    }

    fn stored(text: &str) -> Result<Self, TimeError> {
        text.parse().or_else(|error| {
            // Years of five digits have a sign, which only chrono's own form takes.
            let time: DateTime<FixedOffset> = text.parse().map_err(|_| error)?;
            Ok(Self(time.timestamp_millis()).clamp(Self::EARLIEST, Self::LATEST))
        })
    }
}

impl Span {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000)
    }
    /// Whole minutes.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }
    /// Whole hours.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }
    /// Days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
    /// The whole minutes in it, rounded down.
    pub const fn as_minutes(self) -> i64 {
        self.0 / 60_000
    }
    /// Whether it is a whole number of minutes.
    pub const fn is_whole_minutes(self) -> bool {
        self.0 % 60_000 == 0
    }

    /// The length in words, exact to the minute: `2 h 10 min`, `365 days`.
    pub fn words(self) -> String {
        let minutes = self.as_minutes();
        let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        let mut parts = Vec::new();
        if days > 0 {
            parts.push(if days == 1 { "1 day".into() } else { format!("{days} days") });
        }
        if hours > 0 {
            parts.push(format!("{hours} h"));
        }
        if minutes > 0 || parts.is_empty() {
            parts.push(format!("{minutes} min"));
        }
        parts.join(" ")
    }
}

impl core::ops::Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl core::ops::Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl core::ops::Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl core::ops::Sub for Instant {
    type Output = Span;
    fn sub(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC; milliseconds only where there are any. What lies beyond [`Instant::EARLIEST`] and
    /// [`Instant::LATEST`] is written as these, so that whatever is written can be read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = (*self).clamp(Self::EARLIEST, Self::LATEST);
        let time = Utc.timestamp_millis_opt(within.0).single().unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for Instant {
    type Err = TimeError;

    /// Takes RFC 3339 with an offset, up to seven digits of fraction; a text without an offset is refused
    /// (`reference/graph-pim-contract.md` 1.1), and so is what lies outside the years 1 to 9999 in UTC.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let time = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| {
            TimeError(format!(
                "`{text}` is not a date and time with an offset, such as `2026-04-14T08:00:00Z`"
            ))
        })?;
        let instant = Self(time.timestamp_millis());
        if (Self::EARLIEST..=Self::LATEST).contains(&instant) {
            Ok(instant)
        } else {
            Err(TimeError(format!(
                "`{text}` is not between `{}` and `{}` in UTC",
                Self::EARLIEST,
                Self::LATEST
            )))
        }
    }
}

impl fmt::Display for Span {
    /// ISO 8601. A whole number of days stays in days (`P365D`), as Graph writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000;
        if seconds != 0 && seconds % 86_400 == 0 {
            return write!(f, "P{}D", seconds / 86_400);
        }
        let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        f.write_str("PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if rest > 0 || (hours == 0 && minutes == 0) {
            write!(f, "{rest}S")?;
        }
        Ok(())
    }
}

impl FromStr for Span {
    type Err = TimeError;

    /// Takes ISO 8601 with days, hours, minutes and seconds, and the two forms that Graph's Python client writes
    /// back (`8:00:00`, `365 days, 0:00:00`). Months and years have no fixed length and are refused.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let refused =
            || TimeError(format!("`{text}` is not a duration in days, hours and minutes, such as `PT8H`"));
        let trimmed = text.trim();
        let seconds = if let Some(iso) = trimmed.strip_prefix(['P', 'p']) {
            iso_seconds(iso)
        } else if let Some((days, clock)) = trimmed.split_once("day") {
            let days: Option<i64> = days.trim().parse().ok().filter(|days| (0..=99_999).contains(days));
            let clock = clock.trim_start_matches('s').trim_start_matches(',').trim();
            days.zip(clock_seconds(clock)).map(|(days, clock)| days * 86_400 + clock)
        } else {
            clock_seconds(trimmed)
        };
        seconds.map(Self::seconds).ok_or_else(refused)
    }
}

fn clock_seconds(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text.split(':').map(number).collect::<Option<_>>()?;
    match parts[..] {
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            Some(hours * 3_600 + minutes * 60 + seconds)
        }
        _ => None,
    }
}

fn iso_seconds(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    let days = match date.strip_suffix(['D', 'd']) {
        Some(days) => number(days)?,
        None if date.is_empty() && !time.is_empty() => 0,
        None => return None,
    };
    let mut total = days * 86_400;
    let mut rest = time;
    for (unit, factor) in [('H', 3_600), ('M', 60), ('S', 1)] {
        if let Some((count, after)) = rest.split_once([unit, unit.to_ascii_lowercase()]) {
            total += number(count)? * factor;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

fn number(text: &str) -> Option<i64> {
    let fits = !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}
as_text! { Instant Span }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_form_that_clients_send() {
        for (text, expected) in [
            ("PT8H", Span::hours(8)),
            ("PT1H45M", Span::minutes(105)),
            ("P365D", Span::days(365)),
            ("P1DT2H", Span::hours(26)),
            ("8:00:00", Span::hours(8)),
            ("365 days, 0:00:00", Span::days(365)),
            ("1 day, 2:30:00", Span::minutes(26 * 60 + 30)),
            ("PT30S", Span::seconds(30)),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in ["P6M", "P1Y", "", "P", "PT", "8", "PT-8H", "PT8", "8:61:00", "eight hours", "PT9999999H"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_written_as_graph_writes_them() {
        for (span, text) in [
            (Span::hours(8), "PT8H"),
            (Span::minutes(90), "PT1H30M"),
            (Span::days(365), "P365D"),
            (Span::ZERO, "PT0S"),
            (Span::hours(24), "P1D"),
        ] {
            assert_eq!(span.to_string(), text);
        }
        assert_eq!(Span::minutes(130).words(), "2 h 10 min");
        assert_eq!(Span::days(1).words(), "1 day");
    }

    #[test]
    fn an_instant_needs_its_offset() {
        assert_eq!("2026-04-14T02:00:00+02:00".parse(), Ok(Instant(1_776_124_800_000)));
        assert_eq!(Instant(1_776_124_800_000).to_string(), "2026-04-14T00:00:00Z");
        assert!("2026-04-14T02:00:00".parse::<Instant>().is_err());
    }

    #[test]
    fn whatever_is_written_can_be_read() {
        let (first, last) = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z");
        for (instant, written) in [
            (Instant(i64::MIN), first),
            (Instant::EARLIEST, first),
            (Instant::LATEST, last),
            (Instant::LATEST + Span::hours(8), last),
            (Instant(i64::MAX), last),
        ] {
            assert_eq!(instant.to_string(), written);
            assert_eq!(written.parse(), Ok(instant.clamp(Instant::EARLIEST, Instant::LATEST)));
        }
        // In UTC these lie in the years 10000 and 0, which no text has.
        for beyond in ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+00:01", "0000-01-01T00:00:00Z"] {
            assert!(beyond.parse::<Instant>().is_err(), "{beyond}");
        }
    }

    #[test]
    fn the_largest_instant_of_the_clients_is_the_last_one() {
        for text in ["9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999+00:00"] {
            assert_eq!(text.parse(), Ok(Instant::LATEST), "{text}");
        }
    }

    #[test]
    fn what_was_stored_is_read_whatever_year_it_names() {
        for (text, instant) in [
            ("9999-12-31T23:59:59.999Z", Instant::LATEST),
            ("+10000-01-01T11:59:59Z", Instant::LATEST),
            ("+262142-12-31T23:59:59Z", Instant::LATEST),
            ("0000-06-01T00:00:00Z", Instant::EARLIEST),
            ("-0001-06-01T00:00:00Z", Instant::EARLIEST),
            ("2026-04-14T00:00:00Z", Instant(1_776_124_800_000)),
        ] {
            assert_eq!(Instant::stored(text), Ok(instant), "{text}");
        }
        assert!(Instant::stored("tomorrow").is_err());
    }

    #[test]
    fn the_start_is_inside_and_the_end_is_not() {
        let window = Window { start: Instant(10), end: Some(Instant(20)) };
        assert!(!window.contains(Instant(9)));
        assert!(window.contains(Instant(10)));
        assert!(window.contains(Instant(19)));
        assert!(!window.contains(Instant(20)) && window.is_over(Instant(20)));
        assert_eq!(Window::permanent(Instant(0)).capped(Some(Instant(5))).end, Some(Instant(5)));
    }
}
