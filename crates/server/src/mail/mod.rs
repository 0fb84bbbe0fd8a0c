//! Mails: put into words, and carried from the outbox to a mail server. Never inside a call: a task of its own claims
//! what is due, and writes down what became of it.

mod deliver;
mod html;
pub mod link;
mod message;
mod smtp;
mod words;

use std::sync::Arc;

pub use deliver::{deliver_due, run};
use domain::wire::mail::OutletKind;
pub use message::{Composed, Surroundings, compose};
pub use smtp::{Smtp, is_about_recipient};

use crate::{clock::Clock, storage::Storage};

/// Where mails go.
#[derive(Clone)]
pub enum Outlet {
    /// Nowhere: no mail server is configured. Mails are kept as receipts.
    Off,
    /// They stay in the lab, whose panel shows them.
    Lab,
    /// A mail server.
    Smtp(Arc<Smtp>),
}

/// Everything that delivery needs.
#[derive(Clone)]
pub struct Post {
    /// The database.
    pub storage: Storage,
    /// Both clocks.
    pub clock: Clock,
    /// Where mails go.
    pub outlet: Outlet,
    /// The address that browsers use, for links.
    pub public_url: String,
}

/// Whether mails can be sent there.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok() && !text.contains(char::is_control)
}

impl Outlet {
    /// Which of the three.
    pub const fn kind(&self) -> OutletKind {
        match self {
            Self::Off => OutletKind::Off,
            Self::Lab => OutletKind::Lab,
            Self::Smtp(_) => OutletKind::Smtp,
        }
    }
}
