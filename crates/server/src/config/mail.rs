//! Where mails go.

use std::path::PathBuf;

use lettre::{Address, message::Mailbox};
use url::Url;

use super::{File, ServeArgs, Wrong, values};

/// A mail server, and whom mails come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// TLS from the first byte, instead of after STARTTLS.
    pub implicit_tls: bool,
    /// The account there.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Password>,
    /// Whom mails come from: `Pimlico <pim@example.org>`.
    pub from: String,
    /// Further certificates that are trusted.
    pub ca: Option<PathBuf>,
}

/// A password, which no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes it from a file or the environment, without the line's end.
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The password itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Mail {
    /// Flags and environment first, then the file; none without a mail server.
    pub(super) fn of(
        args: &ServeArgs,
        file: &File,
        password: Option<Password>,
    ) -> Result<Option<Self>, Wrong> {
        let url = args.smtp_url.as_ref().or(file.smtp_url.as_ref());
        let from = args.mail_from.clone().or(file.value("mail_from", file.mail_from.as_deref(), sender)?);
        let wrong = |text: &str| Err(Wrong(text.to_owned()));
        let Some(url) = url else {
            return if from.is_some() { wrong("--mail-from needs --smtp-url beside it") } else { Ok(None) };
        };
        let Some(from) = from else { return wrong("--smtp-url needs --mail-from beside it") };
        let secret = args.smtp_password_file.as_ref().or(file.smtp_password_file.as_ref());
        let password = match secret {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text =
                    text.map_err(|e| Wrong(format!("--smtp-password-file {}: {e}", path.display())))?;
                Some(Password::new(&text))
            }
            None => password,
        };
        let mail = Self {
            password,
            from,
            ca: args.smtp_ca.clone().or_else(|| file.smtp_ca.clone()),
            ..parts(url).map_err(|why| Wrong(format!("--smtp-url: {why}")))?
        };
        match (&mail.user, &mail.password) {
            (Some(_), None) => wrong(
                "--smtp-url names an account: give its password in PIMLICO_SMTP_PASSWORD or --smtp-password-file",
            ),
            (None, Some(_)) => wrong(
                "a password for the mail server is given, but --smtp-url names no account: write \
                 `smtp://user@host`",
            ),
            _ => Ok(Some(mail)),
        }
    }

    /// Whether mails may go without TLS where the server offers none: to this machine alone, and not when its
    /// certificate was named.
    pub fn may_be_plain(&self) -> bool {
        let here = values::is_loopback(&format!("http://{}", self.host));
        here && !self.implicit_tls && self.ca.is_none()
    }
}

/// Whom mails come from.
pub fn sender(text: &str) -> Result<String, String> {
    let known = text.parse::<Mailbox>().is_ok() || text.parse::<Address>().is_ok();
    let wrong = || format!("`{text}` is not a sender, such as `Pimlico <pim@example.org>`");
    if known && !text.contains(char::is_control) { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn parts(text: &str) -> Result<Mail, String> {
    // The text may hold a password, so it is not repeated.
    let allowed = || {
        "the address must look like `smtp://user@host:587` (STARTTLS) or `smtps://user@host:465` (TLS)"
            .to_owned()
    };
    let url = Url::parse(text).map_err(|_| allowed())?;
    let implicit_tls = match url.scheme() {
        "smtp" => false,
        "smtps" => true,
        _ => return Err(allowed()),
    };
    if url.password().is_some() {
        return Err("the address holds a password, which every process list shows: give it in \
                    PIMLICO_SMTP_PASSWORD or --smtp-password-file"
            .to_owned());
    }
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let host = url.host_str().filter(|host| bare && !host.is_empty()).ok_or_else(allowed)?;
    let user = data_of(url.username());
    Ok(Mail {
        host: host.to_owned(),
        port: url.port().unwrap_or(if implicit_tls { 465 } else { 587 }),
        implicit_tls,
        user: Some(user).filter(|user| !user.is_empty()),
        password: None,
        from: String::new(),
        ca: None,
    })
}

/// An account is often an address itself, whose `@` is written `%40`.
fn data_of(text: &str) -> String {
    let pair = format!("user={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
