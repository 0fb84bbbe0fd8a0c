//! Speaks to a mail server.

use std::{error::Error as _, io, path::Path, time::Duration};

use domain::notice::one_line;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        response::Response,
    },
};

use super::message::NO_ADDRESS;
use crate::config::Mail;

/// One mail may take so long.
const LIMIT: Duration = Duration::from_mins(1);
/// One command may take so long.
const PATIENCE: Duration = Duration::from_secs(20);
/// As much of a server's words is kept.
const WORDS: usize = 500;

/// What servers say where they refuse whom the mail comes from, or by which way: Exim's "relay not permitted" and "Sender
/// verify failed", and others.
const ABOUT_US: [&str; 8] =
    ["relay", "sender", "rcpthosts", "authenti", "spf", "dmarc", "blocked", "blacklist"];

/// A mail server, ready to be spoken to.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// Whom mails come from.
    pub(super) from: Mailbox,
    /// The server, for people.
    pub name: String,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether trying again is of no use.
    pub permanent: bool,
    /// The server's own words, or ours where it said none.
    pub words: String,
}

impl Smtp {
    /// Gets ready. Nothing is said to the server yet.
    pub fn open(config: &Mail) -> io::Result<Self> {
        let wrong =
            |what: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidInput, what.to_string());
        let mut tls = TlsParameters::builder(config.host.clone());
        if let Some(file) = &config.ca {
            for certificate in certificates(file)? {
                tls = tls.add_root_certificate(certificate);
            }
        }
        let tls = tls.build().map_err(|error| wrong(&error))?;
        let tls = match (config.implicit_tls, config.may_be_plain()) {
            (true, _) => Tls::Wrapper(tls),
            (false, true) => Tls::Opportunistic(tls),
            (false, false) => Tls::Required(tls),
        };
        let pool = PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(10));
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .pool_config(pool);
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            transport = transport.credentials(Credentials::new(user.clone(), password.as_str().to_owned()));
        }
        Ok(Self {
            transport: transport.build(),
            from: config.from.parse().map_err(|error| wrong(&format!("--mail-from: {error}")))?,
            name: format!("{}:{}", config.host, config.port),
        })
    }

    /// Hands a message over; gives the server's own words.
    pub(super) async fn send(&self, message: Message) -> Result<String, Failure> {
        match tokio::time::timeout(LIMIT, self.transport.send(message)).await {
            Ok(Ok(response)) => Ok(said(&response)),
            Ok(Err(error)) => {
                let code = error.status().map(u16::from);
                let mut words = code.map_or_else(|| error.to_string(), |code| code.to_string());
                let mut cause = error.source();
                while let Some(why) = cause {
                    let why = (why.to_string(), why.source());
                    if !words.contains(&why.0) {
                        words.extend([if code.is_some() { " " } else { ": " }, &why.0]);
                    }
                    cause = why.1;
                }
                let words = short(&words);
                // What is refused for who we are, or for how the server stands, somebody can mend: the mail waits.
                let permanent = error.is_permanent() && is_about_recipient(&words);
                Err(Failure { permanent, words })
            }
            Err(_) => Err(Failure {
                permanent: false,
                words: format!("no answer within {} seconds", LIMIT.as_secs()),
            }),
        }
    }
}

/// Whether a server's words are about the recipient alone, so that it may well take mails to others. The enhanced code
/// says it, wherever it stands (RFC 3463: x.1 is the address, x.2 the mailbox; x.1.7 and x.1.8 are the sender's). Without
/// one, the words tell what is not about him: a mail that waits is better than one that is lost.
pub fn is_about_recipient(words: &str) -> bool {
    if let Some((subject, detail)) = words.split(' ').find_map(enhanced) {
        return subject == 2 || (subject == 1 && !matches!(detail, 7 | 8));
    }
    let code = words.split(' ').next().unwrap_or_default();
    let lower = without_addresses(words).to_lowercase();
    let is_about_us = ABOUT_US.iter().any(|word| lower.contains(word));
    (matches!(code, "450" | "550" | "551" | "552" | "553") && !is_about_us) || words.starts_with(NO_ADDRESS)
}

/// The words without what is an address: `relay-team@example.org` says nothing of a relay.
fn without_addresses(words: &str) -> String {
    let is_of_one = |sign: char| sign.is_alphanumeric() || "._+-'".contains(sign);
    let last = words.matches('@').count();
    let parts = words.split('@').enumerate().map(|(at, part)| {
        let part = if at == 0 { part } else { part.trim_start_matches(is_of_one) };
        if at == last { part } else { part.trim_end_matches(is_of_one) }
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// `5.1.1`, or `(#5.1.1)`: subject and detail. An address of four numbers is none.
fn enhanced(word: &str) -> Option<(u16, u16)> {
    let word = word.trim_matches(|sign: char| !sign.is_ascii_digit());
    let mut parts = word.split('.');
    let class = parts.next()?;
    let (subject, detail) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (matches!(class, "4" | "5") && parts.next().is_none()).then_some((subject, detail))
}

fn certificates(file: &Path) -> io::Result<Vec<Certificate>> {
    let named = |what: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("--smtp-ca {}: {what}", file.display()))
    };
    let pem = std::fs::read(file).map_err(|error| named(&error))?;
    // A file may hold several, one after the other.
    let found = pem_parts(&pem);
    let found: Vec<_> = found
        .into_iter()
        .map(|part| Certificate::from_pem(part.as_bytes()).map_err(|error| named(&error)))
        .collect::<Result<_, _>>()?;
    if found.is_empty() { Err(named(&"it holds no certificate in PEM form")) } else { Ok(found) }
}

fn pem_parts(pem: &[u8]) -> Vec<String> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    text.split_inclusive(END).filter(|part| part.contains(END)).map(ToOwned::to_owned).collect()
}

fn said(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    short(&format!("{} {}", response.code(), lines.join(" ")))
}

fn short(words: &str) -> String {
    one_line(words).chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_recipient_is_given_up() {
        for words in [
            "550 5.1.1 no such mailbox here",
            "550 No such user",
            "550 sorry, no mailbox here by that name. (#5.1.1)",
            "552 5.2.2 mailbox full",
            "552 too much is in it",
            "550 Unrouteable address at 5.7.1.9",
            "550 <relay-team@example.org>: User unknown",
            "550 sender.one@relay.example: no such user",
        ] {
            assert!(is_about_recipient(words), "{words}");
        }
        for words in [
            "550 5.7.1 not from you",
            "550 5.1.8 sender unknown",
            "550 relay not permitted",
            "550 Sender verify failed",
            "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
            "550-5.7.26 this mail is unauthenticated",
            "550 Blocked by SPF",
            "550 <ada@example.org>: Relay access denied",
            "550 a < b, relay not permitted",
            "550 permanent failure for one or more recipients (a@corp.example:blocked)",
            "550 sender=a@b.example;spf=fail",
            "550 <blocked by policy>",
            "554 no",
        ] {
            assert!(!is_about_recipient(words), "{words}");
        }
    }
}
