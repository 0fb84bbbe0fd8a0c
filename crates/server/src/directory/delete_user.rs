//! A person goes: sessions, secrets, rights and open requests end in the same transaction.

use domain::{audit::Category, capability, ids::PrincipalId, permission::Permission};
use futures::future::FutureExt;

use super::{Act, Acted, last_holder, user};
use crate::{
    app::AppState,
    caller::Caller,
    engine,
    error::ApiError,
    storage::{UnitOfWork, credentials, principals, protection, sessions},
};

/// Deletes a person.
pub async fn delete_user(state: &AppState, caller: &Caller, id: PrincipalId) -> Result<(), ApiError> {
    Act::new(state, caller).run(state, id, |unit, act, id| run(unit, act, id).boxed()).await
}

async fn run(unit: &mut UnitOfWork, act: Act, id: PrincipalId) -> Acted<()> {
    let person = user(unit.db(), id).await?;
    let mut row = act.entry("Delete user", Category::UserManagement);
    row.targets = vec![engine::user_target(unit.db(), id).await?];
    let rights = act.rights(unit.db()).await?;
    let facts = protection::person_facts(unit.db(), id, act.now).await?;
    let may = capability::may_touch(rights.permissions, Permission::DeleteUsers, facts);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    facts.needed(Permission::DeleteUsers).into_iter().for_each(|needed| rights.tell(&mut row, needed));
    if let Some(error) = last_holder(unit.db(), person.facts(), act.now).await? {
        return act.refuse(unit, row, error, "the last permanent holder of a guarded role").await;
    }
    let mut rows = vec![row];
    rows.extend(engine::end_everything_of(unit.db(), id, &act.caller, act.audit, act.now).await?);
    sessions::end_all(unit.db(), id, None).await?;
    credentials::forget_all(unit.db(), id).await?;
    principals::delete(unit.db(), id, act.now).await?;
    Ok(unit.commit(&rows, Ok(())).await?)
}
