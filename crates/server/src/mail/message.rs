//! A mail as it travels: headers, a text part and an HTML part.

use std::time::{Duration, SystemTime};

use chrono_tz::Tz;
use domain::notice::one_line;
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use url::Url;

use super::{html, words};
use crate::storage::mails::Mail;

/// How our own words begin when a recipient's address is none.
pub(super) const NO_ADDRESS: &str = "the address is none";

/// What a mail says besides its own content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The address that browsers use.
    pub public_url: String,
    /// The organisation.
    pub tenant: String,
    /// The reader's zone, where he has chosen one.
    pub zone: Option<Tz>,
}

/// A mail in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The subject, on one line.
    pub subject: String,
    /// For readers that show plain text.
    pub text: String,
    /// For all others.
    pub html: String,
    /// What the one button says.
    pub label: &'static str,
    /// Where it leads, without the site.
    pub path: String,
}

/// Puts a mail into words.
pub fn compose(mail: &Mail, around: &Surroundings) -> Composed {
    let words = words::of(mail, &around.tenant, around.zone);
    let subject = one_line(&mail.subject);
    let link = format!("{}{}", around.public_url, words.link.path());
    let mut text = format!("{}\n\n", words.lead);
    for (name, value) in &words.facts {
        text.extend([name, ": ", value, "\n"]);
    }
    if !words.facts.is_empty() {
        text.push('\n');
    }
    text.extend([words.link.label(), ":\n", &link, "\n\n", &words.why, "\n"]);
    let html = html::page(&subject, &words, &link);
    Composed { subject, text, html, label: words.link.label(), path: words.link.path() }
}

/// The message with its headers. Its own words when it cannot be made, because the address is none.
pub(super) fn message(mail: &Mail, around: &Surroundings, from: &Mailbox) -> Result<Message, String> {
    let to = mail.recipient.address.parse().map_err(|error| format!("{NO_ADDRESS}: {error}"))?;
    let host = Url::parse(&around.public_url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
    let id = format!("<{}@{}>", mail.id, host.as_deref().unwrap_or("localhost"));
    let since = Duration::from_millis(u64::try_from(mail.created_at.0).unwrap_or_default());
    let composed = compose(mail, around);
    let header = |name: &'static str, value: &str| {
        HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
    };
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(composed.subject)
        .message_id(Some(id))
        .date(SystemTime::UNIX_EPOCH + since)
        // Nobody's out-of-office answers it, and no list takes it for a person's.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .multipart(MultiPart::alternative_plain_html(composed.text, composed.html))
        .map_err(|error| error.to_string())
}
