//! `/directoryObjects/{id}`: whatever has this id, with its type.

use axum::response::Response;
use domain::ids::PrincipalId;

use super::{answer, call::Call, shapes, users::nothing_expanded};
use crate::{
    error::ApiError,
    extract,
    odata::Opt,
    storage::{principals, tables},
};

/// One directory object.
pub async fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    nothing_expanded(&query)?;
    let key: PrincipalId = extract::id(id)?;
    let found = principals::find(&mut call.db().await?, key).await?;
    let found = found.ok_or_else(|| ApiError::not_found(id))?;
    answer::entity(call, "directoryObjects", &tables::PRINCIPALS, shapes::typed(&found), &query)
}
