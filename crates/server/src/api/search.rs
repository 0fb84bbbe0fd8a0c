//! The search box of the top bar: the first few people and roles.

use std::collections::HashMap;

use axum::{Json, extract::State};
use domain::{
    role,
    text::fold,
    wire::api::{Person, SearchHits},
};
use serde::Deserialize;

use super::roles;
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::Query,
    storage::{grids::escape, principals},
};

const HITS: usize = principals::HITS;

/// What is typed.
#[derive(Deserialize)]
pub struct Options {
    #[serde(default)]
    q: String,
}

/// The first few hits of each kind.
pub async fn get(
    State(state): State<AppState>,
    _: Caller,
    Query(options): Query<Options>,
) -> Result<Json<SearchHits>, ApiError> {
    let text = fold(&options.q);
    if text.is_empty() {
        return Ok(Json(SearchHits::default()));
    }
    let mut db = state.storage.read().await?;
    let people = principals::search_people(&mut db, &escape(&text)).await?;
    let hits =
        role::builtin().iter().filter(|role| role.assignable && fold(&role.display_name).contains(&text));
    let people = people.iter().map(|p| Person {
        id: p.id,
        display_name: p.display_name.clone(),
        user_principal_name: p.user_principal_name.clone(),
    });
    Ok(Json(SearchHits {
        people: people.collect(),
        roles: hits.take(HITS).map(|role| roles::row(role, &HashMap::new())).collect(),
    }))
}
