//! The people of the lab, as scripts read them from `lab.json`.

use std::{fs, path::Path};

use serde::Deserialize;

/// Somebody of the lab, with everything needed to be him.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Shown name.
    pub display_name: String,
    /// Sign-in name.
    pub user_principal_name: String,
    /// Lab only.
    pub password: String,
    /// In base32.
    pub totp_secret: String,
}

#[derive(Deserialize)]
struct Lab {
    accounts: Vec<Person>,
}

/// Everybody in `lab.json` of a data directory.
pub fn people(data: &Path) -> Vec<Person> {
    let file = data.join("lab.json");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lab: Lab = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    lab.accounts
}
