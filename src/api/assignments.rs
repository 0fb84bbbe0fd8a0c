//! Who has which role.

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId},
    schedule::Kind,
    wire::{
        api::{Assignments, Tab},
        graph::Schedule,
    },
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

/// Where the same rows are to be had as CSV: every page, every filter.
pub fn export_url(list: &List, role: Option<RoleId>, principal: Option<PrincipalId>) -> String {
    query(list, role, principal).append_to("/api/assignments/export".into())
}

/// The caller's own roles, those held through groups included.
pub async fn my_roles(list: List) -> Result<Assignments, ApiError> {
    let mut pairs = query(&list, None, None);
    page(&mut pairs, list.skip(), List::top());
    http::get(&pairs.append_to("/api/my-roles".into())).await
}

/// One schedule with its principal and role. Its id does not say its kind: `guess` is tried first.
pub async fn assignment(id: ScheduleId, guess: Kind) -> Result<(Kind, Schedule), ApiError> {
    let other = if guess == Kind::Eligible { Kind::Active } else { Kind::Eligible };
    match schedule(id, guess).await {
        Ok(found) => Ok((guess, found)),
        Err(error) if error.status == 404 => schedule(id, other).await.map(|found| (other, found)),
        Err(error) => Err(error),
    }
}

async fn schedule(id: ScheduleId, kind: Kind) -> Result<Schedule, ApiError> {
    let collection = match kind {
        Kind::Eligible => "/v1.0/roleManagement/directory/roleEligibilitySchedules",
        Kind::Active => "/v1.0/roleManagement/directory/roleAssignmentSchedules",
    };
    http::get(&format!("{collection}/{id}?$expand=principal,roleDefinition")).await
}
