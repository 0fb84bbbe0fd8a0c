//! Where a role holds.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A directory scope. Only the whole directory is enforced so far, so only it can be expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// The whole directory, `/`.
    #[default]
    Directory,
}

/// The text is a scope that is not enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeError(pub String);

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "directoryScopeId `{}` is not supported, only `/` is", self.0)
    }
}

impl Scope {
    /// The text on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "/",
        }
    }

    /// The word in the *Scope* column.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Directory => "Directory",
        }
    }
}

impl FromStr for Scope {
    type Err = ScopeError;
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        if text == "/" { Ok(Self::Directory) } else { Err(ScopeError(text.to_owned())) }
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;
    fn try_from(text: String) -> Result<Self, ScopeError> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.as_str().to_owned()
    }
}
