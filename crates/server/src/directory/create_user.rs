//! A new person, with a one-time password.

use domain::{
    audit::{Category, Change},
    capability,
    error_code::ErrorCode,
    ids::PrincipalId,
    permission::Permission,
    principal::PrincipalKind,
    text::{DisplayName, UserPrincipalName, fold},
    wire::graph::NewUser,
};
use futures::future::FutureExt;

use super::{Act, Acted};
use crate::{
    app::AppState,
    auth::{password, secret},
    caller::Caller,
    engine,
    error::ApiError,
    ids, mail,
    storage::{UnitOfWork, credentials, meta, principals, principals::Principal},
};

/// Creates a person. Gives the password too when the server made it.
pub async fn create_user(
    state: &AppState,
    caller: &Caller,
    new: NewUser,
) -> Result<(Principal, Option<String>), ApiError> {
    // Hashing costs a core: whoever may not create people does not get that far. The rule is asked again inside.
    let allowed = capability::needs(caller.permissions, Permission::CreateUsers);
    only_what_holds(&new)?;
    let name = DisplayName::try_from(new.display_name.unwrap_or_default())
        .map_err(|error| ApiError::bad("displayName", error.to_string(), "1 to 256 characters"))?;
    let upn = UserPrincipalName::try_from(new.user_principal_name.unwrap_or_default()).map_err(|error| {
        ApiError::bad("userPrincipalName", error.to_string(), "a sign-in name such as `name@domain.example`")
    })?;
    let act = Act::new(state, caller);
    let person = Principal {
        id: PrincipalId(ids::fresh()),
        kind: PrincipalKind::User,
        display_name: name.into(),
        user_principal_name: upn.into(),
        enabled: new.account_enabled.unwrap_or(true),
        mail: address(new.mail)?,
        mail_nickname: None,
        job_title: optional("jobTitle", new.job_title)?,
        description: None,
        manager: None,
        is_assignable_to_role: false,
        is_emergency: false,
        created_at: act.now,
        version: 1,
    };
    let wished = new.password_profile.and_then(|profile| profile.password);
    if let Some(password) = &wished {
        password::check_new(password, &person.user_principal_name, false)?;
    }
    let made = wished.is_none().then(secret::one_time_password);
    let hash = match (allowed, wished.or_else(|| made.clone())) {
        (Ok(()), Some(password)) => state.passwords.hash(password, &caller.address).await?,
        _ => String::new(),
    };
    let input = (person.clone(), hash);
    act.run(state, input, |unit, act, (person, hash)| run(unit, act, person, hash).boxed()).await?;
    Ok((person, made))
}

/// What every user has alike is taken as Graph's clients send it, and refused where it says otherwise: nothing is
/// accepted and then not done.
fn only_what_holds(new: &NewUser) -> Result<(), ApiError> {
    let fixed = |field: &str, allowed: &str| {
        Err(ApiError::bad(
            field,
            format!("another {field} is not supported"),
            format!("`{allowed}`, or nothing"),
        ))
    };
    if new.user_type.as_ref().is_some_and(|kind| !kind.eq_ignore_ascii_case("Member")) {
        return fixed("userType", "Member");
    }
    if new.password_profile.as_ref().and_then(|profile| profile.force_change_password_next_sign_in)
        == Some(false)
    {
        return fixed("forceChangePasswordNextSignIn", "true");
    }
    let upn = new.user_principal_name.as_deref().map(str::trim).and_then(|upn| upn.split_once('@'));
    match (&new.mail_nickname, upn) {
        (Some(nickname), Some((own, _))) if fold(nickname) != fold(own) => fixed("mailNickname", own),
        _ => Ok(()),
    }
}

async fn run(unit: &mut UnitOfWork, act: Act, person: Principal, hash: String) -> Acted<()> {
    let mut row = act.entry("Add user", Category::UserManagement);
    let mut target = engine::user_target(unit.db(), person.id).await?;
    target.name.clone_from(&person.user_principal_name);
    "User".clone_into(&mut target.kind);
    let change =
        |name: &str, after: String| Change { name: name.to_owned(), before: None, after: Some(after) };
    target.changes = vec![
        change("displayName", person.display_name.clone()),
        change("userPrincipalName", person.user_principal_name.clone()),
        change("accountEnabled", person.enabled.to_string()),
    ];
    row.targets = vec![target];
    let rights = act.rights(unit.db()).await?;
    let mut may = capability::needs(rights.permissions, Permission::CreateUsers);
    if hash.is_empty() {
        // The right began after the password was not hashed; the call is good the next time.
        may = may.and(Err(capability::Lack { reason: "the right has just begun, try again".to_owned() }));
    }
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    rights.tell(&mut row, Permission::CreateUsers);
    let domain = meta::get(unit.db(), meta::TENANT_DOMAIN).await?.map(|domain| fold(&domain));
    let (_, chosen) = person.user_principal_name.split_once('@').unwrap_or_default();
    if let Some(domain) = domain.filter(|domain| *domain != fold(chosen)) {
        let message = "The domain portion of the userPrincipalName property is invalid. You must use one of the \
            verified domain names in your organization.";
        let error = ApiError::bad("userPrincipalName", message, format!("a name that ends with `@{domain}`"));
        return act.refuse(unit, row, error, "the domain is not the organisation's").await;
    }
    if principals::find_user(unit.db(), &person.user_principal_name).await?.is_some() {
        let error = taken(&person.user_principal_name);
        return act.refuse(unit, row, error, "the sign-in name is taken").await;
    }
    match principals::insert(unit.db(), &person).await {
        Err(error) if error.is_conflict() => return Err(taken(&person.user_principal_name)),
        other => other?,
    }
    let until = act.wall + password::ONE_TIME;
    let first = if super::may_enrol_whomever(rights.permissions) {
        credentials::Origin::Trusted(until)
    } else {
        credentials::Origin::First(until)
    };
    credentials::set_password(unit.db(), person.id, &hash, first, act.wall).await?;
    Ok(unit.commit(&[row], Ok(())).await?)
}

fn taken(upn: &str) -> ApiError {
    ApiError::new(
        ErrorCode::ObjectConflict,
        format!("Another object with the same value for property userPrincipalName already exists: `{upn}`."),
    )
    .at("userPrincipalName", "a sign-in name that nobody has")
}

/// A text that may be left out, of at most 256 characters.
pub(super) fn optional(field: &str, text: Option<String>) -> Result<Option<String>, ApiError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match &text {
        Some(long) if long.chars().count() > 256 || long.chars().any(char::is_control) => Err(ApiError::bad(
            field,
            format!("{field} has {} characters", long.chars().count()),
            "at most 256 characters, no control characters",
        )),
        _ => Ok(text),
    }
}

/// An address that mails can be sent to, or none.
pub(super) fn address(text: Option<String>) -> Result<Option<String>, ApiError> {
    let text = optional("mail", text)?;
    match &text {
        Some(text) if !mail::is_address(text) => {
            let message = format!("`{text}` is not a mail address");
            Err(ApiError::bad("mail", message, "one address such as `ada@example.org`, or null"))
        }
        _ => Ok(text),
    }
}
