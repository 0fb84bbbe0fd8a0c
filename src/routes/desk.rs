//! The three grids of requests, and where they lie.

/// A grid of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Desk {
    /// Those that the person may decide.
    Approve,
    /// His own.
    Mine,
    /// All that are open, as far as he may see them.
    Pending,
}

impl Desk {
    const ALL: [Self; 3] = [Self::Approve, Self::Mine, Self::Pending];

    /// The first part of its addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve-requests",
            Self::Mine => "my-requests",
            Self::Pending => "pending-requests",
        }
    }

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Approve => "Approve requests",
            Self::Mine => "My requests",
            Self::Pending => "Pending requests",
        }
    }

    /// The grid behind a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|desk| desk.word() == word)
    }
}
