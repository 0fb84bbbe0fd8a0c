//! What administrators do for people who cannot sign in: a one-time password, a code for a new second factor.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    audit::{Category, Outcome},
    capability,
    ids::{AuditId, PrincipalId},
    permission::Permission,
    principal::PrincipalKind,
    time::Span,
    wire::api::{EnrolmentCode, OneTimePassword},
};
use futures::future::FutureExt;

use crate::{
    app::AppState,
    auth::{password, secret},
    caller::Caller,
    engine::{self, Rights},
    error::ApiError,
    extract, ids,
    storage::{UnitOfWork, credentials, principals, sessions},
};

/// An enrolment code counts for so long.
const ENROLMENT_CODE: Span = Span::days(1);

/// Which of the two.
#[derive(Clone, Copy)]
enum Act {
    Password,
    Factor,
}

/// A one-time password, shown once. All sessions of the person end.
pub async fn reset_password(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<OneTimePassword>, ApiError> {
    let id: PrincipalId = extract::id(&id)?;
    let password = secret::one_time_password();
    // Hashing costs a core: whoever may not does not get that far, and is refused inside as everybody is.
    let hash = match capability::needs(caller.permissions, Permission::ResetPasswords) {
        Ok(()) => state.passwords.hash(password.clone(), &caller.address).await?,
        Err(_) => String::new(),
    };
    reset(&state, caller, id, Act::Password, hash).await?;
    Ok(Json(OneTimePassword { password }))
}

/// A code to enrol a new second factor with; the old one and its recovery codes are gone, and all sessions end.
pub async fn reset_second_factor(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<EnrolmentCode>, ApiError> {
    let id: PrincipalId = extract::id(&id)?;
    let code = secret::code(4);
    reset(&state, caller, id, Act::Factor, secret::hash_code(&code)).await?;
    Ok(Json(EnrolmentCode { code }))
}

async fn reset(
    state: &AppState,
    caller: Caller,
    id: PrincipalId,
    act: Act,
    hash: String,
) -> Result<(), ApiError> {
    if id == caller.id() {
        let message = "nobody does this for himself";
        return Err(ApiError::bad("id", message, "somebody else; for yourself use My account"));
    }
    let (audit, now, wall) = (AuditId(ids::in_order()), state.clock.engine(), state.clock.wall());
    let outcome: Result<Result<(), ApiError>, ApiError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, hash) = (caller.clone(), hash.clone());
            async move {
                let db = unit.db();
                let found = principals::find(db, id).await?.filter(|p| p.kind == PrincipalKind::User);
                let Some(person) = found else { return Err(ApiError::not_found(id)) };
                let (permission, activity) = match act {
                    Act::Password => (Permission::ResetPasswords, "Reset user password"),
                    Act::Factor => (Permission::ResetSecondFactors, "Admin deleted security info"),
                };
                let mut row =
                    engine::entry(audit, now, activity, Category::UserManagement, engine::actor(&caller));
                row.targets = vec![engine::user_target(db, id).await?];
                let rights = Rights::load(db, &caller, now).await?;
                let facts = principals::person_facts(db, id, now).await?;
                if let Err(lack) = capability::may_touch(rights.permissions, permission, facts) {
                    row.outcome = Outcome::Failure;
                    row.reason = Some(lack.reason.clone());
                    return Ok(unit.commit(&[row], Err(ApiError::lacks(lack))).await?);
                }
                facts.needed(permission).into_iter().for_each(|needed| rights.tell(&mut row, needed));
                match act {
                    Act::Password => {
                        let until = Some(wall + password::ONE_TIME);
                        credentials::set_password(db, person.id, &hash, until, wall).await?;
                    }
                    Act::Factor => {
                        credentials::remove_factor(db, person.id).await?;
                        credentials::set_enrolment_code(db, person.id, &hash, wall + ENROLMENT_CODE).await?;
                    }
                }
                sessions::end_all(db, person.id, None).await?;
                Ok(unit.commit(&[row], Ok(())).await?)
            }
            .boxed()
        })
        .await;
    outcome?
}
