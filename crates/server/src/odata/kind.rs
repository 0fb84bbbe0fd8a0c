//! The kinds of values that rows have.

use super::OdataError;

/// What a property holds, and so how it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text kept in lower case that is always there: ids, sign-in names, folded names.
    Key,
    /// A text kept in lower case that may be null.
    Folded,
    /// A text of any case.
    Text,
    /// An instant; on the database in milliseconds.
    Time,
    /// True or false.
    Bool,
    /// The id of a role assignment, of which the database has the role and the principal with a slash between. It can be
    /// equal or not, and has no order.
    Origin,
}

impl Kind {
    /// Refuses a value, or a way to compare, that does not fit the property of this name.
    pub fn mismatch(self, name: &str) -> OdataError {
        let allowed = match self {
            Self::Key | Self::Folded | Self::Text => "a text in single quotes",
            Self::Time => "a date and time with an offset, not in quotes",
            Self::Bool => "true or false, with eq or ne",
            Self::Origin => "a text in single quotes, with eq or ne",
        };
        OdataError::new("$filter", format!("the value does not fit the property `{name}`"), allowed)
    }
}
