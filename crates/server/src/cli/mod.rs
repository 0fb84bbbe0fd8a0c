//! The commands of the program, one file each.

mod backup;
mod data;
mod init;
mod recover;
mod restore;
mod serve;

use std::process::ExitCode;

use crate::{
    auth::turns::Crowded,
    config::{Cli, Command, File, Place, Serve, Wrong},
    storage::StorageError,
};

/// Why a command did not do what it was asked: one sentence for the console.
#[derive(Debug)]
pub struct Failure(pub String);

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        Self(wrong.0)
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self(error.to_string())
    }
}

impl From<Crowded> for Failure {
    fn from(_: Crowded) -> Self {
        Self("the password could not be hashed".to_owned())
    }
}

/// Names the thing that an error of the system was about.
fn about<E: std::fmt::Display>(what: impl std::fmt::Display) -> impl FnOnce(E) -> Failure {
    move |error| Failure(format!("{what}: {error}"))
}

/// Runs a command to its end.
pub async fn run(cli: Cli) -> ExitCode {
    match carry_out(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            eprintln!("pimlico: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(cli: Cli) -> Result<(), Failure> {
    let file = File::read(cli.config.as_deref())?;
    let place = |args| Place::of(args, &file, false);
    match cli.command {
        Command::Serve(args) => serve::run(Serve::of(args, &file)?).await,
        Command::Init(args) => init::run(place(args.place)?, args.from.as_deref()).await,
        Command::Recover { user, enable, new_key, place: args } => {
            recover::run(place(args)?, &user, recover::Ways { enable, new_key }).await
        }
        Command::Backup { file: to, place: args } => backup::backup(place(args)?, &to).await,
        Command::Restore { file: from, force, after_pg_restore: _, place: args } => {
            restore::run(place(args)?, from.as_deref(), force).await
        }
    }
}
