//! The `pimlico` binary.

use std::process::ExitCode;

use clap::Parser;
use server::{cli, config::Cli};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new(&cli.log)).with_writer(std::io::stderr).init();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(cli::run(cli)),
        Err(error) => {
            eprintln!("pimlico: the system gives no threads: {error}");
            ExitCode::FAILURE
        }
    }
}
