//! `cargo xtask run` and `cargo xtask build`.

use std::{fs, os::unix::process::CommandExt, path::Path, time::Duration};

use clap::Args;
use serde_json::Value;

use crate::{
    command::{Explain, Failure, Result, cargo, program, run as run_command, step},
    environment, portal, service,
    time::wait_until,
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
    /// Only print the accounts once the lab answers (used by `run` itself)
    #[arg(long, hide = true)]
    announce: bool,
}

/// Builds what has changed, then becomes the server, so that Ctrl-C reaches it and nobody else.
pub fn run(options: &Options) -> Result {
    let data = environment::cache().join("lab");
    if options.announce {
        return announce(options.port, &data);
    }
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

    let this = std::env::current_exe().explain("xtask")?;
    let port = options.port.to_string();
    let mut announcer = program(this);
    announcer.args(["run", "--announce", "--port", &port]).spawn().explain("xtask")?;

    let mut server = program(environment::target().join("debug/pimlico"));
    server.args(["serve", "--lab", "--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(&data);
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

/// Waits for the server, then says where it is and who can sign in.
fn announce(port: u16, data: &Path) -> Result {
    if !wait_until(Duration::from_mins(1), || service::listens(port)) {
        return Err(Failure("the server did not answer within a minute".into()));
    }
    let file = fs::read_to_string(data.join("lab.json")).explain("lab.json")?;
    let lab: Value = serde_json::from_str(&file).explain("lab.json")?;
    let text =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let accounts = lab.get("accounts").and_then(Value::as_array).cloned().unwrap_or_default();
    println!("\n  The Pimlico lab is open at {}\n", text(&lab, "address"));
    println!("  {:<34} {:<22} what for", "sign in as", "password");
    for account in &accounts {
        let (name, password) = (text(account, "userPrincipalName"), text(account, "password"));
        println!("  {name:<34} {password:<22} {}", text(account, "purpose"));
    }
    println!("\n  Second factors: open Lab in the portal, it shows the codes of this half minute.");
    println!("  Ctrl-C stops the lab; what you did is still there when you start it again.\n");
    Ok(())
}
