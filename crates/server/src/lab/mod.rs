//! The lab: people and groups to try everything with, their codes on the page, and an engine clock that can be moved.
//! Nothing of it exists without `--lab`.

mod http;
mod mails;
mod people;
mod seed;
mod teams;

use std::path::Path;

pub use http::{clock, get};
pub use mails::get as mails;
pub use seed::{open, write_file};
use serde::{Deserialize, Serialize};
pub use teams::get as teams;

/// The lab's people with their secrets, as `lab.json` holds them for scripts. Lab only.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lab {
    /// Where the portal is.
    pub address: String,
    /// The people.
    pub accounts: Vec<Account>,
}

/// One of the lab's people.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Sign-in name.
    pub user_principal_name: String,
    /// Shown name.
    pub display_name: String,
    /// What the account is for.
    pub purpose: String,
    /// Lab only.
    pub password: String,
    /// Lab only: base32.
    pub totp_secret: String,
}

/// The name of the file in the data directory.
pub const FILE: &str = "lab.json";

impl Lab {
    /// The lab that was written to this data directory.
    pub fn read(data: &Path) -> std::io::Result<Option<Self>> {
        match std::fs::read(data.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(std::io::Error::other),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The account whose sign-in name begins like this.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.user_principal_name.split('@').next() == Some(name))
    }
}
