//! Who belongs to a group. Leaving one ends what was activated through it.

use domain::{
    audit::Category, capability, error_code::ErrorCode, ids::PrincipalId, principal::PrincipalKind,
};
use futures::future::FutureExt;

use super::{Act, Acted, group, is_powerful};
use crate::{
    app::AppState,
    caller::Caller,
    engine,
    error::ApiError,
    storage::{UnitOfWork, principals},
};

/// Adds somebody to a group.
pub async fn add_member(
    state: &AppState,
    caller: &Caller,
    group: PrincipalId,
    member: PrincipalId,
) -> Result<(), ApiError> {
    let act = Act::new(state, caller);
    act.run(state, (group, member), |unit, act, (group, member)| add(unit, act, group, member).boxed()).await
}

/// Takes somebody out of a group.
pub async fn remove_member(
    state: &AppState,
    caller: &Caller,
    group: PrincipalId,
    member: PrincipalId,
) -> Result<(), ApiError> {
    let act = Act::new(state, caller);
    act.run(state, (group, member), |unit, act, (group, member)| remove(unit, act, group, member).boxed())
        .await
}

async fn add(unit: &mut UnitOfWork, act: Act, group_id: PrincipalId, member: PrincipalId) -> Acted<()> {
    let group = group(unit.db(), group_id).await?;
    let Some(found) = principals::find(unit.db(), member).await? else {
        return Err(ApiError::not_found(member));
    };
    let mut row = act.entry("Add member to group", Category::GroupManagement);
    row.targets =
        vec![engine::user_target(unit.db(), member).await?, engine::user_target(unit.db(), group_id).await?];
    let rights = act.rights(unit.db()).await?;
    let powerful = is_powerful(unit.db(), &group).await?;
    let may = capability::may_change_members(rights.permissions, powerful);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    rights.tell(&mut row, capability::to_change_members(powerful));
    if found.kind == PrincipalKind::Group {
        let error = ApiError::new(ErrorCode::NotSupported, "a group in a group is not supported yet")
            .at("@odata.id", "a user or a service principal");
        return act.refuse(unit, row, error, "a group in a group is not supported").await;
    }
    if !principals::add_member(unit.db(), group_id, member).await? {
        let message = "One or more added object references already exist for the following modified properties: 'members'.";
        let error = ApiError::bad("@odata.id", message, "somebody who is no member yet");
        return act.refuse(unit, row, error, "a member already").await;
    }
    Ok(unit.commit(&[row], Ok(())).await?)
}

async fn remove(unit: &mut UnitOfWork, act: Act, group_id: PrincipalId, member: PrincipalId) -> Acted<()> {
    let group = group(unit.db(), group_id).await?;
    let mut row = act.entry("Remove member from group", Category::GroupManagement);
    row.targets =
        vec![engine::user_target(unit.db(), member).await?, engine::user_target(unit.db(), group_id).await?];
    let rights = act.rights(unit.db()).await?;
    let powerful = is_powerful(unit.db(), &group).await?;
    let may = capability::may_change_members(rights.permissions, powerful);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    rights.tell(&mut row, capability::to_change_members(powerful));
    if !principals::remove_member(unit.db(), group_id, member).await? {
        return Err(ApiError::not_found(member));
    }
    let mut rows = vec![row];
    rows.extend(
        engine::end_through_group(unit.db(), group_id, member, &act.caller, act.audit, act.now).await?,
    );
    Ok(unit.commit(&rows, Ok(())).await?)
}
