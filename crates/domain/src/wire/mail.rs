//! Mails and the set-up check on the wire of `/api`.

use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// Where mails go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OutletKind {
    /// Nowhere: no mail server is configured.
    Off,
    /// They stay in the lab, whose panel shows them.
    Lab,
    /// A mail server.
    Smtp,
}

/// `POST /api/mail/test`: sends a test mail. The answer is its receipt, which `GET /api/mail/test/{id}` gives again as
/// long as it is queued: nothing is sent inside a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestMail {
    /// To whom; none is the caller.
    #[serde(default)]
    pub address: Option<String>,
}

/// How far a mail has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The mail.
    pub id: String,
    /// What it tells, as `domain::notice::Notice` names it.
    pub notice: String,
    /// Where it goes.
    pub address: String,
    /// `queued`, `sent`, `refused`, `givenUp`, `off` or `withdrawn`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// The mail server's own words, the last time.
    pub words: Option<String>,
    /// When it was written, on the engine's clock.
    pub created_date_time: Instant,
    /// When it was sent, refused or given up.
    pub done_date_time: Option<Instant>,
}

/// `GET /api/lab/mails`, only with `--lab`: the newest mails, whatever became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabMails {
    /// The newest first.
    pub mails: Vec<LabMail>,
}

/// One mail as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabMail {
    /// Its receipt.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
    /// What its one button says.
    pub label: String,
    /// Where the button leads, without the site.
    pub path: String,
}

/// `GET /api/health/checks`: whether everything that Pimlico needs is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checks {
    /// One for each thing that is needed.
    pub checks: Vec<Check>,
    /// Where mails go.
    pub outlet: OutletKind,
}

/// One thing that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Which: *Portal*, *Database*, *Jobs*, *Clock*, *Mail* or *TLS*.
    pub name: String,
    /// How it stands.
    pub health: Health,
    /// What was found, in a sentence.
    pub found: String,
    /// What to do, where there is something to do.
    pub advice: Option<String>,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Health {
    /// Good.
    Good,
    /// Works, but without something that most want.
    Off,
    /// Works, but something about it needs a look.
    Warning,
    /// Does not work.
    Bad,
}
