//! What administrators do for people who cannot sign in: a one-time password, or a code for a new second factor. All
//! sessions of the person end, and what was guessed before counts no more.

use domain::{audit::Category, capability, ids::PrincipalId, permission::Permission, time::Span};
use futures::future::FutureExt;

use super::{Act, Acted, user};
use crate::{
    app::AppState,
    auth::{lockout, password, secret},
    caller::Caller,
    engine,
    error::ApiError,
    storage::{UnitOfWork, credentials, principals::Principal, protection, sessions},
};

/// An enrolment code counts for so long.
const ENROLMENT_CODE: Span = Span::days(1);

/// What takes the place of what the person had. Both are hashes.
#[derive(Clone)]
enum Fresh {
    /// None was made where the caller had no right to at the beginning.
    Password(Option<String>),
    EnrolmentCode(String),
}

/// Gives a person a one-time password, which is shown once.
pub async fn reset_password(state: &AppState, caller: &Caller, id: PrincipalId) -> Result<String, ApiError> {
    let password = secret::one_time_password();
    // Hashing costs a core: whoever may not does not get that far, and is refused inside as everybody is.
    let hash = match capability::needs(caller.permissions, Permission::ResetPasswords) {
        Ok(()) => Some(state.passwords.hash(password.clone(), &caller.address).await?),
        Err(_) => None,
    };
    reset(state, caller, id, Fresh::Password(hash)).await?;
    Ok(password)
}

/// Gives a person a code to enrol a new second factor with; the old one and its recovery codes are gone.
pub async fn reset_second_factor(
    state: &AppState,
    caller: &Caller,
    id: PrincipalId,
) -> Result<String, ApiError> {
    let code = secret::code(4);
    reset(state, caller, id, Fresh::EnrolmentCode(secret::hash_code(&code))).await?;
    Ok(code)
}

async fn reset(state: &AppState, caller: &Caller, id: PrincipalId, fresh: Fresh) -> Result<(), ApiError> {
    if id == caller.id() {
        let message = "nobody does this for himself";
        return Err(ApiError::bad("id", message, "somebody else; for yourself use My account"));
    }
    let act = Act::new(state, caller);
    act.run(state, (id, fresh), |unit, act, (id, fresh)| run(unit, act, id, fresh).boxed()).await
}

async fn run(unit: &mut UnitOfWork, act: Act, id: PrincipalId, fresh: Fresh) -> Acted<()> {
    let Principal { id, user_principal_name: name, .. } = user(unit.db(), id).await?;
    let (permission, activity) = match fresh {
        Fresh::Password(_) => (Permission::ResetPasswords, "Reset user password"),
        Fresh::EnrolmentCode(_) => (Permission::ResetSecondFactors, "Admin deleted security info"),
    };
    let mut row = act.entry(activity, Category::UserManagement);
    row.targets = vec![engine::user_target(unit.db(), id).await?];
    let rights = act.rights(unit.db()).await?;
    let facts = protection::person_facts(unit.db(), id, act.now).await?;
    let mut may = capability::may_touch(rights.permissions, permission, facts);
    if matches!(fresh, Fresh::Password(None)) {
        // The right began after the password was not hashed; the call is good the next time.
        may = may.and(Err(capability::Lack { reason: "the right has just begun, try again".to_owned() }));
    }
    if let Some(refused) = act.check(unit, &row, may).await {
        return refused;
    }
    facts.needed(permission).into_iter().for_each(|needed| rights.tell(&mut row, needed));
    let guessed = match fresh {
        Fresh::Password(_) => lockout::of_password(&name),
        Fresh::EnrolmentCode(_) => lockout::of_factor(&name),
    };
    for account in guessed {
        credentials::clear_lockouts(unit.db(), &account).await?;
    }
    match fresh {
        Fresh::Password(hash) => {
            let reset = credentials::Origin::Reset(act.wall + password::ONE_TIME);
            credentials::set_password(unit.db(), id, &hash.unwrap_or_default(), reset, act.wall).await?;
            // Who made the owner wait knew the password that counts no more. The count stays: whoever resets again and
            // again has no more guesses at the factor for it.
            credentials::end_wait(unit.db(), &lockout::second_factor(&name), act.wall).await?;
        }
        Fresh::EnrolmentCode(hash) => {
            credentials::remove_factor(unit.db(), id).await?;
            let (until, for_protected) =
                (act.wall + ENROLMENT_CODE, super::may_enrol_whomever(rights.permissions));
            credentials::set_enrolment_code(unit.db(), id, &hash, until, for_protected).await?;
        }
    }
    sessions::end_all(unit.db(), id, None).await?;
    Ok(unit.commit(&[row], Ok(())).await?)
}
