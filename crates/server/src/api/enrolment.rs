//! `/api/account/totp`: a second factor is enrolled at the first sign-in of an account or with an administrator's code,
//! never by a password alone.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    audit::Outcome,
    error_code::ErrorCode,
    ids::AuditId,
    wire::api::{BeginEnrolment, Enrolment, RecoveryCodes, SecondFactor, SessionState},
};
use futures::future::FutureExt;

use super::session::{authentication, still_there};
use crate::{
    app::AppState,
    auth::{
        attempts::Attempt,
        lockout, secret,
        session::{self, Begun},
        totp,
        unseen::refused,
    },
    caller::Caller,
    engine,
    error::ApiError,
    extract::Body,
    ids,
    storage::{
        UnitOfWork,
        credentials::{self, Factor},
        meta, protection, sessions,
    },
};

const ENROLLED: &str = "User registered security info";
/// An administrator's code was used up, whether the enrolment is then finished or not.
const STARTED: &str = "User started security info registration";

/// Why what was given leads nowhere: whoever gave it may do so to people whom nothing protects.
const GIVEN_BEFORE: &str = "what was given came from somebody who may not give it to protected people";

/// How many recovery codes somebody has.
const RECOVERY_CODES: usize = 10;

/// Begins an enrolment: the secret is shown once.
pub async fn begin(
    State(state): State<AppState>,
    Begun(caller, record, user): Begun,
    Body(body): Body<BeginEnrolment>,
) -> Result<Json<Enrolment>, ApiError> {
    if !matches!(record.state, SessionState::Enrolment | SessionState::SignedIn) {
        return Err(ApiError::new(ErrorCode::BadRequest, "an enrolment is not what is asked now")
            .at("session", "finish the step before"));
    }
    key_stands(&state).await?;
    let fresh = totp::fresh_secret();
    let sealed = state.vault.seal(&fresh, &user.id.to_string());
    let code = body.enrolment_code.map(|code| secret::hash_code(&code));
    let (wall, engine) = (state.clock.wall(), state.clock.engine());
    let may_enrol = record.may_enrol;
    // A code has so many bits that guessing is hopeless; that somebody tries is to be seen all the same.
    let attempt = Attempt::new(lockout::enrolment(&user.user_principal_name), &caller.address);
    let mut row = authentication(AuditId(ids::in_order()), engine, ENROLLED, &caller);
    row.outcome = Outcome::Failure;
    let (counted, failure) = (attempt.clone(), row.clone());
    let outcome: Result<Result<(), ApiError>, ApiError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (mut record, sealed, code, caller) =
                (record.clone(), sealed.clone(), code.clone(), caller.clone());
            let (attempt, mut row) = (counted.clone(), failure.clone());
            async move {
                let db = unit.db();
                let protected = protection::person_facts(db, caller.id(), engine).await?.is_protected();
                if let Some(code) = &code {
                    attempt.may(db, wall).await?;
                    let Some(given_for_protected) =
                        credentials::enrolment_code(db, caller.id(), code, wall).await?
                    else {
                        let failures = attempt.failed(db, wall).await?;
                        row.reason = Some("the enrolment code is wrong or over".to_owned());
                        row.details.push(("Failures".to_owned(), failures.to_string()));
                        return Ok(unit.commit(&[row], Err(needs_a_code())).await?);
                    };
                    if protected && !given_for_protected {
                        row.reason = Some(GIVEN_BEFORE.to_owned());
                        return Ok(unit.commit(&[row], Err(needs_another_code())).await?);
                    }
                    record.for_protected = given_for_protected;
                    still_there(credentials::use_enrolment_code(db, caller.id(), code, wall).await?)?;
                    attempt.succeeded(db).await?;
                } else if caller.second_factor && caller.second_factor_enrolled {
                    record.for_protected = true;
                } else if may_enrol && protected && !record.for_protected {
                    row.reason = Some(GIVEN_BEFORE.to_owned());
                    return Ok(unit.commit(&[row], Err(needs_a_code())).await?);
                } else if !may_enrol {
                    row.reason = Some("a second factor is not enrolled by a password alone".to_owned());
                    return Ok(unit.commit(&[row], Err(needs_a_code())).await?);
                }
                // The code is used up: what follows in this session may go on without it.
                record.may_enrol = true;
                record.pending_secret = Some(sealed);
                still_there(sessions::update(unit.db(), &record, None).await?)?;
                if code.is_none() {
                    return Ok(unit.commit_without_audit(Ok(())));
                }
                STARTED.clone_into(&mut row.activity);
                row.outcome = Outcome::Success;
                row.details.push(("Method".to_owned(), "enrolment code".to_owned()));
                Ok(unit.commit(&[row], Ok(())).await?)
            }
            .boxed()
        })
        .await;
    match outcome {
        Ok(done) => done?,
        Err(early) => return Err(refused(&state, &attempt, row, early).await),
    }
    let mut db = state.storage.read().await?;
    let issuer = meta::tenant(&mut db).await?.map(|tenant| tenant.display_name).unwrap_or_default();
    let uri = totp::uri(&fresh, &issuer, &user.user_principal_name);
    Ok(Json(Enrolment { secret: totp::base32(&fresh), qr_rows: totp::qr_rows(&uri), uri }))
}

