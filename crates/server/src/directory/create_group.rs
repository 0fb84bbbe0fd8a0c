//! A new group, with its first members. Whether it can hold roles is fixed here.

use domain::{
    audit::{Category, Change, Entry, Target},
    capability,
    error_code::ErrorCode,
    ids::{AuditId, PrincipalId},
    principal::PrincipalKind,
    text::DisplayName,
    wire::graph::NewGroup,
};
use futures::future::FutureExt;

use super::{Act, Acted, create_user::optional};
use crate::{
    app::AppState,
    caller::Caller,
    engine::{self, Rights},
    error::ApiError,
    ids,
    storage::{UnitOfWork, principals, principals::Principal},
};

/// Creates a group with these members, or none of it.
pub async fn create_group(
    state: &AppState,
    caller: &Caller,
    new: NewGroup,
    members: Vec<PrincipalId>,
) -> Result<Principal, ApiError> {
    if new.mail_enabled == Some(true) {
        return Err(ApiError::bad("mailEnabled", "groups with a mailbox are not supported", "false"));
    }
    if new.security_enabled == Some(false) {
        return Err(ApiError::bad("securityEnabled", "only security groups are supported", "true"));
    }
    let name = DisplayName::try_from(new.display_name.unwrap_or_default())
        .map_err(|error| ApiError::bad("displayName", error.to_string(), "1 to 256 characters"))?;
    let act = Act::new(state, caller);
    let id = PrincipalId(ids::fresh());
    let group = Principal {
        id,
        kind: PrincipalKind::Group,
        display_name: name.into(),
        user_principal_name: id.to_string(),
        enabled: true,
        mail: None,
        mail_nickname: nickname(new.mail_nickname)?,
        job_title: None,
        description: optional("description", new.description)?,
        manager: None,
        is_assignable_to_role: new.is_assignable_to_role.unwrap_or_default(),
        is_emergency: false,
        created_at: act.now,
        version: 1,
    };
    let members: Vec<_> = members.into_iter().map(|member| (member, AuditId(ids::in_order()))).collect();
    let input = (group.clone(), members);
    act.run(state, input, |unit, act, (group, members)| run(unit, act, group, members).boxed()).await?;
    Ok(group)
}

/// A name for mails as Graph has it: 1 to 64 ASCII characters that may stand before the `@` of an address.
pub(super) fn nickname(text: Option<String>) -> Result<Option<String>, ApiError> {
    let fits = |c: char| c.is_ascii_graphic() && !"@()\\[]\";:<>,".contains(c);
    match text {
        Some(text) if text.is_empty() || text.len() > 64 || !text.chars().all(fits) => Err(ApiError::bad(
            "mailNickname",
            "this name cannot stand before the `@` of an address",
            "1 to 64 letters, digits and signs other than `@ ( ) \\ [ ] \" ; : < > ,` and blanks, or nothing",
        )),
        text => Ok(text),
    }
}

async fn run(
    unit: &mut UnitOfWork,
    act: Act,
    group: Principal,
    members: Vec<(PrincipalId, AuditId)>,
) -> Acted<()> {
    let mut row = act.entry("Add group", Category::GroupManagement);
    let change =
        |name: &str, after: String| Change { name: name.to_owned(), before: None, after: Some(after) };
    row.targets = vec![Target {
        id: group.id.to_string(),
        name: group.display_name.clone(),
        kind: "Group".to_owned(),
        changes: vec![
            change("displayName", group.display_name.clone()),
            change("isAssignableToRole", group.is_assignable_to_role.to_string()),
        ],
    }];
    let rights = act.rights(unit.db()).await?;
    let may = capability::may_create_group(rights.permissions, group.is_assignable_to_role);
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    rights.tell(&mut row, capability::to_create_group(group.is_assignable_to_role));
    if !members.is_empty() {
        let may = capability::may_change_members(rights.permissions, group.is_assignable_to_role);
        if let Some(refused) = act.check(unit, &row, may).await {
            return refused;
        }
    }
    for (member, _) in &members {
        let found = principals::find(unit.db(), *member).await?.ok_or_else(|| ApiError::not_found(member))?;
        if found.kind == PrincipalKind::Group {
            let error = ApiError::new(ErrorCode::NotSupported, "a group in a group is not supported yet")
                .at("members@odata.bind", "users and service principals");
            return act.refuse(unit, row, error, "a group in a group is not supported").await;
        }
    }
    principals::insert(unit.db(), &group).await?;
    let mut rows = vec![row];
    for (member, id) in members {
        let row = join(unit, &act, &group, member, &rights).await?;
        rows.push(Entry { id, ..row });
    }
    Ok(unit.commit(&rows, Ok(())).await?)
}

/// Adds somebody to the group that is made.
async fn join(
    unit: &mut UnitOfWork,
    act: &Act,
    group: &Principal,
    member: PrincipalId,
    rights: &Rights,
) -> Result<Entry, ApiError> {
    if !principals::add_member(unit.db(), group.id, member).await? {
        let message = format!("the member `{member}` is given twice");
        return Err(ApiError::bad("members@odata.bind", message, "each member once"));
    }
    let mut row = act.entry("Add member to group", Category::GroupManagement);
    row.targets =
        vec![engine::user_target(unit.db(), member).await?, engine::user_target(unit.db(), group.id).await?];
    rights.tell(&mut row, capability::to_change_members(group.is_assignable_to_role));
    Ok(row)
}
