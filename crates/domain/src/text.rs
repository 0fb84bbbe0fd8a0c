//! Texts that people type, parsed once into types that hold their rule.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Why a text was not taken: a sentence fragment that names the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError(pub String);

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for TextError {}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident = $parse:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                let parse: fn(&str) -> Result<String, String> = $parse;
                parse(text.trim()).map(Self).map_err(TextError)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// The longest sign-in name, in characters: Entra ID's.
pub const PRINCIPAL_NAME_MAX: usize = 113;

/// The longest reason, in characters (`reference/portal-blades.md` 3.3).
pub const REASON_MAX: usize = 500;

text! {
    /// A justification: 1 to 500 characters.
    Reason = |text| bounded("reason", text, REASON_MAX);
    /// A shown name of a person or a group: 1 to 256 characters.
    DisplayName = |text| bounded("display name", text, 256);
    /// A ticket number or the name of a ticket system: 1 to 100 characters.
    TicketText = |text| bounded("ticket text", text, 100);
    /// A sign-in name such as `ada@example.org`: at most 113 characters, folded to lower case.
    UserPrincipalName = |text| user_principal_name(text);
}

fn bounded(what: &str, text: &str, most: usize) -> Result<String, String> {
    let length = text.chars().count();
    if length == 0 {
        Err(format!("{what} is required"))
    } else if length > most {
        Err(format!("{what} has {length} characters, at most {most} are allowed"))
    } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
        Err(format!("{what} has a control character, which is not allowed"))
    } else {
        Ok(text.to_owned())
    }
}

fn user_principal_name(text: &str) -> Result<String, String> {
    let shape =
        "user principal name must look like `name@domain.example`, with letters, digits and . - _ ' + only";
    let (local, host) = text.split_once('@').ok_or(shape)?;
    let local_ok =
        !local.is_empty() && local.chars().all(|c| c.is_ascii_alphanumeric() || ".-_'+".contains(c));
    let host_ok = host.split('.').count() >= 2
        && host.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    if text.len() > PRINCIPAL_NAME_MAX {
        let length = text.len();
        return Err(format!(
            "user principal name has {length} characters, at most {PRINCIPAL_NAME_MAX} are allowed"
        ));
    }
    if local_ok && host_ok { Ok(text.to_ascii_lowercase()) } else { Err(shape.into()) }
}

/// The form in which names are kept to be compared and searched: lower case, so that both databases mean the same.
pub fn fold(text: &str) -> String {
    lower(text.trim())
}

/// The same of what a condition compares them with: a blank in it is meant.
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_counts_characters_and_names_the_limit() {
        assert_eq!(Reason::try_from(" help desk ".to_owned()).map(String::from), Ok("help desk".to_owned()));
        assert!(Reason::try_from("ä".repeat(500)).is_ok());
        let error = Reason::try_from("ä".repeat(501)).map_err(|e| e.0);
        assert_eq!(error, Err("reason has 501 characters, at most 500 are allowed".to_owned()));
        assert_eq!(Reason::try_from("  ".to_owned()).map_err(|e| e.0), Err("reason is required".to_owned()));
    }

    #[test]
    fn what_is_kept_is_trimmed_and_what_is_looked_for_is_not() {
        assert_eq!((fold(" Ann Ä "), lower(" Ann Ä ")), ("ann ä".to_owned(), " ann ä ".to_owned()));
    }

    #[test]
    fn a_sign_in_name_is_folded_and_has_a_domain() {
        let upn = UserPrincipalName::try_from("Ada.O'Neil@Example.ORG".to_owned());
        assert_eq!(upn.map(String::from), Ok("ada.o'neil@example.org".to_owned()));
        for bad in ["ada", "ada@", "@example.org", "ada@example", "a b@example.org", "ada@exa_mple.org"] {
            assert!(UserPrincipalName::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
