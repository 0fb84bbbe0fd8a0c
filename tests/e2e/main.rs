//! Journeys: what people do with Pimlico, in a real browser against the real server in the same process, with both
//! clocks in the test's hands. `cargo xtask test browser` sets up what they need.
#![cfg(not(target_arch = "wasm32"))]

mod harness;
mod journeys;
