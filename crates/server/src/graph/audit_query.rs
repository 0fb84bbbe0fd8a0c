//! Which rows of the history a query means, read so that a page of a long history costs what a page of a short one does:
//! from the end of the index that fits the filter, and gone on from the key of the last row.

use domain::{audit_type::AuditType, text::fold};

use super::listed;
use crate::{
    error::ApiError,
    odata::{Expr, Op, Order, Place, Query, Value},
    storage::{
        Connection, Row, StorageError, listing,
        select::{Select, Slice, escaped},
    },
};

/// A query, ready to be read page by page.
pub struct AuditQuery {
    select: Select,
    /// The columns of the order by time; none when another order is wanted.
    keys: Option<(&'static str, &'static str)>,
    order: String,
    descending: bool,
}

impl AuditQuery {
    /// What the options mean.
    pub fn new(query: &Query) -> Result<Self, ApiError> {
        let conditions = conjuncts(query.filter.as_ref());
        let target = conditions.iter().find_map(|condition| target_of(condition));
        let mut select = listing::audits(target);
        listed::narrow(&mut select, &listing::AUDITS, query)?;
        for condition in conditions {
            hint(&mut select, condition);
        }
        let (at, id) = if target.is_some() { ("told_ms", "audit_id") } else { ("at_ms", "id") };
        let (keys, descending, order) = match by_time(&query.order) {
            Some(descending) => {
                let word = if descending { "DESC" } else { "ASC" };
                (Some((at, id)), descending, format!("{at} {word}, {id} {word}"))
            }
            None => (None, false, listing::AUDITS.order(&query.order, "at_ms DESC", "id DESC")?),
        };
        if keys.is_none() && query.after.is_some() {
            return Err(ApiError::bad(
                "$skiptoken",
                "the token belongs to another order",
                "that of a next link",
            ));
        }
        Ok(Self { select, keys, order, descending })
    }

    /// Whether a next page is named by the last row before it.
    pub const fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// How many rows there are on all pages.
    pub async fn count(&self, db: &mut Connection) -> Result<u64, StorageError> {
        self.select.count(db).await
    }

    /// So many rows, after a place or after so many others.
    pub async fn rows(
        &self,
        db: &mut Connection,
        after: Option<&Place>,
        slice: Slice,
    ) -> Result<Vec<Row>, StorageError> {
        let mut select = self.select.clone();
        if let (Some(after), Some((at, id))) = (after, self.keys) {
            let sign = if self.descending { "<" } else { ">" };
            let (at_mark, id_mark) = (select.bind(after.at), select.bind(&after.id));
            select.and_plain(format!("({at}, {id}) {sign} ({at_mark}, {id_mark})"));
        }
        select.rows(db, &self.order, slice).await
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
    select.and("search_key LIKE {} ESCAPE '\\'", format!("%{}%", escaped(&fold(value))));
}

fn of_type(select: &mut Select, kind: Option<AuditType>) {
    if let Some(kind) = kind {
        select.and("type = {}", kind.as_str());
    }
}