/// Refuses to seal under a key that was replaced while the server ran: the factor would be lost with its next start.
/// Whoever replaces the key ends all sessions, so one that began before comes no further either.
async fn key_stands(state: &AppState) -> Result<(), ApiError> {
    let mark = meta::get(&mut state.storage.read().await?, meta::KEY_CHECK).await?;
    if mark.is_none_or(|mark| state.vault.has_made(&mark)) {
        return Ok(());
    }
    tracing::error!("the key was replaced: start the server again, with the new key file");
    Err(ApiError::new(
        ErrorCode::Unavailable,
        "the server's key was replaced: whoever runs the server has to start it again",
    ))
}

fn needs_a_code() -> ApiError {
    ApiError::new(ErrorCode::AuthorizationDenied, "a second factor is not enrolled by a password alone")
        .at("enrolmentCode", "a code from an administrator, good for one day")
}

fn needs_another_code() -> ApiError {
    ApiError::new(ErrorCode::AuthorizationDenied, "this code was given before your account was protected").at(
        "enrolmentCode",
        "a new code from a Privileged Authentication Administrator or Global Administrator",
    )
}

/// The first code of the new factor: it counts from now on, and so do ten recovery codes.
pub async fn confirm(
    State(state): State<AppState>,
    Begun(caller, mut record, user): Begun,
    Body(body): Body<SecondFactor>,
) -> Result<Response, ApiError> {
    key_stands(&state).await?;
    let now = state.clock.wall();
    let owner = user.id.to_string();
    let Some(sealed) = record.pending_secret.take().filter(|_| record.may_enrol) else {
        return Err(ApiError::new(ErrorCode::BadRequest, "no enrolment has begun")
            .at("code", "begin the enrolment again"));
    };
    let step = state.vault.unseal(&sealed, &owner).and_then(|s| totp::matching_step(&s, &body.code, now));
    let Some(step) = step else {
        return Err(ApiError::new(ErrorCode::BadRequest, "the code is wrong")
            .at("code", "the six digits that the app shows now; check the clock of the phone"));
    };
    record.may_enrol = false;
    record.second_factor = true;
    record.state = SessionState::SignedIn;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| secret::code(3)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| secret::hash_code(code)).collect();
    let (audit, engine) = (AuditId(ids::in_order()), state.clock.engine());
    let token = secret::session_token();
    let cookie = session::set_cookie(&state, &token);
    let token = secret::hash(&token);
    let outcome: Result<Result<(), ApiError>, ApiError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, record, sealed) = (caller.clone(), record.clone(), sealed.clone());
            let (hashes, token) = (hashes.clone(), token.clone());
            async move {
                let mut row = authentication(audit, engine, ENROLLED, &caller);
                let facts = protection::person_facts(unit.db(), caller.id(), engine).await?;
                if facts.is_protected() && !record.for_protected {
                    row.outcome = Outcome::Failure;
                    row.reason = Some(GIVEN_BEFORE.to_owned());
                    return Ok(unit.commit(&[row], Err(needs_a_code())).await?);
                }
                let factor = Factor { secret: sealed, since: now, last_step: step };
                credentials::set_factor(unit.db(), caller.id(), &factor).await?;
                credentials::set_recovery_codes(unit.db(), caller.id(), &hashes).await?;
                still_there(sessions::update(unit.db(), &record, Some(&token)).await?)?;
                Ok(unit.commit(&[row], Ok(())).await?)
            }
            .boxed()
        })
        .await;
    outcome??;
    Ok(([(header::SET_COOKIE, cookie)], Json(RecoveryCodes { codes })).into_response())
}

fn needs_a_second_factor() -> ApiError {
    ApiError::new(ErrorCode::SecondFactorRequired, "new recovery codes need a second factor")
        .at("secondFactor", "a second factor in this session")
}

/// Ten new recovery codes in place of the old ones.
pub async fn recovery_codes(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| secret::code(3)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| secret::hash_code(code)).collect();
    let (audit, now) = (AuditId(ids::in_order()), state.clock.engine());
    let outcome: Result<Result<(), ApiError>, ApiError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, hashes) = (caller.clone(), hashes.clone());
            async move {
                engine::stands(unit.db(), &caller).await?;
                let mut row = authentication(audit, now, "Renew recovery codes", &caller);
                if !caller.second_factor {
                    row.outcome = Outcome::Failure;
                    row.reason = Some("no second factor was given in this session".to_owned());
                    return Ok(unit.commit(&[row], Err(needs_a_second_factor())).await?);
                }
                credentials::set_recovery_codes(unit.db(), caller.id(), &hashes).await?;
                Ok(unit.commit(&[row], Ok(())).await?)
            }
            .boxed()
        })
        .await;
    outcome??;
    Ok(Json(RecoveryCodes { codes }))
}
