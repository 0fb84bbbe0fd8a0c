//! Which rows of the history a query means, read so that a page of a long history costs what a page of a short one does:
//! from the end of the index that fits the filter, and gone on from the key of the last row.

use domain::audit_type::AuditType;

use super::listed;
use crate::{
    error::ApiError,
    odata::{Expr, Op, Order, Place, Query, Value},
    storage::{
        Connection, Row, StorageError, listing,
        select::{Select, Slice},
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
        for hint in conditions.iter().filter_map(|condition| hint(condition)) {
            select.and_plain(hint);
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

/// What follows from a condition and has an index of its own. It narrows nothing that the condition does not.
fn hint(condition: &Expr) -> Option<String> {
    let Expr::Compare(path, Op::Eq, Value::Text(value)) = condition else { return None };
    let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
    let of_type = |kind: AuditType| Some(format!("type = '{}'", kind.as_str()));
    if is(path, "category") || is(path, "loggedByService") {
        if is(value, "RoleManagement") || is(value, "PIM") {
            return Some("category = 'RoleManagement'".to_owned());
        }
        let types = [
            ("UserManagement", AuditType::Users),
            ("GroupManagement", AuditType::Groups),
            ("Authentication", AuditType::SignIn),
            ("Directory", AuditType::System),
        ];
        return types.into_iter().find(|(word, _)| is(value, word)).and_then(|(_, kind)| of_type(kind));
    }
    if is(path, "result") && is(value, "failure") {
        return Some("outcome = 'failure'".to_owned());
    }
    // Names that begin with "update" are given to acts on people, too.
    let kind = is(path, "activityDisplayName").then(|| AuditType::of_activity(value)).flatten()?;
    if kind == AuditType::Update { None } else { of_type(kind) }
}
