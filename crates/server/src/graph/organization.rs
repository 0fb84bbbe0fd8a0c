//! `/organization`.

use axum::response::Response;
use serde_json::json;

use super::{answer, call::Call};
use crate::{
    error::ApiError,
    odata::{Opt, Query, Table, shown},
    storage::meta,
};

const TABLE: Table = Table::of(&[&[shown("id"), shown("displayName"), shown("verifiedDomains")]]);

/// The one organisation, as a list.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    let query: Query = call.options(&[Opt::Select])?;
    let mut db = call.db().await?;
    let tenant = meta::tenant(&mut db).await?.ok_or_else(|| ApiError::not_found("organization"))?;
    let domain = meta::get(&mut db, meta::TENANT_DOMAIN).await?;
    let domains: Vec<_> = domain
        .iter()
        .map(|name| json!({"name": name, "isDefault": true, "isInitial": true, "type": "Managed"}))
        .collect();
    let row = json!({"id": tenant.id, "displayName": tenant.display_name, "verifiedDomains": domains});
    answer::list(call, "organization", &TABLE, vec![row], None, &query)
}
