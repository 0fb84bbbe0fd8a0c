//! `pimlico.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Wrong;

/// What stands in `pimlico.toml`. An unknown key is refused, so that a slip of the pen is seen.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are the flags, which `--help` explains")]
pub struct File {
    #[serde(skip)]
    name: String,
    pub data: Option<PathBuf>,
    pub database: Option<String>,
    pub listen: Option<String>,
    pub public_url: Option<String>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub trusted_proxy: Option<Vec<String>>,
    pub lab: Option<bool>,
    pub smtp_url: Option<String>,
    pub smtp_password_file: Option<PathBuf>,
    pub smtp_ca: Option<PathBuf>,
    pub mail_from: Option<String>,
    pub dev_origin: Option<String>,
}

const USUAL: &str = "pimlico.toml";

impl File {
    /// Reads the named file, or the usual one where there is one.
    pub fn read(named: Option<&Path>) -> Result<Self, Wrong> {
        let path = named.unwrap_or(Path::new(USUAL));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Wrong(format!("{}: {error}", path.display()))),
        };
        Self::parse(&path.display().to_string(), &text)
    }

    /// Reads the text of a file.
    pub fn parse(name: &str, text: &str) -> Result<Self, Wrong> {
        let file: Self = toml::from_str(text).map_err(|error| {
            // Only where and why: the error in full shows the line itself, which may hold a password.
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            Wrong(format!("{name}: line {line}: {}", error.message()))
        })?;
        Ok(Self { name: name.to_owned(), ..file })
    }

    /// Reads a value with the rule of its flag; an error names the file and the key.
    pub(super) fn value<T>(
        &self,
        key: &str,
        text: Option<&str>,
        parse: fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Wrong> {
        text.map(parse).transpose().map_err(|why| Wrong(format!("{}: {key}: {why}", self.name)))
    }
}
