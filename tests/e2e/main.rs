//! Journeys: what people do with Pimlico, in a real browser against the real server in the same process, with both
//! clocks in the test's hands. `cargo xtask test browser` sets up what they need.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../../crates/domain/tests/cases/case.rs"]
#[expect(dead_code, reason = "a form says less than a decision")]
mod case;
#[path = "../../crates/domain/tests/cases/given.rs"]
#[expect(dead_code, reason = "a form makes the facts and the ask by itself")]
mod given;
mod harness;
mod journeys;
#[path = "../../crates/domain/tests/cases/words.rs"]
#[expect(dead_code, reason = "a form has words of its own")]
mod words;
