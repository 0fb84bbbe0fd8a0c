//! What every list has in common: filter, search, order, page and count.

use axum::response::Response;
use domain::text::fold;
use serde_json::{Value, json};

use super::{answer, call::Call};
use crate::{
    error::ApiError,
    odata::{self, OdataError, Query},
    storage::{
        Connection, Row,
        filter::{Allowed, Sort},
        keyset, listing,
        select::{Select, Slice},
    },
};

/// One page of a list.
pub struct Page {
    /// Its rows.
    pub rows: Vec<Row>,
    /// How many there are on all pages, when that is wanted.
    count: Option<u64>,
    /// What the last row is sorted by, when another page follows.
    last: Option<Vec<Value>>,
}

impl Page {
    /// The answer; the values are those of the page's rows.
    pub fn answer(
        self,
        call: &Call,
        context: &str,
        values: Vec<Value>,
        query: &Query,
    ) -> Result<Response, ApiError> {
        let next = self.last.map(|last| call.link(&query.next_keys(&last)));
        answer::page(call, context, values, self.count, next, query)
    }
}

/// Adds the query's conditions to a statement.
pub fn narrow(select: &mut Select, allowed: &Allowed, query: &Query) -> Result<(), ApiError> {
    for expr in query.filter.iter().chain(&query.search) {
        allowed.filter(select, expr)?;
    }
    Ok(())
}

/// One page of a list on the database.
pub async fn page(
    db: &mut Connection,
    mut select: Select,
    allowed: &Allowed,
    query: &Query,
    usual: Sort,
) -> Result<Page, ApiError> {
    narrow(&mut select, allowed, query)?;
    let count = if query.count { Some(select.count(db).await?) } else { None };
    let sorts = allowed.sorts(&query.order, usual, listing::BY_ID)?;
    keyset::read_along(&mut select, &sorts);
    if let Some(keys) = &query.keys {
        keyset::after(&mut select, &sorts, keys)?;
    }
    let order: Vec<String> = sorts.iter().map(Sort::order).collect();
    let size = usize::try_from(query.page_size()).unwrap_or(usize::MAX);
    let slice = Slice { skip: query.skip, top: u64::from(query.page_size()) + 1 };
    let mut rows = select.rows(db, &order.join(", "), slice).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more).map(|row| keyset::keys(row, &sorts)).transpose()?;
    Ok(Page { rows, count, last })
}

/// One page of a list that is in memory, in its usual order unless another is asked for.
pub fn in_memory(
    call: &Call,
    context: &str,
    rows: Vec<Value>,
    known: &[&str],
    query: &Query,
) -> Result<Response, ApiError> {
    let mut kept = matching(rows, known, query)?;
    for order in query.order.iter().rev() {
        let Some(name) = known.iter().find(|name| name.eq_ignore_ascii_case(&order.path)) else {
            let message = format!("the property `{}` cannot be used here", order.path);
            return Err(OdataError::new("$orderby", message, known.join(", ")).into());
        };
        let key = |row: &Value| row[*name].as_str().map_or_else(|| row[*name].to_string(), fold);
        kept.sort_by_cached_key(key);
        if order.descending {
            kept.reverse();
        }
    }
    let count = query.count.then_some(kept.len() as u64);
    let begin = match &query.keys {
        None => usize::try_from(query.skip).unwrap_or(usize::MAX),
        Some(keys) => {
            let last = keys.last().and_then(|id| kept.iter().position(|row| row["id"] == *id));
            let strange =
                || OdataError::new("$skiptoken", "its row is not there any more", "the first page again");
            last.ok_or_else(strange)? + 1
        }
    };
    let size = usize::try_from(query.page_size()).unwrap_or(usize::MAX);
    let mut rows: Vec<Value> = kept.into_iter().skip(begin).take(size.saturating_add(1)).collect();
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|row| call.link(&query.next_keys(&[json!(row["id"])])));
    answer::page(call, context, rows, count, next, query)
}

/// The rows that fulfil the query's conditions.
pub fn matching(rows: Vec<Value>, known: &[&str], query: &Query) -> Result<Vec<Value>, OdataError> {
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let mut fits = true;
        for expr in query.filter.iter().chain(&query.search) {
            fits &= odata::matches(expr, &row, known)?;
        }
        if fits {
            kept.push(row);
        }
    }
    Ok(kept)
}
