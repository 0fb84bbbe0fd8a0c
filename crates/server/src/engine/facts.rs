//! Loads what a decision needs to know, inside the unit of work that will carry it out.

use domain::{
    decide::{CallerFacts, Facts},
    request::Ask,
    role::{self, RoleFacts},
    time::Instant,
};

use crate::storage::{
    Connection, StorageError, policies,
    principals::{self, Principal},
    requests, schedules,
};

pub(super) async fn load(
    db: &mut Connection,
    ask: &Ask,
    caller: CallerFacts,
    now: Instant,
) -> Result<(Facts, Option<Principal>), StorageError> {
    let principal = principals::find(db, ask.principal).await?;
    let other_guardians = if role::is_guarded(ask.role) && !ask.action.is_own() {
        schedules::other_guardians(db, ask.role, ask.principal, now).await?
    } else {
        0
    };
    let facts = Facts {
        now,
        caller,
        principal: principal.as_ref().map(Principal::facts),
        role: role::find(ask.role).map(RoleFacts::from),
        policy: policies::of_role(db, ask.role).await?,
        schedules: schedules::for_decision(db, ask.principal, ask.role, ask.scope, now).await?,
        open_requests: requests::open(db, ask.principal, ask.role, ask.scope).await?,
        other_guardians,
    };
    Ok((facts, principal))
}
