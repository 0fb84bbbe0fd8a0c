//! What every list on the database has in common: filter, search, order, page and count.

use crate::{
    error::ApiError,
    odata::Query,
    storage::{
        Connection, Row,
        filter::Allowed,
        select::{Select, Slice},
    },
};

/// Adds the query's conditions to a statement.
pub fn narrow(select: &mut Select, allowed: &Allowed, query: &Query) -> Result<(), ApiError> {
    for expr in query.filter.iter().chain(&query.search) {
        allowed.filter(select, expr)?;
    }
    Ok(())
}

/// One page, with one row more when another follows, and the count when it is wanted.
pub async fn page(
    db: &mut Connection,
    mut select: Select,
    allowed: &Allowed,
    query: &Query,
    usual: &str,
    tie: &str,
) -> Result<(Vec<Row>, Option<u64>), ApiError> {
    narrow(&mut select, allowed, query)?;
    let order = allowed.order(&query.order, usual, tie)?;
    let slice = Slice { skip: query.skip, top: u64::from(query.page_size()) + 1 };
    let rows = select.rows(db, &order, slice).await?;
    let count = if query.count { Some(select.count(db).await?) } else { None };
    Ok((rows, count))
}
