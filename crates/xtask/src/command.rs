//! Running programs: what a step prints, and what is said when one fails.

use std::{
    ffi::OsStr,
    fmt::{self, Display, Formatter},
    path::Path,
    process::{Command, Stdio},
};

use crate::{environment, time::Stopwatch};

/// Why a task stopped, in one sentence for the person at the keyboard.
pub struct Failure(pub String);

pub type Result<T = ()> = std::result::Result<T, Failure>;

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns the error of an operating system call into a sentence.
pub trait Explain<T> {
    fn explain(self, doing: impl Display) -> Result<T>;
}

impl<T, E: Display> Explain<T> for std::result::Result<T, E> {
    fn explain(self, doing: impl Display) -> Result<T> {
        self.map_err(|error| Failure(format!("{doing}: {error}")))
    }
}

/// Announces a step, runs it and says how long it took.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("\n==> {name}");
    let watch = Stopwatch::start();
    let done = work();
    let outcome = if done.is_ok() { "done" } else { "FAILED" };
    eprintln!("    {outcome}: {name} ({:.1} s)", watch.elapsed().as_secs_f32());
    done
}

/// A program in the repository's root, with the repository's tools on its path.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(environment::root()).env("PATH", environment::path());
    command
}

/// Cargo, as the one that runs this.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = program(environment::cargo());
    command.args(arguments);
    // Cargo's own notes about *this* package would mislead the build scripts of others.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end, with its output where ours goes.
pub fn run(command: &mut Command) -> Result {
    let shown = show(command);
    let status = command.status().explain(format_args!("`{shown}` did not start"))?;
    if status.success() { Ok(()) } else { Err(Failure(format!("`{shown}` failed ({status})"))) }
}

/// Runs it and gives what it printed; nothing where it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

fn show(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
