//! Which rows of the history a query means, read so that a page of a long history costs what a page of a short one does:
//! from the end of the index that fits the filter, and gone on from the key of the last row, in whichever order.

use domain::{audit_type::AuditType, text::lower, time::Instant};

use super::listed;
use crate::{
    error::ApiError,
    odata::{Expr, Kind, Op, Order, Place, Query, Value},
    storage::{
        Connection, Row, StorageError,
        filter::Sort,
        keyset, listing,
        select::{Select, Slice, escaped},
        tables,
    },
};

/// The usual order, and what tells equals apart in every other.
const NEWEST: Sort = Sort::down("at_ms", Kind::Time);
const LAST: Sort = Sort::down("id", Kind::Key);

/// A query, ready to be read page by page.
pub struct AuditQuery {
    /// Every row that is meant.
    select: Select,
    way: Way,
}

/// How the rows are read, and how the next page goes on from the last one.
enum Way {
    /// By these columns, the instant and the id.
    ByTime { at: &'static str, id: &'static str, descending: bool },
    /// In another order; the statement begins where the page does.
    Sorted { page: Select, sorts: Vec<Sort> },
}

impl AuditQuery {
    /// What the options mean.
    pub fn new(query: &Query) -> Result<Self, ApiError> {
        let conditions = conjuncts(query.filter.as_ref());
        let target = conditions.iter().find_map(|condition| target_of(condition));
        let mut select = listing::audits(target);
        listed::narrow(&mut select, &tables::AUDITS, query)?;
        for condition in conditions {
            hint(&mut select, condition);
        }
        let way = if let Some(descending) = by_time(&query.order) {
            let (at, id) = if target.is_some() { ("told_ms", "audit_id") } else { ("at_ms", "id") };
            Way::ByTime { at, id, descending }
        } else {
            let sorts = tables::AUDITS.sorts(&query.order, NEWEST, LAST)?;
            let mut page = select.clone();
            keyset::read_along(&mut page, &sorts);
            if let Some(keys) = &query.keys {
                keyset::after(&mut page, &sorts, keys)?;
            }
            Way::Sorted { page, sorts }
        };
        let strange = match way {
            Way::ByTime { .. } => query.keys.is_some(),
            Way::Sorted { .. } => query.after.is_some(),
        };
        if strange {
            let message = "the token belongs to another order";
            return Err(ApiError::bad("$skiptoken", message, "that of a next link"));
        }
        Ok(Self { select, way })
    }

    /// Only what was written before an instant, where the order is that of time.
    pub fn until(mut self, end: Instant) -> Self {
        if let Way::ByTime { at, .. } = self.way {
            self.select.and(&format!("{at} < {{}}"), end);
        }
        self
    }

    /// Whether the rows come in the order of time.
    pub const fn is_by_time(&self) -> bool {
        matches!(self.way, Way::ByTime { .. })
    }

    /// How many rows there are on all pages.
    pub async fn count(&self, db: &mut Connection) -> Result<u64, StorageError> {
        self.select.count(db).await
    }

    /// So many rows, after a place in time or after so many others.
    pub async fn rows(
        &self,
        db: &mut Connection,
        after: Option<&Place>,
        slice: Slice,
    ) -> Result<Vec<Row>, StorageError> {
        match &self.way {
            Way::ByTime { at, id, descending } => {
                let (sign, word) = if *descending { ("<", "DESC") } else { (">", "ASC") };
                let mut select = self.select.clone();
                if let Some(after) = after {
                    let (at_mark, id_mark) = (select.bind(after.at), select.bind(&after.id));
                    select.and_plain(format!("({at}, {id}) {sign} ({at_mark}, {id_mark})"));
                }
                select.rows(db, &format!("{at} {word}, {id} {word}"), slice).await
            }
            Way::Sorted { page, sorts } => {
                let order: Vec<String> = sorts.iter().map(Sort::order).collect();
                page.rows(db, &order.join(", "), slice).await
            }
        }
    }

    /// The query string of the page after this row.
    pub fn next(&self, query: &Query, row: &Row, place: &Place) -> Result<String, StorageError> {
        match &self.way {
            Way::ByTime { .. } => Ok(query.next_after(place)),
            Way::Sorted { sorts, .. } => Ok(query.next_keys(&keyset::keys(row, sorts)?)),
        }
    }
}

/// By time alone: whether the newest come first.
fn by_time(order: &[Order]) -> Option<bool> {
    match order {
        [] => Some(true),
        [one] if one.path.eq_ignore_ascii_case("activityDateTime") => Some(one.descending),
        _ => None,
    }
}

/// The conditions that all must hold.
fn conjuncts(filter: Option<&Expr>) -> Vec<&Expr> {
    let (mut found, mut open) = (Vec::new(), Vec::from_iter(filter));
    while let Some(expr) = open.pop() {
        match expr {
            Expr::And(left, right) => open.extend([&**left, &**right]),
            other => found.push(other),
        }
    }
    found
}

/// The target that every wanted row has: then its own index is walked instead of the whole history.
fn target_of(condition: &Expr) -> Option<&str> {
    let Expr::Any(path, Some(inner)) = condition else { return None };
    match &**inner {
        Expr::Compare(name, Op::Eq, Value::Text(id))
            if path.eq_ignore_ascii_case("targetResources") && name.eq_ignore_ascii_case("id") =>
        {
            Some(id)
        }
        _ => None,
    }
}

/// What follows from a condition and can be read from an index. It narrows nothing that the condition does not.
fn hint(select: &mut Select, condition: &Expr) {
    let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
    match condition {
        Expr::Compare(path, Op::Eq, Value::Text(value)) if is(path, "category") => {
            let types = [
                ("UserManagement", AuditType::Users),
                ("GroupManagement", AuditType::Groups),
                ("Authentication", AuditType::SignIn),
                ("Directory", AuditType::System),
            ];
            let kind = types.into_iter().find(|(word, _)| is(value, word)).map(|(_, kind)| kind);
            of_type(select, kind);
        }
        Expr::Compare(path, Op::Eq, Value::Text(value)) if is(path, "result") && is(value, "failure") => {
            // Written out, so that the index of the failures alone can serve it.
            select.and_plain("outcome = 'failure'");
        }
        Expr::Compare(path, Op::Eq, Value::Text(value)) if is(path, "activityDisplayName") => {
            // Names that begin with "update" are given to acts on people, too.
            of_type(select, AuditType::of_activity(value).filter(|kind| *kind != AuditType::Update));
            tells(select, value);
        }
        Expr::Compare(path, Op::Eq, Value::Text(value)) | Expr::Text(_, path, value) if is_told(path) => {
            tells(select, value);
        }
        Expr::Any(path, Some(inner)) if is(path, "targetResources") => match &**inner {
            Expr::Compare(name, Op::Eq, Value::Text(value)) | Expr::Text(_, name, value)
                if is(name, "displayName") =>
            {
                tells(select, value);
            }
            _ => {}
        },
        _ => {}
    }
}

/// Whether the searched words of a row hold this property.
fn is_told(path: &str) -> bool {
    let told = [
        "activityDisplayName",
        "initiatedBy/user/displayName",
        "initiatedBy/user/userPrincipalName",
        "initiatedBy/app/displayName",
    ];
    told.iter().any(|name| name.eq_ignore_ascii_case(path))
}

fn tells(select: &mut Select, value: &str) {
    select.and("search_key LIKE {} ESCAPE '\\'", format!("%{}%", escaped(&lower(value))));
}

fn of_type(select: &mut Select, kind: Option<AuditType>) {
    if let Some(kind) = kind {
        select.and("type = {}", kind.as_str());
    }
}
