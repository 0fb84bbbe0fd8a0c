//! What every list has in common: filter, search, order, page and count.

use std::cmp::Ordering;

use axum::response::Response;
use domain::{text::fold, time::Instant};
use serde_json::{Value, json};

use super::{answer, call::Call};
use crate::{
    error::ApiError,
    odata::{self, Kind, OdataError, Query, Table},
    storage::{
        Connection, Row,
        filter::Sort,
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
        table: &Table,
        values: Vec<Value>,
        query: &Query,
    ) -> Result<Response, ApiError> {
        let next = self.last.map(|last| call.link(&query.next_keys(&last)));
        answer::page(call, context, table, values, (self.count, next), query)
    }
}

/// Adds the query's conditions to a statement.
pub fn narrow(select: &mut Select, table: &Table, query: &Query) -> Result<(), ApiError> {
    for expr in query.filter.iter().chain(&query.search) {
        table.filter(select, expr)?;
    }
    Ok(())
}

/// One page of a list on the database.
pub async fn page(
    db: &mut Connection,
    mut select: Select,
    table: &Table,
    query: &Query,
    usual: Sort,
) -> Result<Page, ApiError> {
    narrow(&mut select, table, query)?;
    let count = if query.count { Some(select.count(db).await?) } else { None };
    let sorts = table.sorts(&query.order, usual, listing::BY_ID)?;
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
    table: &Table,
    rows: Vec<Value>,
    query: &Query,
) -> Result<Response, ApiError> {
    let rows = rows.into_iter().map(|row| (row, ())).collect();
    cut(call, rows, table, query)?.answer(call, context, table, query)
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
        table: &Table,
        query: &Query,
    ) -> Result<Response, ApiError> {
        let rows = self.rows.into_iter().map(|(row, _)| row).collect();
        answer::page(call, context, table, rows, (self.count, self.next), query)
    }
}

/// Filters, sorts and cuts rows that are in memory. Only what is left has to be written out.
pub fn cut<T>(call: &Call, rows: Vec<(Value, T)>, table: &Table, query: &Query) -> Result<Cut<T>, ApiError> {
    checked(table, query)?;
    let mut kept: Vec<(Value, T)> = rows.into_iter().filter(|(row, _)| fits(row, table, query)).collect();
    let orders = query.order.iter().map(|order| {
        let found = table.find(&order.path).and_then(|property| {
            Some(Key { path: property.path, kind: property.kind()?, descending: order.descending })
        });
        found.ok_or_else(|| {
            let message = format!("the property `{}` cannot be used here", order.path);
            OdataError::new("$orderby", message, table.allowed())
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

/// What rows in memory are sorted by.
struct Key {
    path: &'static str,
    kind: Kind,
    descending: bool,
}

/// Which of two rows comes first. Each property is compared as what it holds: a text that looks like a date is a text, as
/// otherwise three of them could each come before the next.
fn compare(left: &Value, right: &Value, orders: &[Key]) -> Ordering {
    let by = |key: &Key| {
        let (left, right) = (odata::at(left, key.path), odata::at(right, key.path));
        if left.is_null() || right.is_null() {
            // As on the database, nulls stand last either way.
            return left.is_null().cmp(&right.is_null());
        }
        let order = match key.kind {
            Kind::Bool => left.as_bool().cmp(&right.as_bool()),
            Kind::Time => instant(left).cmp(&instant(right)),
            Kind::Key | Kind::Folded | Kind::Text | Kind::Origin => {
                left.as_str().map(fold).cmp(&right.as_str().map(fold))
            }
        };
        if key.descending { order.reverse() } else { order }
    };
    orders.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn instant(value: &Value) -> Option<Instant> {
    value.as_str()?.parse().ok()
}

/// How many rows fulfil the query's conditions.
pub fn matching(rows: &[Value], table: &Table, query: &Query) -> Result<u64, OdataError> {
    checked(table, query)?;
    Ok(rows.iter().filter(|row| fits(row, table, query)).count() as u64)
}

/// Refuses conditions that could hold of no row, also where there is none.
fn checked(table: &Table, query: &Query) -> Result<(), OdataError> {
    query.filter.iter().chain(&query.search).try_for_each(|expr| odata::check(expr, table))
}

fn fits(row: &Value, table: &Table, query: &Query) -> bool {
    query.filter.iter().chain(&query.search).all(|expr| odata::matches(expr, row, table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::here;

    #[test]
    fn every_key_has_a_direction_of_its_own_and_nulls_stand_last() {
        let row =
            |id: &str, on: bool, name: Value, at: Value| json!({"id": id, "on": on, "name": name, "at": at});
        let mut rows = [
            row("1", true, json!("b"), json!("2026-01-01T00:00:00Z")),
            row("2", false, json!("A"), json!("2026-01-01T00:00:00.5Z")),
            row("3", true, Value::Null, json!("2026-01-01T01:00:00+01:00")),
            row("4", true, json!("a"), Value::Null),
        ];
        for (orders, expected) in [
            (vec![("on", true), ("name", false)], "4132"),
            (vec![("on", false), ("name", true)], "2143"),
            (vec![("name", true), ("id", true)], "1423"),
            (vec![("at", false), ("id", true)], "3124"),
            (vec![("at", true), ("id", false)], "2134"),
            (vec![("id", false)], "1234"),
        ] {
            rows.sort_by(|left, right| compare(left, right, &keys(&orders)));
            assert_eq!(ids(&rows), expected, "{orders:?}");
        }
    }

    #[test]
    fn texts_that_look_like_dates_are_texts() {
        let names =
            ["2026-01-02T00:00:00+23:00", "2026-01-01T12:00:00Z", "2026-01-01z", "2026-01-01T12:00:00z "];
        let row = |n: usize| json!({"id": (n % 40).to_string(), "name": names[n % names.len()]});
        let mut rows: Vec<Value> = (0..200).map(|n| row(n * 7)).collect();
        rows.sort_by(|left, right| compare(left, right, &keys(&[("name", false)])));
        let sorted: Vec<String> = rows.iter().filter_map(|row| row["name"].as_str().map(fold)).collect();
        assert!(sorted.is_sorted(), "{sorted:?}");
    }

    const TABLE: Table = Table::of(&[&[
        here("id", Kind::Key),
        here("on", Kind::Bool),
        here("name", Kind::Text),
        here("at", Kind::Time),
    ]]);

    fn keys(orders: &[(&str, bool)]) -> Vec<Key> {
        let key = |(name, descending): &(&str, bool)| {
            let property = TABLE.find(name).unwrap();
            Key { path: property.path, kind: property.kind().unwrap(), descending: *descending }
        };
        orders.iter().map(key).collect()
    }

    fn ids(rows: &[Value]) -> String {
        rows.iter().filter_map(|row| row["id"].as_str()).collect()
    }
}
