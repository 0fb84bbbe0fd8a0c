//! What every list has in common: filter, search, order, page and count.

use std::cmp::Ordering;

use axum::response::Response;
use domain::{text::fold, time::Instant};
use serde_json::{Value, json};

use super::{
    answer::{self, Names},
    call::Call,
};
use crate::{
    error::ApiError,
    odata::{self, OdataError, Property, Query},
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
        names: &Names,
        values: Vec<Value>,
        query: &Query,
    ) -> Result<Response, ApiError> {
        let next = self.last.map(|last| call.link(&query.next_keys(&last)));
        answer::page(call, context, names, values, (self.count, next), query)
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
    names: &Names,
    rows: Vec<Value>,
    known: &[Property],
    query: &Query,
) -> Result<Response, ApiError> {
    let rows = rows.into_iter().map(|row| (row, ())).collect();
    cut(call, rows, known, query)?.answer(call, context, names, query)
}

/// One page of a list that is in memory; what is to be written out of its rows is not yet.
pub struct Cut<T> {
    /// Its rows, each with what it was made from.
    pub rows: Vec<(Value, T)>,
    /// How many there are on all pages, when that is wanted.
    count: Option<u64>,
    /// The address of the next page.
    next: Option<String>,
}

impl<T> Cut<T> {
    /// The answer.
    pub fn answer(
        self,
        call: &Call,
        context: &str,
        names: &Names,
        query: &Query,
    ) -> Result<Response, ApiError> {
        let rows = self.rows.into_iter().map(|(row, _)| row).collect();
        answer::page(call, context, names, rows, (self.count, self.next), query)
    }
}

/// Filters, sorts and cuts rows that are in memory. Only what is left has to be written out.
pub fn cut<T>(
    call: &Call,
    rows: Vec<(Value, T)>,
    known: &[Property],
    query: &Query,
) -> Result<Cut<T>, ApiError> {
    checked(known, query)?;
    let mut kept: Vec<(Value, T)> = rows.into_iter().filter(|(row, _)| fits(row, known, query)).collect();
    let orders = query.order.iter().map(|order| {
        let property = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(&order.path));
        property.map(|(name, _)| (*name, order.descending)).ok_or_else(|| {
            let message = format!("the property `{}` cannot be used here", order.path);
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            OdataError::new("$orderby", message, names.join(", "))
        })
    });
    let orders = orders.collect::<Result<Vec<_>, _>>()?;
    kept.sort_by(|(left, _), (right, _)| compare(left, right, &orders));
    let count = query.count.then_some(kept.len() as u64);
    let begin = match &query.keys {
        None => usize::try_from(query.skip).unwrap_or(usize::MAX),
        Some(keys) => {
            let last = keys.last().and_then(|id| kept.iter().position(|(row, _)| row["id"] == *id));
            let strange =
                || OdataError::new("$skiptoken", "its row is not there any more", "the first page again");
            last.ok_or_else(strange)? + 1
        }
    };
    let size = usize::try_from(query.page_size()).unwrap_or(usize::MAX);
    let mut rows: Vec<(Value, T)> = kept.into_iter().skip(begin).take(size.saturating_add(1)).collect();
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more);
    let next = last.map(|(row, _)| call.link(&query.next_keys(&[json!(row["id"])])));
    Ok(Cut { rows, count, next })
}

/// Which of two rows comes first, by these properties, each with whether its largest comes first.
fn compare(left: &Value, right: &Value, orders: &[(&str, bool)]) -> Ordering {
    let by = |(name, descending): &(&str, bool)| {
        let (left, right) = (&left[*name], &right[*name]);
        if left.is_null() || right.is_null() {
            // As on the database, nulls stand last either way.
            return left.is_null().cmp(&right.is_null());
        }
        let order = match (left, right) {
            (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
            (Value::String(left), Value::String(right)) => {
                match (left.parse::<Instant>(), right.parse::<Instant>()) {
                    (Ok(left), Ok(right)) => left.cmp(&right),
                    _ => fold(left).cmp(&fold(right)),
                }
            }
            _ => Ordering::Equal,
        };
        if *descending { order.reverse() } else { order }
    };
    orders.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// How many rows fulfil the query's conditions.
pub fn matching(rows: &[Value], known: &[Property], query: &Query) -> Result<u64, OdataError> {
    checked(known, query)?;
    Ok(rows.iter().filter(|row| fits(row, known, query)).count() as u64)
}

/// Refuses conditions that could hold of no row, also where there is none.
fn checked(known: &[Property], query: &Query) -> Result<(), OdataError> {
    query.filter.iter().chain(&query.search).try_for_each(|expr| odata::check(expr, known))
}

fn fits(row: &Value, known: &[Property], query: &Query) -> bool {
    query.filter.iter().chain(&query.search).all(|expr| odata::matches(expr, row, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_direction_of_its_own_and_nulls_stand_last() {
        let row = |id: &str, on: Value, name: Value| json!({"id": id, "on": on, "name": name});
        let mut rows = [
            row("1", json!(true), json!("b")),
            row("2", json!(false), json!("A")),
            row("3", json!(true), Value::Null),
            row("4", json!(true), json!("a")),
            row("5", json!(false), json!("2026-01-01T00:00:00Z")),
            row("6", json!(false), json!("2026-01-01T00:00:00.5Z")),
        ];
        for (orders, expected) in [
            (vec![("on", true), ("name", false)], "413562"),
            (vec![("on", false), ("name", true)], "265143"),
            (vec![("name", true), ("id", true)], "142653"),
            (vec![("name", false), ("id", false)], "562413"),
            (vec![("id", false)], "123456"),
        ] {
            rows.sort_by(|left, right| compare(left, right, &orders));
            let ids: String = rows.iter().filter_map(|row| row["id"].as_str()).collect();
            assert_eq!(ids, expected, "{orders:?}");
        }
    }
}
