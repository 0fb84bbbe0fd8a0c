//! A group goes, with every right that it held and every activation that came through it.

use domain::{audit::Category, capability, ids::PrincipalId};
use futures::future::FutureExt;

use super::{Act, Acted, group, is_powerful};
use crate::{
    app::AppState,
    caller::Caller,
    engine,
    error::ApiError,
    storage::{UnitOfWork, principals},
};

/// Deletes a group.
pub async fn delete_group(state: &AppState, caller: &Caller, id: PrincipalId) -> Result<(), ApiError> {
    Act::new(state, caller).run(state, id, |unit, act, id| run(unit, act, id).boxed()).await
}

async fn run(unit: &mut UnitOfWork, act: Act, id: PrincipalId) -> Acted<()> {
    let group = group(unit.db(), id).await?;
    let mut row = act.entry("Delete group", Category::GroupManagement);
    row.targets = vec![engine::user_target(unit.db(), id).await?];
    let rights = act.rights(unit.db()).await?;
    let powerful = is_powerful(unit.db(), &group).await?;
    let may = capability::may_create_group(rights.permissions, powerful);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    rights.tell(&mut row, capability::to_create_group(powerful));
    let mut rows = vec![row];
    rows.extend(engine::end_everything_of(unit.db(), id, &act.caller, act.audit, act.now).await?);
    principals::delete(unit.db(), id, act.now).await?;
    Ok(unit.commit(&rows, Ok(())).await?)
}
