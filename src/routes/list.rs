//! The state of a grid, as far as it is worth a link: tab, search, filter, sort, page.

use domain::{schedule::Kind, wire::api::Tab};

use super::{AuditFilter, Pairs};

/// How many rows a page of a grid has.
const PAGE: u64 = 50;

/// The state of a grid. Every screen uses the parts it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct List {
    /// The tab of an assignments grid.
    pub tab: Tab,
    /// What is typed in the search box.
    pub search: String,
    /// The column it is sorted by; empty is the grid's own order.
    pub sort: String,
    /// Whether the order is reversed.
    pub desc: bool,
    /// The page, from 0.
    pub page: u64,
    /// On the Expired tab: eligible or active assignments; the grid begins with eligible.
    pub kind: Option<Kind>,
    /// On Roles: all, privileged only, or the others.
    pub privileged: Privileged,
    /// On the audit screens: time span, type, result and place.
    pub audit: AuditFilter,
}

/// The filter on Roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Privileged {
    /// No filter.
    #[default]
    All,
    /// Privileged ones only.
    Only,
    /// The others only.
    Without,
}

impl Privileged {
    /// The word in an address; empty without a filter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Only => "true",
            Self::Without => "false",
        }
    }

    /// The filter behind a word.
    pub fn parse(word: &str) -> Self {
        match word {
            "true" => Self::Only,
            "false" => Self::Without,
            _ => Self::All,
        }
    }
}

impl List {
    /// Another tab; the search stays, what belonged to the old rows goes.
    #[must_use]
    pub fn on(&self, tab: Tab) -> Self {
        Self { tab, search: self.search.clone(), ..Self::default() }
    }

    /// Another search, from the first page.
    #[must_use]
    pub fn searching(&self, search: &str) -> Self {
        Self { search: search.to_owned(), ..self.at_first() }
    }

    /// Sorted by this column, or the other way round if it is already.
    #[must_use]
    pub fn sorted_by(&self, column: &str) -> Self {
        let desc = self.sort == column && !self.desc;
        Self { sort: column.to_owned(), desc, ..self.at_first() }
    }

    /// The order as a word: its column, after `-` where it is reversed; empty is the grid's own.
    pub fn order(&self) -> String {
        format!("{}{}", if self.desc { "-" } else { "" }, self.sort)
    }

    /// In the order of such a word.
    #[must_use]
    pub fn in_order(&self, word: &str) -> Self {
        let column = word.strip_prefix('-');
        Self { sort: column.unwrap_or(word).to_owned(), desc: column.is_some(), ..self.at_first() }
    }

    /// The first page.
    #[must_use]
    pub fn at_first(&self) -> Self {
        let audit = AuditFilter { place: String::new(), ..self.audit.clone() };
        Self { page: 0, audit, ..self.clone() }
    }

    /// Another page.
    #[must_use]
    pub fn at_page(&self, page: u64) -> Self {
        Self { page, ..self.clone() }
    }

    /// How many rows come before this page.
    pub const fn skip(&self) -> u64 {
        self.page * PAGE
    }

    /// How many rows a page has.
    pub const fn top() -> u64 {
        PAGE
    }

    /// Reads what an address says; what has no meaning counts as not said.
    pub fn read(pairs: &Pairs) -> Self {
        Self {
            tab: match pairs.get("tab") {
                Some("active") => Tab::Active,
                Some("expired") => Tab::Expired,
                _ => Tab::Eligible,
            },
            search: pairs.get("search").unwrap_or_default().to_owned(),
            sort: pairs.get("sort").unwrap_or_default().to_owned(),
            desc: pairs.get("desc") == Some("true"),
            page: pairs
                .get("page")
                .and_then(|n| n.parse::<u64>().ok())
                .map_or(0, |n| n.clamp(1, 100_000) - 1),
            kind: pairs.get("kind").and_then(Kind::parse),
            privileged: Privileged::parse(pairs.get("privileged").unwrap_or_default()),
            audit: AuditFilter::read(pairs),
        }
    }

    /// Writes what differs from the beginning.
    pub fn write(&self, pairs: &mut Pairs) {
        if self.tab != Tab::Eligible {
            pairs.set("tab", tab_word(self.tab));
        }
        pairs.set("search", &self.search);
        pairs.set("sort", &self.sort);
        pairs.set("desc", if self.desc { "true" } else { "" });
        if self.page > 0 {
            pairs.set("page", &(self.page + 1).to_string());
        }
        pairs.set("kind", self.kind.map_or("", Kind::as_str));
        pairs.set("privileged", self.privileged.as_str());
        self.audit.write(pairs);
    }
}

/// The word of a tab in addresses, the portal's and the server's.
pub const fn tab_word(tab: Tab) -> &'static str {
    match tab {
        Tab::Eligible => "eligible",
        Tab::Active => "active",
        Tab::Expired => "expired",
    }
}
