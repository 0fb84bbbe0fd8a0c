//! The two things that come from npm: the optimiser of WASM modules, and the accessibility checker of the tests.

use std::{fs, path::PathBuf};

use super::system;
use crate::{
    command::{Result, output, program, run, step},
    environment,
};

const BINARYEN: &str = "132";
/// The version whose findings the browser tests are held to.
const AXE: &str = "4.14.1";

/// Older optimisers refuse the compiler's output.
pub fn wasm_opt() -> Result {
    let present = output(program("wasm-opt").arg("--version"));
    let version = present.as_deref().and_then(|text| text.split_whitespace().nth(2)?.parse::<u32>().ok());
    if version >= BINARYEN.parse().ok() {
        return Ok(());
    }
    install(&format!("binaryen@{BINARYEN}"))
}

/// The script that the browser tests inject into every page.
pub fn axe() -> Result<PathBuf> {
    let folder = environment::cache().join("npm/node_modules/axe-core");
    let manifest = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    if !manifest.contains(&format!("\"version\": \"{AXE}\"")) {
        install(&format!("axe-core@{AXE}"))?;
    }
    Ok(folder.join("axe.min.js"))
}

fn install(package: &str) -> Result {
    system::npm()?;
    step(&format!("Install {package} (once)"), || {
        let folder = environment::cache().join("npm");
        let mut npm = program("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel", "error", package, "--prefix"])
            .arg(folder);
        run(&mut npm)
    })
}
