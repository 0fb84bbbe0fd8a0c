//! The audit history, and the timeline of a request.

use domain::{
    audit::Entry,
    audit_type::AuditType,
    ids::{AuditId, RequestId},
    time::Instant,
    wire::audit::{AuditPage, Timeline},
};

use super::{ApiError, http};
use crate::routes::{Book, List, Pairs, TimeSpan, outcome_word};

/// What is asked of a history. Dates are instants here: they depend on the reader's zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuditAsk {
    /// Whose.
    pub book: Book,
    /// Filter, search, order and place.
    pub list: List,
    /// From this instant on; only of a custom span.
    pub from: Option<Instant>,
    /// Before this instant; only of a custom span.
    pub to: Option<Instant>,
}

const fn root(book: Book) -> &'static str {
    match book {
        Book::Resource => "/api/audit",
        Book::Mine => "/api/my-audit",
    }
}

impl AuditAsk {
    fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::default();
        let filter = &self.list.audit;
        let days = match filter.span {
            TimeSpan::Day => "1",
            TimeSpan::Week => "7",
            TimeSpan::Month => "30",
            TimeSpan::Custom => "",
        };
        pairs.set("days", days);
        let instant = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
        pairs.set("from", &instant(self.from));
        pairs.set("to", &instant(self.to));
        pairs.set("type", filter.kind.map_or("", AuditType::as_str));
        pairs.set("result", outcome_word(filter.outcome));
        pairs.set("search", &self.list.search);
        pairs.set("oldest", if self.list.sort == "time" && !self.list.desc { "true" } else { "" });
        pairs
    }

    /// Where all rows under the filter are to be had as a file, `csv` or `json`.
    pub fn export_url(&self, format: &str) -> String {
        let mut pairs = self.pairs();
        pairs.set("format", format);
        pairs.append_to(format!("{}/export", root(self.book)))
    }
}

/// One page.
pub async fn audit(ask: AuditAsk) -> Result<AuditPage, ApiError> {
    let mut pairs = ask.pairs();
    pairs.set("place", &ask.list.audit.place);
    pairs.set("top", &List::top().to_string());
    http::get(&pairs.append_to(root(ask.book).into())).await
}

/// One row.
pub async fn audit_row(book: Book, id: AuditId) -> Result<Entry, ApiError> {
    http::get(&format!("{}/{id}", root(book))).await
}

/// What happened to a request, and what is still to come.
pub async fn timeline(id: RequestId) -> Result<Timeline, ApiError> {
    http::get(&format!("/api/requests/{id}/timeline")).await
}
