//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

use super::{mail, values};

/// Just-in-time privilege for your own directory: people are eligible, activate with a reason, and lose it in time.
#[derive(Parser, Debug)]
#[command(
    name = "pimlico",
    version,
    after_help = "Every value is looked for in the flags, then in the environment, then in pimlico.toml \
                  (keys are the flags' names with _ for -).\n\nA lab to try everything:  pimlico serve --lab\n\
                  A real installation:     pimlico init, then pimlico serve"
)]
pub struct Cli {
    /// A file with values that neither flags nor environment give [default: pimlico.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE", env = "PIMLICO_CONFIG")]
    pub config: Option<PathBuf>,
    /// What the log tells: error, warn, info, debug, or by part, such as `server=debug`
    #[arg(long, global = true, value_name = "LEVEL", env = "PIMLICO_LOG", default_value = "warn")]
    pub log: String,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, read once")]
pub enum Command {
    /// Serve the portal and its interfaces until told to stop
    Serve(ServeArgs),
    /// Set up an organisation with its first administrators; refuses to do it twice
    Init(InitArgs),
    /// Give somebody a new one-time password and a code to enrol a second factor (only here, on the server's console)
    Recover {
        /// The sign-in name, such as `ada@example.org`
        user: String,
        /// Enable the account too, if it is disabled
        #[arg(long)]
        enable: bool,
        /// The key is lost: make a new one. Every second factor is given up, of everybody
        #[arg(long)]
        new_key: bool,
        /// Where the data is
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Write a checked copy of the embedded database to a new file, also while the server runs
    Backup {
        /// The new file
        file: PathBuf,
        /// Where the data is
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Put a checked backup in the place of the embedded database, while no server runs
    ///
    /// The backup itself stays as it is. The database that was there is kept beside the new one as
    /// `pimlico.db.before-restore`, after a further restore as `pimlico.db.before-restore-2` and so on. None of them is
    /// ever removed: delete them when you need them no more. Each can be restored like a backup.
    Restore {
        /// The backup
        #[arg(required_unless_present = "after_pg_restore")]
        file: Option<PathBuf>,
        /// Replace a database that is there, and keep it beside
        #[arg(long)]
        force: bool,
        /// A PostgreSQL database was brought back with `pg_restore`: end its sessions, one-time passwords and enrolment
        /// codes, and write the restore down
        #[arg(long, conflicts_with_all = ["file", "force"])]
        after_pg_restore: bool,
        /// Where the data is
        #[command(flatten)]
        place: PlaceArgs,
    },
}

/// Where the data is.
#[derive(Args, Debug, Default)]
pub struct PlaceArgs {
    /// The data directory: the embedded database, the key, a lab's accounts [default: pimlico-data, of a lab pimlico-lab]
    #[arg(long, value_name = "DIR", env = "PIMLICO_DATA")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL database such as `postgres://user@host/pimlico` [default: embedded, in the data directory]
    #[arg(long, value_name = "URL", env = "PIMLICO_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
}

/// How to serve.
#[derive(Args, Debug, Default)]
pub struct ServeArgs {
    /// Where the data is
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "PIMLICO_LISTEN", value_parser = values::listen)]
    pub listen: Option<SocketAddr>,
    /// The address that browsers use, such as `https://pim.example.org`
    #[arg(long, value_name = "URL", env = "PIMLICO_PUBLIC_URL", value_parser = values::origin)]
    pub public_url: Option<String>,
    /// The certificate chain in PEM form, to speak TLS
    #[arg(long, value_name = "FILE", env = "PIMLICO_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key in PEM form
    #[arg(long, value_name = "FILE", env = "PIMLICO_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// A network whose proxies are believed about callers' addresses, such as `10.0.0.0/8`; may be given several times
    #[arg(long, value_name = "CIDR", env = "PIMLICO_TRUSTED_PROXY", value_delimiter = ',', value_parser = values::network)]
    pub trusted_proxy: Vec<IpNet>,
    /// The mail server: `smtp://user@host:587` (STARTTLS, which only a server on this machine may leave out) or
    /// `smtps://user@host:465` (TLS). The password comes from `PIMLICO_SMTP_PASSWORD` or --smtp-password-file [default: no mail]
    #[arg(long, value_name = "URL", env = "PIMLICO_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// A file with the password of the account on the mail server
    #[arg(long, value_name = "FILE", env = "PIMLICO_SMTP_PASSWORD_FILE")]
    pub smtp_password_file: Option<PathBuf>,
    /// Certificates in PEM form that are trusted besides the system's, for a mail server with a private one
    #[arg(long, value_name = "FILE", env = "PIMLICO_SMTP_CA")]
    pub smtp_ca: Option<PathBuf>,
    /// Whom mails come from, such as `Pimlico <pim@example.org>`
    #[arg(long, value_name = "SENDER", env = "PIMLICO_MAIL_FROM", value_parser = mail::sender)]
    pub mail_from: Option<String>,
    /// A lab: made-up people with known passwords, and a clock that can be moved. Never for real data
    #[arg(long, env = "PIMLICO_LAB")]
    pub lab: bool,
    /// For development: the address of `trunk serve`, whose pages may write too
    #[arg(long, value_name = "URL", env = "PIMLICO_DEV_ORIGIN", value_parser = values::origin)]
    pub dev_origin: Option<String>,
}

/// How to set up.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// Where the data is
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The answers, in JSON or TOML, instead of being asked; `-` reads them from standard input
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}
