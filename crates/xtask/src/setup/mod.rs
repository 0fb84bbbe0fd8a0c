//! What a bare machine lacks. Each function looks first and returns at once where nothing is missing.

mod browser_build;
mod npm;
mod system;

pub use browser_build::{wasm_bindgen, wasm_target};
pub use npm::axe;
pub use system::{chromium, postgresql};

use crate::command::Result;

/// Everything that building the portal takes.
pub fn portal_tools() -> Result {
    wasm_target()?;
    wasm_bindgen()?;
    browser_build::splitter()?;
    npm::wasm_opt()
}
