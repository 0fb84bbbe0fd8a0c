//! Changes to a person, disabling among them: that ends sessions, rights and open requests at once.

use domain::{
    audit::{Category, Change, Entry},
    capability,
    ids::PrincipalId,
    permission::Permission,
    principal::PrincipalKind,
    text::DisplayName,
};
use futures::future::FutureExt;

use super::{
    Act, Acted,
    create_user::{address, optional},
    last_holder, user,
};
use crate::{
    app::AppState,
    caller::Caller,
    engine,
    error::ApiError,
    storage::{UnitOfWork, principals, protection, sessions},
};

/// What is to be changed; nothing said stays as it is. A text of `Some(None)` is taken away.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// Shown name.
    pub display_name: Option<String>,
    /// Address for mails.
    pub mail: Option<Option<String>>,
    /// Free text.
    pub job_title: Option<Option<String>>,
    /// Whether sign-in is allowed.
    pub account_enabled: Option<bool>,
    /// Who manages this person.
    pub manager: Option<Option<PrincipalId>>,
}

/// Changes a person.
pub async fn update_user(
    state: &AppState,
    caller: &Caller,
    id: PrincipalId,
    mut change: UserChange,
) -> Result<(), ApiError> {
    if let Some(name) = change.display_name.take() {
        let name = DisplayName::try_from(name)
            .map_err(|error| ApiError::bad("displayName", error.to_string(), "1 to 256 characters"))?;
        change.display_name = Some(name.into());
    }
    if let Some(text) = change.mail.take() {
        change.mail = Some(address(text)?);
    }
    if let Some(text) = change.job_title.take() {
        change.job_title = Some(optional("jobTitle", text)?);
    }
    let act = Act::new(state, caller);
    act.run(state, (id, change), |unit, act, (id, change)| run(unit, act, id, change).boxed()).await
}

async fn run(unit: &mut UnitOfWork, act: Act, id: PrincipalId, change: UserChange) -> Acted<()> {
    let before = user(unit.db(), id).await?;
    let mut after = before.clone();
    if let Some(name) = change.display_name {
        after.display_name = name;
    }
    after.mail = change.mail.unwrap_or(after.mail);
    after.job_title = change.job_title.unwrap_or(after.job_title);
    after.manager = change.manager.unwrap_or(after.manager);
    after.enabled = change.account_enabled.unwrap_or(after.enabled);

    let activity = match (before.enabled, after.enabled) {
        (true, false) => "Disable account",
        (false, true) => "Enable account",
        _ => "Update user",
    };
    let mut row = act.entry(activity, Category::UserManagement);
    let mut target = engine::user_target(unit.db(), id).await?;
    target.changes = [
        ("displayName", Some(before.display_name.clone()), Some(after.display_name.clone())),
        ("mail", before.mail.clone(), after.mail.clone()),
        ("jobTitle", before.job_title.clone(), after.job_title.clone()),
        ("manager", before.manager.map(|id| id.to_string()), after.manager.map(|id| id.to_string())),
        ("accountEnabled", Some(before.enabled.to_string()), Some(after.enabled.to_string())),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(name, before, after)| Change { name: name.to_owned(), before, after })
    .collect();
    row.targets = vec![target];

    let rights = act.rights(unit.db()).await?;
    let facts = protection::person_facts(unit.db(), id, act.now).await?;
    let may = capability::may_touch(rights.permissions, Permission::UpdateUsers, facts);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    facts.needed(Permission::UpdateUsers).into_iter().for_each(|needed| rights.tell(&mut row, needed));
    if let Some(manager) = change.manager.flatten() {
        let found = principals::find(unit.db(), manager).await?;
        if manager == id || found.is_none_or(|found| found.kind != PrincipalKind::User) {
            let error = ApiError::bad(
                "@odata.id",
                format!("`{manager}` cannot be the manager"),
                "another user of this organisation",
            );
            return act.refuse(unit, row, error, "nobody else's id").await;
        }
    }
    let mut rows: Vec<Entry> = Vec::new();
    if before.enabled && !after.enabled {
        if let Some(error) = last_holder(unit.db(), before.facts(), act.now).await? {
            return act.refuse(unit, row, error, "the last permanent holder of a guarded role").await;
        }
        rows = engine::end_everything_of(unit.db(), id, &act.caller, act.audit, act.now).await?;
        sessions::end_all(unit.db(), id, None).await?;
    }
    if before != after && !principals::update(unit.db(), &after).await? {
        return Err(ApiError::new(
            domain::error_code::ErrorCode::ChangedMeanwhile,
            "somebody else changed this person meanwhile",
        ));
    }
    rows.insert(0, row);
    Ok(unit.commit(&rows, Ok(())).await?)
}
