//! Roles, and the search box.

use domain::{
    ids::RoleId,
    wire::api::{Page, RoleDetail, RoleRow, SearchHits},
};

use super::{ApiError, http};
use crate::routes::{List, Pairs};

/// One page of roles.
pub async fn roles(list: List) -> Result<Page<RoleRow>, ApiError> {
    let mut pairs = Pairs::default();
    pairs.set("search", &list.search);
    pairs.set("privileged", list.privileged.as_str());
    pairs.set("sort", &list.sort);
    pairs.set("desc", if list.desc { "true" } else { "" });
    page(&mut pairs, list.skip(), List::top());
    http::get(&pairs.append_to("/api/roles".into())).await
}

/// One role with its rules.
pub async fn role(id: RoleId) -> Result<RoleDetail, ApiError> {
    http::get(&format!("/api/roles/{id}")).await
}

/// The first few hits of each kind.
pub async fn search(text: String) -> Result<SearchHits, ApiError> {
    let mut pairs = Pairs::default();
    pairs.set("q", &text);
    http::get(&pairs.append_to("/api/search".into())).await
}

pub(super) fn page(pairs: &mut Pairs, skip: u64, top: u64) {
    if skip > 0 {
        pairs.set("skip", &skip.to_string());
    }
    pairs.set("top", &top.to_string());
}
