//! `cargo xtask test`: every check there is, the quick ones first.

pub mod services;

use std::process::Command;

use clap::{Args, ValueEnum};

use crate::{
    command::{Result, cargo, output, program, run as run_command, step},
    environment, portal, setup,
};

/// Which checks.
#[derive(Args)]
pub struct Options {
    /// Only these steps; all of them where none is named
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Formatting
    Fmt,
    /// Lints, for the server and for the browser
    Clippy,
    /// Licences and advisories of dependencies, where `cargo deny` is installed
    Deny,
    /// Who may know whom, sizes, colours, paths
    Tidy,
    /// Rules and small parts
    Unit,
    /// The server on the embedded database
    Sqlite,
    /// The server on a throw-away PostgreSQL
    Postgres,
    /// What runs inside a browser
    Wasm,
    /// Whole journeys in a real browser
    Browser,
}

pub fn run(options: &Options) -> Result {
    let all = Step::value_variants();
    let chosen = all.iter().filter(|step| options.steps.is_empty() || options.steps.contains(step));
    for chosen in chosen {
        match chosen {
            Step::Fmt => step("Format", || run_command(&mut cargo(["fmt", "--all", "--check"])))?,
            Step::Clippy => clippy()?,
            Step::Deny => deny()?,
            Step::Tidy => step("Tidy", || run_command(&mut test("portal", ["--test", "tidy"])))?,
            Step::Unit => unit()?,
            Step::Sqlite => sqlite()?,
            Step::Postgres => postgres()?,
            Step::Wasm => wasm()?,
            Step::Browser => browser()?,
        }
    }
    eprintln!("\nEverything that was asked for passed.");
    Ok(())
}

fn clippy() -> Result {
    step("Lints", || {
        run_command(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    })?;
    setup::wasm_target()?;
    step("Lints of the browser build", || {
        let mut clippy = cargo(["clippy", "--package", "portal", "--all-targets"]);
        run_command(clippy.args(["--target", "wasm32-unknown-unknown", "--", "--deny", "warnings"]))
    })
}

fn deny() -> Result {
    if output(program("cargo-deny").arg("--version")).is_none() {
        eprintln!("\n==> Dependencies: skipped, cargo-deny is not installed");
        return Ok(());
    }
    let arguments = ["deny", "--offline", "check", "bans", "licenses", "sources"];
    step("Dependencies", || run_command(&mut cargo(arguments)))
}

fn unit() -> Result {
    step("Rules and small parts", || {
        run_command(&mut cargo([
            "test",
            "--package",
            "domain",
            "--package",
            "testkit",
            "--package",
            "xtask",
        ]))?;
        run_command(&mut test("portal", ["--lib", "--bins"]))
    })
}

fn sqlite() -> Result {
    portal::build()?;
    step("Server on SQLite", || run_command(&mut test("server", [])))
}

fn postgres() -> Result {
    portal::build()?;
    setup::postgresql()?;
    let database = step("Start a throw-away PostgreSQL", services::postgres)?;
    step("Server on PostgreSQL", || {
        run_command(test("server", ["--package", "testkit"]).env("PIMLICO_TEST_POSTGRES", &database.url))
    })
}

fn wasm() -> Result {
    setup::chromium()?;
    setup::wasm_target()?;
    setup::wasm_bindgen()?;
    let driver = services::chromedriver()?;
    step("Tests inside the browser", || {
        let mut tests = test("portal", ["--target", "wasm32-unknown-unknown", "--test", "browser"]);
        tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        run_command(tests.env("CHROMEDRIVER_REMOTE", &driver.url))
    })
}

fn browser() -> Result {
    portal::build()?;
    setup::chromium()?;
    let axe = setup::axe()?;
    let driver = services::chromedriver()?;
    step("Journeys in the browser", || {
        let mut tests = test("portal", ["--test", "e2e"]);
        tests.env("PIMLICO_WEBDRIVER", &driver.url).env("PIMLICO_AXE", &axe);
        run_command(tests.env("PIMLICO_DIST", environment::root().join("dist")))
    })
}

fn test<'a>(package: &'a str, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = cargo(["test", "--package", package]);
    command.args(arguments);
    command
}
