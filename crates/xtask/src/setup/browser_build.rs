//! The WASM target and the two tools around it, at the versions that are known to work together.

use std::fs;

use crate::{
    command::{Explain, Failure, Result, cargo, output, program, run, step},
    environment,
};

/// Cuts the program where it is marked; understands the marks of the `wasm_split_helpers` that Leptos brings.
const SPLITTER: &str = "0.2.4";

pub fn wasm_target() -> Result {
    let libraries =
        output(program("rustc").args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]));
    if libraries.is_some_and(|dir| std::path::Path::new(&dir).is_dir()) {
        return Ok(());
    }
    if environment::find("rustup").is_none() {
        return Err(Failure("install the target wasm32-unknown-unknown for this Rust compiler".into()));
    }
    step("Install the compiler's WASM target", || {
        run(program("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
    })
}

pub fn splitter() -> Result {
    // It tells no version of its own: cargo keeps the account of what it installed.
    let listed = fs::read_to_string(environment::cache().join("tools/.crates.toml")).unwrap_or_default();
    if listed.contains(&format!("\"wasm_split_cli_support {SPLITTER} ")) {
        return Ok(());
    }
    install("wasm_split_cli_support", SPLITTER, &["--features", "build-binary"])
}

/// The tool has to match the library to the last digit.
pub fn wasm_bindgen() -> Result {
    let version = locked_version("wasm-bindgen")?;
    let present = output(program("wasm-bindgen").arg("--version"));
    if present.is_some_and(|text| text.split_whitespace().nth(1) == Some(&version)) {
        return Ok(());
    }
    install("wasm-bindgen-cli", &version, &[])
}

fn install(package: &str, version: &str, options: &[&str]) -> Result {
    let root = environment::cache().join("tools");
    step(&format!("Install {package} {version} (once; some minutes)"), || {
        let mut command = cargo(["install", "--locked", "--force", "--version", version, package, "--root"]);
        command.arg(&root).args(options);
        // Tools need to be here soon more than they need to be fast.
        command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        command.env("CARGO_TARGET_DIR", environment::cache().join("tools/target"));
        run(&mut command)
    })
}

fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(environment::root().join("Cargo.lock")).explain("Cargo.lock")?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| **line != *name);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| Failure(format!("Cargo.lock names no version of `{package}`")))
}
