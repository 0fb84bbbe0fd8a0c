//! The figures of `cargo xtask bench` that need the engine itself. Run it through that command, in release.

mod assignments;
mod people;
mod submit;

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

fn main() {
    Runtime::new().expect("a runtime").block_on(async {
        for clients in [1, 64] {
            submit::compare(clients).await;
        }
        assignments::compare().await;
    });
}

/// Prints one figure as `cargo xtask bench` prints its own.
fn print(name: &str, value: f64, unit: &str, baseline: &str, goal: &str, met: bool) {
    let verdict = if met { "met" } else { "MISSED" };
    println!("{name}: {value:.2} {unit} ({baseline}; goal {goal}: {verdict})");
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the real clock and decides nothing by it")]
fn started() -> Instant {
    Instant::now()
}

/// How many a second.
fn rate(count: usize, elapsed: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / elapsed.as_secs_f64()
}
