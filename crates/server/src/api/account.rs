//! `/api/account`: what a person sees and changes of himself.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    audit::Outcome,
    ids::{AuditId, SessionId},
    wire::api::{Account, NewPassword, Preferences, SessionRow},
};
use futures::future::FutureExt;

use super::session::{authentication, still_there};
use crate::{
    app::AppState,
    auth::{attempts::Attempt, guesses::fail, lockout, password, unseen::refused},
    caller::Caller,
    engine,
    error::ApiError,
    extract::{self, Body},
    ids,
    storage::{UnitOfWork, credentials, principals, sessions},
};

const CHANGE_PASSWORD: &str = "Change password (self-service)";

/// Factors, sessions, preferences.
pub async fn get(State(state): State<AppState>, caller: Caller) -> Result<Json<Account>, ApiError> {
    let mut db = state.storage.read().await?;
    let factor = credentials::factor(&mut db, caller.id()).await?;
    let left = credentials::recovery_codes_left(&mut db, caller.id()).await?;
    let rows = sessions::of_principal(&mut db, caller.id()).await?;
    Ok(Json(Account {
        user: caller.person.clone(),
        second_factor_since: factor.map(|factor| factor.since),
        recovery_codes_left: u32::try_from(left).unwrap_or(u32::MAX),
        sessions: rows
            .into_iter()
            .map(|row| SessionRow {
                id: row.id,
                current: row.id == caller.session,
                created_date_time: row.created,
                last_used_date_time: row.used,
                address: row.address,
                agent: row.agent,
            })
            .collect(),
        preferences: caller.preferences,
    }))
}

/// Another password: the present one is asked, and all other sessions end.
pub async fn password(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<NewPassword>,
) -> Result<StatusCode, ApiError> {
    // Whoever finds an unlocked screen shall not find out the password there.
    let attempt = Attempt::new(lockout::password(&caller.person.user_principal_name), lockout::EVERYWHERE);
    let mut db = state.storage.read().await?;
    let may = attempt.may(&mut db, state.clock.wall()).await;
    if let Err(early) = may {
        drop(db);
        let row = authentication(AuditId(ids::in_order()), state.clock.engine(), CHANGE_PASSWORD, &caller);
        return Err(refused(&state, &attempt, row, early).await);
    }
    let known = credentials::password(&mut db, caller.id()).await?.map(|credential| credential.hash);
    let before = known.clone();
    let user = principals::find(&mut db, caller.id()).await?;
    drop(db);
    password::check_new(
        &body.new,
        &caller.person.user_principal_name,
        user.is_some_and(|user| user.is_emergency),
    )?;
    if !state.passwords.verify(body.current.unwrap_or_default(), known, &caller.address).await? {
        let (audit, now) = (AuditId(ids::in_order()), state.clock.engine());
        let mut row = authentication(audit, now, CHANGE_PASSWORD, &caller);
        row.outcome = Outcome::Failure;
        fail(&state, std::slice::from_ref(&attempt), row).await?;
        return Err(ApiError::bad(
            "current",
            "the present password is wrong",
            "the password you signed in with",
        ));
    }
    let hash = state.passwords.hash(body.new, &caller.address).await?;
    let (audit, now, wall) = (AuditId(ids::in_order()), state.clock.engine(), state.clock.wall());
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, hash, attempt, before) =
                (caller.clone(), hash.clone(), attempt.clone(), before.clone());
            async move {
                attempt.may(unit.db(), wall).await?;
                // Verifying and hashing took their time: what an administrator reset meanwhile stays reset.
                engine::stands(unit.db(), &caller).await?;
                let now_known = credentials::password(unit.db(), caller.id()).await?.map(|known| known.hash);
                still_there(now_known == before)?;
                attempt.succeeded(unit.db()).await?;
                credentials::set_password(unit.db(), caller.id(), &hash, credentials::Origin::Own, wall)
                    .await?;
                sessions::end_all(unit.db(), caller.id(), Some(caller.session)).await?;
                let row = authentication(audit, now, CHANGE_PASSWORD, &caller);
                unit.commit(&[row], ()).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Zone and theme.
pub async fn preferences(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<Preferences>,
) -> Result<Json<Preferences>, ApiError> {
    if let Some(zone) = body.time_zone.as_deref().filter(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
        return Err(ApiError::bad(
            "timeZone",
            format!("`{}` is no time zone", zone.chars().take(60).collect::<String>()),
            "an IANA name such as `Europe/Berlin`, or nothing to follow the browser",
        ));
    }
    let chosen = body.clone();
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (id, body) = (caller.id(), chosen.clone());
            async move {
                sessions::set_preferences(unit.db(), id, &body).await?;
                Ok::<_, ApiError>(unit.commit_without_audit(()))
            }
            .boxed()
        })
        .await?;
    Ok(Json(body))
}

/// Ends one of the caller's sessions.
pub async fn end_one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id: SessionId = extract::id(&id)?;
    end(state, caller, Some(id)).await
}

/// Ends all of the caller's sessions but this one.
pub async fn end_others(State(state): State<AppState>, caller: Caller) -> Result<StatusCode, ApiError> {
    end(state, caller, None).await
}

async fn end(state: AppState, caller: Caller, one: Option<SessionId>) -> Result<StatusCode, ApiError> {
    let (audit, now) = (AuditId(ids::in_order()), state.clock.engine());
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let caller = caller.clone();
            async move {
                engine::stands(unit.db(), &caller).await?;
                let ended = match one {
                    Some(id) if sessions::end(unit.db(), caller.id(), id).await? => 1,
                    Some(id) => return Err(ApiError::not_found(id)),
                    None => sessions::end_all(unit.db(), caller.id(), Some(caller.session)).await?,
                };
                // What ends nothing is no news: anybody might ask it without end.
                if ended == 0 {
                    return Ok(unit.commit_without_audit(()));
                }
                let row = authentication(audit, now, "End sessions", &caller);
                unit.commit(&[row], ()).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
