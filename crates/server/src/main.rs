//! The `pimlico` binary.

use std::process::ExitCode;

use clap::Parser;
use server::{
    cli::{self, Failure},
    config::{Cli, Command, File, Serve},
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("pimlico: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&cli.log).map_err(|error| format!("--log `{}`: {error}", cli.log))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let file = File::read(cli.config.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        match cli.command {
            Command::Serve(args) => cli::serve::run(Serve::of(args, &file)?).await,
            _ => Err("this command is not available in this build".into()),
        }
    })
}
