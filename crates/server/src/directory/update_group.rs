//! Changes to a group's names and description. Whether it can hold roles was fixed when it was made.

use domain::{
    audit::{Category, Change},
    capability,
    error_code::ErrorCode,
    ids::PrincipalId,
    text::DisplayName,
};
use futures::future::FutureExt;

use super::{Act, Acted, create_group::nickname, create_user::optional, group, is_powerful};
use crate::{
    app::AppState,
    caller::Caller,
    engine,
    error::ApiError,
    storage::{UnitOfWork, principals},
};

/// What is to be changed; nothing said stays as it is. A text of `Some(None)` is taken away.
#[derive(Clone, Debug, Default)]
pub struct GroupChange {
    /// Shown name.
    pub display_name: Option<String>,
    /// Free text.
    pub description: Option<Option<String>>,
    /// The name for mails.
    pub mail_nickname: Option<Option<String>>,
}

/// Changes a group.
pub async fn update_group(
    state: &AppState,
    caller: &Caller,
    id: PrincipalId,
    mut change: GroupChange,
) -> Result<(), ApiError> {
    if let Some(name) = change.display_name.take() {
        let name = DisplayName::try_from(name)
            .map_err(|error| ApiError::bad("displayName", error.to_string(), "1 to 256 characters"))?;
        change.display_name = Some(name.into());
    }
    if let Some(text) = change.description.take() {
        change.description = Some(optional("description", text)?);
    }
    change.mail_nickname = change.mail_nickname.map(nickname).transpose()?;
    let act = Act::new(state, caller);
    act.run(state, (id, change), |unit, act, (id, change)| run(unit, act, id, change).boxed()).await
}

async fn run(unit: &mut UnitOfWork, act: Act, id: PrincipalId, change: GroupChange) -> Acted<()> {
    let before = group(unit.db(), id).await?;
    let mut after = before.clone();
    after.display_name = change.display_name.unwrap_or(after.display_name);
    after.description = change.description.unwrap_or(after.description);
    after.mail_nickname = change.mail_nickname.unwrap_or(after.mail_nickname);

    let mut row = act.entry("Update group", Category::GroupManagement);
    let mut target = engine::user_target(unit.db(), id).await?;
    target.changes = [
        ("displayName", Some(before.display_name.clone()), Some(after.display_name.clone())),
        ("description", before.description.clone(), after.description.clone()),
        ("mailNickname", before.mail_nickname.clone(), after.mail_nickname.clone()),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(name, before, after)| Change { name: name.to_owned(), before, after })
    .collect();
    row.targets = vec![target];

    let rights = act.rights(unit.db()).await?;
    let powerful = is_powerful(unit.db(), &before).await?;
    let may = capability::may_change_members(rights.permissions, powerful);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    rights.tell(&mut row, capability::to_change_members(powerful));
    if before != after && !principals::update(unit.db(), &after).await? {
        return Err(ApiError::new(ErrorCode::ChangedMeanwhile, "somebody else changed this group meanwhile"));
    }
    Ok(unit.commit(&[row], Ok(())).await?)
}
