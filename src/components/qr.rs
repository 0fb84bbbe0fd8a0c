//! A QR code from rows of `0` and `1`.

use core::fmt::Write as _;

use leptos::prelude::*;

/// The code; what it holds also stands beside it as text.
pub fn qr(rows: &[String]) -> AnyView {
    let size = rows.len();
    view! {
        <svg class="qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label="QR code of the secret">
            <path d=path(rows)></path>
        </svg>
    }
    .into_any()
}

/// One rectangle for each run of dark modules in a row.
fn path(rows: &[String]) -> String {
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let bits = row.as_bytes();
        let mut x = 0;
        while x < bits.len() {
            let run = bits[x..].iter().take_while(|bit| **bit == b'1').count();
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_dark_modules_is_one_rectangle() {
        assert_eq!(path(&["0110".to_owned(), "1001".to_owned()]), "M1 0h2v1h-2zM0 1h1v1h-1zM3 1h1v1h-1z");
    }
}
