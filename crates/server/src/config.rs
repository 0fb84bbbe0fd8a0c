//! What the program is told: flags, then the environment (`PIMLICO_*`), then `pimlico.toml`. The only reader of the
//! environment, and of files that somebody wrote for it.

mod args;
mod file;
mod mail;
mod values;

use std::{net::SocketAddr, path::PathBuf};

pub use args::{Cli, Command, InitArgs, PlaceArgs, ServeArgs};
pub use file::File;
use ipnet::IpNet;
pub use mail::{Mail, Password};
pub use values::{database, is_loopback, listen, network, origin};

/// Where an installation keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The data directory: the embedded database, the key, a lab's accounts.
    pub data: PathBuf,
    /// The served database; none is the embedded one.
    pub database: Option<String>,
}

/// Everything about a server that can be chosen, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// Where it keeps its data.
    pub place: Place,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The address that browsers use; none is made from where it listens.
    pub public_url: Option<String>,
    /// Certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Networks whose proxies are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The address of `trunk serve` in development.
    pub dev_origin: Option<String>,
    /// Whether it is a lab.
    pub lab: bool,
    /// The mail server; none sends no mail.
    pub mail: Option<Mail>,
}

/// What is wrong with what the program was told: names the value and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

/// The password of the account on the mail server: never a flag, because every process list shows those.
#[expect(clippy::disallowed_methods, reason = "this file is the one that reads the environment")]
fn smtp_password() -> Option<Password> {
    std::env::var("PIMLICO_SMTP_PASSWORD")
        .ok()
        .filter(|text| !text.is_empty())
        .map(|text| Password::new(&text))
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

const LISTEN: &str = "127.0.0.1:8080";

impl Place {
    /// Flags and environment first, then the file, then a directory beside the caller.
    pub fn of(args: PlaceArgs, file: &File, lab: bool) -> Result<Self, Wrong> {
        let default = if lab { "pimlico-lab" } else { "pimlico-data" };
        let data = args.data.or_else(|| file.data.clone()).unwrap_or_else(|| PathBuf::from(default));
        // Not by a parser of the flag: where that refuses a value it repeats it, and this one may hold a password.
        let given = args.database.as_deref().map(database).transpose();
        let given = given.map_err(|why| Wrong(format!("--database: {why}")))?;
        let database = given.or(file.value("database", file.database.as_deref(), database)?);
        Ok(Self { data, database })
    }
}

impl Serve {
    /// Flags and environment first, then the file, then what is usual; and whether it fits together.
    pub fn of(args: ServeArgs, file: &File) -> Result<Self, Wrong> {
        let mail = Mail::of(&args, file, smtp_password())?;
        let lab = args.lab || file.lab.unwrap_or_default();
        let listen = args.listen.or(file.value("listen", file.listen.as_deref(), listen)?);
        let trusted_proxies = if args.trusted_proxy.is_empty() {
            let texts = file.trusted_proxy.iter().flatten();
            let parsed = texts.map(|text| file.value("trusted_proxy", Some(text), network));
            parsed.filter_map(Result::transpose).collect::<Result<_, _>>()?
        } else {
            args.trusted_proxy
        };
        let cert = args.tls_cert.or_else(|| file.tls_cert.clone());
        let key = args.tls_key.or_else(|| file.tls_key.clone());
        let tls = match (cert, key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err(Wrong("--tls-cert needs --tls-key beside it".into())),
            (None, Some(_)) => return Err(Wrong("--tls-key needs --tls-cert beside it".into())),
        };
        let serve = Self {
            place: Place::of(args.place, file, lab)?,
            listen: match listen {
                Some(listen) => listen,
                None => self::listen(LISTEN).map_err(Wrong)?,
            },
            public_url: args.public_url.or(file.value("public_url", file.public_url.as_deref(), origin)?),
            tls,
            trusted_proxies,
            dev_origin: args.dev_origin.or(file.value("dev_origin", file.dev_origin.as_deref(), origin)?),
            lab,
            mail,
        };
        serve.fits().map(|()| serve)
    }

    /// Passwords never travel in clear: plain HTTP stays on this machine, or behind a proxy that speaks TLS.
    fn fits(&self) -> Result<(), Wrong> {
        let wrong = |text: String| Err(Wrong(text));
        let here = self.listen.ip().is_loopback();
        let public = self.public_url.as_deref();
        let public_tls = public.is_some_and(|url| url.starts_with("https://"));
        if self.tls.is_some() {
            return match public {
                Some(url) if !public_tls => {
                    wrong(format!("--public-url `{url}` must begin with https:// when the server speaks TLS"))
                }
                None if self.listen.ip().is_unspecified() => wrong(format!(
                    "--listen `{}` names no address that browsers could use: give --public-url",
                    self.listen
                )),
                _ => Ok(()),
            };
        }
        if !here && self.trusted_proxies.is_empty() {
            return wrong(format!(
                "--listen `{}` would send passwords in clear: give --tls-cert and --tls-key, or --trusted-proxy and \
                 --public-url of a proxy that speaks TLS, or listen on a loopback address such as `{LISTEN}`",
                self.listen
            ));
        }
        if let Some(url) = public.filter(|url| !public_tls && !is_loopback(url)) {
            return wrong(format!(
                "--public-url `{url}` must begin with https:// unless it is a loopback address"
            ));
        }
        if public_tls && self.trusted_proxies.is_empty() {
            return wrong(
                "--public-url with https:// needs --tls-cert and --tls-key, or --trusted-proxy of the proxy that \
                 speaks TLS"
                    .into(),
            );
        }
        if !here && public.is_none() {
            return wrong("--trusted-proxy needs --public-url: the address that browsers use".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
