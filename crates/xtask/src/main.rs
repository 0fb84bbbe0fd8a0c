//! `cargo xtask`: everything that is done to this repository, set-up included.

mod bench;
mod command;
mod environment;
mod http;
mod portal;
mod run;
mod service;
mod setup;
mod test;
mod time;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set up, build, run and test Pimlico.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build what has changed and start a lab: a server with people, roles and a clock to play with
    Run(run::Options),
    /// Build the one binary that is the product, and print its path
    Build,
    /// Check format and lints, then run every test; starts what it needs and stops it
    Test(test::Options),
    /// Measure what Pimlico is held to, one figure a line
    Bench,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Build => run::build(),
        Task::Test(options) => test::run(&options),
        Task::Bench => bench::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
