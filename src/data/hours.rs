//! Lengths as people type them: hours, with a point or a comma.

use domain::time::Span;

/// Hours as they would be typed: `8`, `1.5`, `0.75`.
pub fn hours_text(length: Span) -> String {
    let minutes = length.as_minutes();
    let hundredths = (minutes * 100 + 30) / 60;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The length that somebody typed, to the minute; none when it is no number of hours.
pub fn parse_hours(text: &str) -> Option<Span> {
    let hours: f64 =
        text.trim().replace(',', ".").parse().ok().filter(|hours| (0.0..=1_000.0).contains(hours))?;
    #[expect(clippy::cast_possible_truncation, reason = "at most a thousand hours in minutes")]
    Some(Span::minutes((hours * 60.0).round() as i64))
}

/// How many half hours lie between the ends of a slider: its style draws a tick for each.
pub fn half_hours(least: Span, most: Span) -> String {
    ((most.as_minutes() - least.as_minutes()) / 30).max(1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_has_a_tick_for_each_half_hour() {
        for (least, most, ticks) in [(30, 480, "15"), (30, 1_440, "47"), (30, 30, "1"), (30, 45, "1")] {
            assert_eq!(half_hours(Span::minutes(least), Span::minutes(most)), ticks);
        }
    }

    #[test]
    fn hours_are_typed_as_people_write_them() {
        for (text, minutes) in [("8", 480), ("1.5", 90), ("1,5", 90), (" 0.5 ", 30), ("24", 1_440)] {
            assert_eq!(parse_hours(text), Some(Span::minutes(minutes)), "{text}");
        }
        for text in ["", "eight", "-1", "1e9", "1:30"] {
            assert_eq!(parse_hours(text), None, "{text}");
        }
    }

    #[test]
    fn hours_are_shown_as_they_would_be_typed() {
        for (minutes, text) in [(480, "8"), (90, "1.5"), (30, "0.5"), (1_440, "24"), (45, "0.75")] {
            assert_eq!(hours_text(Span::minutes(minutes)), text);
            assert_eq!(parse_hours(text), Some(Span::minutes(minutes)));
        }
    }
}
