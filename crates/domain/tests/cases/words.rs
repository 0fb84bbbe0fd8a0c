//! Times, windows and names in the words of a case.

use domain::{
    ids::RequestId,
    time::{Instant, Span, Window},
};
use uuid::Uuid;

pub const NOW: Instant = Instant(1_776_153_600_000);
pub const NEW: RequestId = RequestId(Uuid::from_u128(0xFFFF));

/// `NEW`, `E1`, `ada`: a name always stands for the same id.
pub fn id(name: &str) -> Uuid {
    Uuid::from_u128(name.bytes().fold(0, |id, byte| id << 8 | u128::from(byte)))
}

pub fn span(text: &str) -> Span {
    let (mut total, mut digits) = (0, String::new());
    for c in text.chars() {
        let factor = match c {
            'd' => 1_440,
            'h' => 60,
            'm' => 1,
            _ => {
                digits.push(c);
                continue;
            }
        };
        total +=
            factor * digits.parse::<i64>().unwrap_or_else(|_| panic!("a length such as `8h`, not `{text}`"));
        digits.clear();
    }
    assert!(digits.is_empty(), "a length such as `8h`, not `{text}`");
    Span::minutes(total)
}

pub fn instant(text: &str) -> Instant {
    match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(ahead), _) => NOW + span(ahead),
        (_, Some(ago)) => NOW - span(ago),
        _ => {
            assert_eq!(text, "now", "a time such as `+8h`");
            NOW
        }
    }
}

pub fn window(text: &str) -> Window {
    let (start, end) =
        text.split_once("..").unwrap_or_else(|| panic!("a window such as `now..+8h`, not `{text}`"));
    Window { start: instant(start), end: (end != "forever").then(|| instant(end)) }
}

pub fn time_words(at: Instant) -> String {
    let minutes = (at - NOW).as_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let parts = [(minutes.abs() / 1_440, 'd'), (minutes.abs() / 60 % 24, 'h'), (minutes.abs() % 60, 'm')];
    let words: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if words.is_empty() { "now".into() } else { format!("{sign}{}", words.concat()) }
}

pub fn window_words(window: Window) -> String {
    format!("{}..{}", time_words(window.start), window.end.map_or("forever".into(), time_words))
}
