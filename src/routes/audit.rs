//! The audit screens in the address: whose history, and what it is filtered by.

use domain::{audit::Outcome, audit_type::AuditType};

use super::Pairs;

/// Whose history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Book {
    /// Everybody's.
    Resource,
    /// The reader's own.
    Mine,
}

/// How far back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimeSpan {
    /// The last day.
    Day,
    /// The last seven days.
    Week,
    /// The last thirty days.
    #[default]
    Month,
    /// From one date to another.
    Custom,
}

/// What a history is filtered by, besides the search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuditFilter {
    /// How far back.
    pub span: TimeSpan,
    /// Of a custom span: the first day, `2026-11-21`.
    pub from: String,
    /// Of a custom span: the last day.
    pub to: String,
    /// Only this type.
    pub kind: Option<AuditType>,
    /// Only what went so.
    pub outcome: Option<Outcome>,
    /// Where the page begins, in the server's words; empty is the first.
    pub place: String,
}

impl TimeSpan {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Custom];

    /// The word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Custom => "custom",
        }
    }

    /// Shown in the filter.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "Last day",
            Self::Week => "Last 7 days",
            Self::Month => "Last 30 days",
            Self::Custom => "Custom",
        }
    }

    /// The span behind a word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|span| span.as_str() == word).unwrap_or_default()
    }
}

impl AuditFilter {
    /// Reads what an address says; what has no meaning counts as not said.
    pub fn read(pairs: &Pairs) -> Self {
        let text = |name: &str| pairs.get(name).unwrap_or_default().to_owned();
        Self {
            span: TimeSpan::parse(&text("span")),
            from: text("from"),
            to: text("to"),
            kind: pairs.get("type").and_then(AuditType::parse),
            outcome: outcome(&text("result")),
            place: text("place"),
        }
    }

    /// Whether the last day of a custom span comes before its first: no row can be in it.
    pub fn ends_before_it_begins(&self) -> bool {
        let Self { span, from, to, .. } = self;
        *span == TimeSpan::Custom && !from.is_empty() && !to.is_empty() && to < from
    }

    /// Writes what differs from the beginning.
    pub fn write(&self, pairs: &mut Pairs) {
        if self.span != TimeSpan::Month {
            pairs.set("span", self.span.as_str());
        }
        pairs.set("from", &self.from);
        pairs.set("to", &self.to);
        pairs.set("type", self.kind.map_or("", AuditType::as_str));
        pairs.set("result", outcome_word(self.outcome));
        pairs.set("place", &self.place);
    }
}

/// The word of a result in addresses, the portal's and the server's; empty where all are wanted.
pub const fn outcome_word(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "",
        Some(Outcome::Success) => "success",
        Some(Outcome::Failure) => "failure",
    }
}

/// The result behind a word.
pub fn outcome(word: &str) -> Option<Outcome> {
    [Outcome::Success, Outcome::Failure].into_iter().find(|one| outcome_word(Some(*one)) == word)
}
