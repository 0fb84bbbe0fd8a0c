//! Who has which role.

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId},
    schedule::Kind,
    wire::api::{Assignments, Tab},
};

use super::{ApiError, http, roles::page};
use crate::routes::{List, Pairs, tab_word};

fn query(list: &List, role: Option<RoleId>, principal: Option<PrincipalId>) -> Pairs {
    let mut pairs = Pairs::default();
    pairs.set("tab", tab_word(list.tab));
    pairs.set("role", &role.map(|id| id.to_string()).unwrap_or_default());
    pairs.set("principal", &principal.map(|id| id.to_string()).unwrap_or_default());
    pairs.set("search", &list.search);
    if list.tab == Tab::Expired {
        pairs.set("kind", list.kind.unwrap_or(Kind::Eligible).as_str());
    }
    pairs.set("sort", &list.sort);
    pairs.set("desc", if list.desc { "true" } else { "" });
    pairs
}

/// One page of assignments, of all, of one role, of one person.
pub async fn assignments(
    list: List,
    role: Option<RoleId>,
    principal: Option<PrincipalId>,
) -> Result<Assignments, ApiError> {
    let mut pairs = query(&list, role, principal);
    page(&mut pairs, list.skip(), List::top());
    http::get(&pairs.append_to("/api/assignments".into())).await
}

/// One assignment alone, eligible or active.
pub async fn assignment(id: ScheduleId) -> Result<Assignments, ApiError> {
    http::get(&format!("/api/assignments?schedule={id}")).await
}

/// Where the same rows are to be had as CSV: every page, every filter.
pub fn export_url(list: &List, role: Option<RoleId>, principal: Option<PrincipalId>) -> String {
    query(list, role, principal).append_to("/api/assignments/export".into())
}

/// The caller's own roles, those held through groups included.
pub async fn my_roles(list: List) -> Result<Assignments, ApiError> {
    http::get(&my_roles_url(&list)).await
}

fn my_roles_url(list: &List) -> String {
    let mut pairs = query(list, None, None);
    page(&mut pairs, list.skip(), List::top());
    pairs.append_to("/api/my-roles".into())
}

/// One of the caller's own alone.
pub async fn my_role(id: ScheduleId) -> Result<Assignments, ApiError> {
    http::get(&format!("/api/my-roles?schedule={id}")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_have_the_address_that_the_server_tells_the_browser() {
        // `crates/server/src/assets.rs` names it in a header of the page.
        assert_eq!(my_roles_url(&List::default()), "/api/my-roles?tab=eligible&top=50");
    }
}
