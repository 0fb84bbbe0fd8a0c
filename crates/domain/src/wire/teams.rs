//! The lab's Teams admin centre, as `/api` writes it.

use serde::{Deserialize, Serialize};

/// `GET /api/lab/teams`, only with `--lab` and only for who may manage Teams at that very instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamsCentre {
    /// The organisation whose teams they are.
    pub organisation: String,
    /// Its teams, invented.
    pub teams: Vec<Team>,
}

/// One team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Its name.
    pub name: String,
    /// How many people are in it.
    pub members: u32,
    /// How many of them are guests.
    pub guests: u32,
    /// Who may find it.
    pub visibility: String,
}
