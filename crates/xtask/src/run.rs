//! `cargo xtask run` and `cargo xtask build`.

use std::{fs, os::unix::process::CommandExt};

use clap::Args;

use crate::{
    command::{Explain, Failure, Result, cargo, program, run as run_command, step},
    environment, portal, service,
};

/// What can be chosen about the lab.
#[derive(Args)]
pub struct Options {
    /// The loopback port to listen on
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Start from a fresh lab: what was done in the last one is forgotten
    #[arg(long)]
    fresh: bool,
}

/// Builds what has changed, then becomes the server, so that Ctrl-C reaches it and nobody else.
pub fn run(options: &Options) -> Result {
    let data = environment::cache().join("lab");
    if service::listens(options.port) {
        let port = options.port;
        return Err(Failure(format!(
            "port {port} is taken; stop what listens there or choose another with --port"
        )));
    }
    portal::build()?;
    step("Build the server (the first time takes some minutes)", || {
        run_command(&mut cargo(["build", "--package", "server"]))
    })?;
    if options.fresh && data.exists() {
        fs::remove_dir_all(&data).explain("the last lab's data")?;
    }
    fs::create_dir_all(&data).explain("the lab's data directory")?;

    let mut server = program(environment::target().join("debug/pimlico"));
    server.args(["serve", "--lab", "--listen", &format!("127.0.0.1:{}", options.port), "--data"]).arg(&data);
    Err(Failure(format!("the server did not start: {}", server.exec())))
}

/// The release binary with the portal inside.
pub fn build() -> Result {
    portal::build()?;
    step("Build the server for release (the first time takes some minutes)", || {
        run_command(&mut cargo(["build", "--release", "--package", "server"]))
    })?;
    println!("{}", environment::target().join("release/pimlico").display());
    Ok(())
}
