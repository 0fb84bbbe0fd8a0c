//! `/api/session`: signing in, stepping up, signing out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    audit::{Actor, Category, Entry, Outcome as AuditOutcome},
    error_code::ErrorCode,
    ids::AuditId,
    text::{PRINCIPAL_NAME_MAX, fold},
    time::Instant,
    wire::api::{NewPassword, SecondFactor, Session, SessionState, SignIn},
};
use futures::future::FutureExt;

use crate::{
    app::AppState,
    auth::{
        attempts::Attempt,
        gate::Gate,
        guesses::fail,
        lockout, password, secret,
        session::{self, Address, Begun},
        totp,
        unseen::refused,
    },
    caller::Caller,
    engine,
    error::ApiError,
    extract::Body,
    ids,
    storage::{
        Connection, StorageError, UnitOfWork,
        credentials::{self, Credential, Origin},
        known_addresses, principals,
        principals::Principal,
        rights,
        sessions::{self, SessionRecord},
    },
};

const SECOND_FACTOR: &str = "Second factor given";

/// How far this browser's sign-in has come. Also answers when nobody is signed in.
pub async fn get(
    State(state): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
) -> Result<Json<Session>, ApiError> {
    let begun = session::find(&state, &headers, &address).await?;
    session::describe(&state, begun.as_ref().map(|begun| &begun.0)).await.map(Json)
}

/// The first step: name and password. Every failure is counted before it is answered.
pub async fn sign_in(
    State(state): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<Response, ApiError> {
    let typed = fold(&body.user_name);
    let account: String = typed.chars().take(PRINCIPAL_NAME_MAX).collect();
    let mut db = state.storage.read().await?;
    // Nobody has a longer name, but what is kept of one may be somebody's and blanks, and would be counted apart.
    let found = if account == typed { principals::find_user(&mut db, &account).await? } else { None };
    let found = found.filter(|user| user.enabled);
    let is_known = match &found {
        Some(user) => is_known(&mut db, user, &address).await?,
        None => false,
    };
    let gate = Gate::new(&state, &mut db, &account, &address, is_known).await?;
    let failure = || {
        let (audit, now) = (AuditId(ids::in_order()), state.clock.engine());
        sign_in_row(audit, now, None, &account, &address, AuditOutcome::Failure)
    };
    let _looked = match gate.open(&state, &mut db).await {
        Ok(looked) => looked,
        Err((attempt, early)) => {
            drop(db);
            return Err(gate.refuse(&state, &attempt, failure(), early).await);
        }
    };
    let credential = match &found {
        Some(user) => credentials::password(&mut db, user.id).await?,
        None => None,
    };
    drop(db);
    let hash = credential.as_ref().and_then(|known| known.to_sign_in(state.clock.wall()));
    let right = match state.passwords.verify(body.password, hash, &address).await {
        Ok(right) => right,
        Err(crowded) => return Err(gate.heard(crowded.into()).await),
    };
    let Some((user, credential)) = found.zip(credential).filter(|_| right) else {
        state.passwords.note(&address, false);
        let error = fail(&state, &gate.attempts, failure()).await.err().unwrap_or_else(wrong);
        return Err(gate.heard(error).await);
    };
    let mut db = state.storage.read().await?;
    let has_factor = credentials::factor(&mut db, user.id).await?.is_some();
    let privileged = rights::any_privileged(&rights::in_force(&mut db, user.id, state.clock.engine()).await?);
    drop(db);
    let (mut record, token) = session::fresh(&state, &user, &headers, &address);
    record.state = first_state(credential.one_time, has_factor, privileged);
    // An administrator who reset a password must not come by the person's second factor with it.
    record.may_enrol = credential.is_first && !has_factor;
    record.for_protected = credential.for_protected;
    let old = session::cookie(&headers, state.cookie_name()).map(secret::hash);
    let start = Start { record, token: secret::hash(&token), old };
    if let Err(error) = begin(&state, &user, &gate.attempts, credential, start).await {
        // Which of them was made too early meanwhile tells the history.
        let mut db = state.storage.read().await?;
        let early = gate.early(&state, &mut db).await;
        drop(db);
        let attempt = early.map_or_else(|| gate.attempts[0].clone(), |(attempt, _)| attempt);
        return Err(gate.refuse(&state, &attempt, failure(), error).await);
    }
    state.passwords.note(&address, true);
    answer(&state, &address, &token).await
}

/// Six digits or a recovery code: the second step of signing in, or a step-up later.
pub async fn second_factor(
    State(state): State<AppState>,
    Address(address): Address,
    Begun(caller, mut record, user): Begun,
    Body(body): Body<SecondFactor>,
) -> Result<Response, ApiError> {
    if !matches!(record.state, SessionState::SecondFactor | SessionState::SignedIn) {
        return Err(ApiError::new(ErrorCode::BadRequest, "a second factor is not what is asked now")
            .at("session", "finish the step before"));
    }
    let now = state.clock.wall();
    let attempt = Attempt::new(lockout::second_factor(&user.user_principal_name), lockout::EVERYWHERE);
    let mut db = state.storage.read().await?;
    let factor = credentials::factor(&mut db, user.id).await?;
    drop(db);
    let Some(factor) = factor else {
        return Err(ApiError::new(ErrorCode::InvalidSecondFactor, "no second factor is enrolled")
            .at("code", "enrol one in My account with a code from an administrator"));
    };
    // Under another key nothing opens, and no code is right: the codes of an empty secret are everybody's.
    let secret = state.vault.unseal(&factor.secret, &user.id.to_string());
    if secret.is_none() {
        tracing::error!("a second factor does not open: is the key file the one it was sealed with?");
    }
    let step = secret.and_then(|secret| totp::matching_step(&secret, &body.code, now));
    let recovery = secret::hash_code(&body.code);
    record.state = SessionState::SignedIn;
    record.second_factor = true;
    let token = secret::session_token();
    let accepted = match accept(&state, &caller, &record, (step, recovery), &token, &attempt).await {
        Ok(accepted) => accepted,
        Err(early) => {
            let (audit, now) = (AuditId(ids::in_order()), state.clock.engine());
            let row = authentication(audit, now, SECOND_FACTOR, &caller);
            return Err(refused(&state, &attempt, row, early).await);
        }
    };
    if !accepted {
        return Err(ApiError::new(ErrorCode::InvalidSecondFactor, "the code is wrong, or was used before")
            .at("code", "the six digits that the app shows now, or a recovery code"));
    }
    answer(&state, &address, &token).await
}

/// The new password right after a one-time one.
pub async fn first_password(
    State(state): State<AppState>,
    Address(address): Address,
    Begun(caller, mut record, user): Begun,
    Body(body): Body<NewPassword>,
) -> Result<Response, ApiError> {
    if record.state != SessionState::PasswordChange {
        return Err(ApiError::new(ErrorCode::BadRequest, "a new password is not what is asked now")
            .at("session", "change it in My account"));
    }
    password::check_new(&body.new, &user.user_principal_name, user.is_emergency)?;
    let mut db = state.storage.read().await?;
    let old = credentials::password(&mut db, user.id).await?.map(|credential| credential.to_differ_from());
    drop(db);
    if state.passwords.verify(body.new.clone(), old, &address).await? {
        return Err(ApiError::new(ErrorCode::BadRequest, "the new password is the one-time password")
            .at("new", "another password"));
    }
    let hash = state.passwords.hash(body.new, &address).await?;
    record.state = if caller.second_factor_enrolled {
        SessionState::SecondFactor
    } else if record.may_enrol {
        SessionState::Enrolment
    } else {
        first_state(false, false, rights::any_privileged(&caller.rights))
    };
    let token = secret::session_token();
    let audit = AuditId(ids::in_order());
    let (now, wall) = (state.clock.engine(), state.clock.wall());
    let (hashed_token, id) = (secret::hash(&token), user.id);
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, record, hash, token) =
                (caller.clone(), record.clone(), hash.clone(), hashed_token.clone());
            async move {
                credentials::set_password(unit.db(), id, &hash, Origin::Own, wall).await?;
                still_there(sessions::update(unit.db(), &record, Some(&token)).await?)?;
                let row = authentication(audit, now, "Change password (self-service)", &caller);
                unit.commit(&[row], ()).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await?;
    answer(&state, &address, &token).await
}

/// Ends this session.
pub async fn sign_out(
    State(state): State<AppState>,
    Address(address): Address,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(Begun(caller, record, _)) = session::find_meant(&state, &headers, &address).await? {
        let (audit, now) = (AuditId(ids::in_order()), state.clock.engine());
        state
            .storage
            .write(move |unit: &mut UnitOfWork| {
                let caller = caller.clone();
                async move {
                    sessions::end(unit.db(), caller.id(), record.id).await?;
                    let row = authentication(audit, now, "Sign-out", &caller);
                    unit.commit(&[row], ()).await.map_err(ApiError::from)
                }
                .boxed()
            })
            .await?;
    }
    let cookie = session::set_cookie(&state, "");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Whether what strangers fail at an address does not keep somebody out there: whoever signed in from there of late, and
/// accounts kept for emergencies from everywhere.
async fn is_known(db: &mut Connection, user: &Principal, address: &str) -> Result<bool, StorageError> {
    Ok(user.is_emergency || known_addresses::is_known(db, user.id, &lockout::address(address)).await?)
}

const fn first_state(one_time: bool, has_factor: bool, privileged: bool) -> SessionState {
    match (one_time, has_factor, privileged) {
        (true, ..) => SessionState::PasswordChange,
        (false, true, true) => SessionState::SecondFactor,
        (false, false, true) => SessionState::Enrolment,
        (false, _, false) => SessionState::SignedIn,
    }
}

/// The session that a right password begins.
#[derive(Clone)]
struct Start {
    record: SessionRecord,
    /// The hash of its cookie's secret.
    token: String,
    /// The hash of the secret that this browser had before.
    old: Option<String>,
}

async fn begin(
    state: &AppState,
    user: &Principal,
    attempts: &[Attempt; 2],
    credential: Credential,
    start: Start,
) -> Result<(), ApiError> {
    let (audit, now, wall) = (AuditId(ids::in_order()), state.clock.engine(), state.clock.wall());
    let row = sign_in_row(
        audit,
        now,
        Some(user),
        &user.user_principal_name,
        &start.record.address,
        AuditOutcome::Success,
    );
    let (attempts, id) = (attempts.clone(), user.id);
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (row, start) = (row.clone(), start.clone());
            let ([attempt, at_address], credential) = (attempts.clone(), credential.clone());
            async move {
                let db = unit.db();
                attempt.may(db, wall).await?;
                at_address.may(db, wall).await?;
                // Verifying took its time: a password that was reset meanwhile opens nothing any more, nor does a
                // one-time password that was used meanwhile, or an account that was disabled.
                let known = credentials::password(db, id).await?;
                let same = known.is_some_and(|known| known.hash == credential.hash);
                let enabled = principals::find(db, id).await?.is_some_and(|user| user.enabled);
                let unused =
                    !credential.one_time || credentials::use_one_time(db, id, &credential.hash).await?;
                if !(same && enabled && unused) {
                    return Err(wrong());
                }
                attempt.succeeded(db).await?;
                known_addresses::remember(db, id, &lockout::address(&start.record.address), wall).await?;
                if let Some(old) = &start.old {
                    sessions::end_behind(db, old).await?;
                }
                sessions::insert(db, &start.record, &start.token).await?;
                unit.commit(&[row], ()).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await
}

/// Uses up the code, inside the transaction, so that no code counts twice and every wrong one is counted.
async fn accept(
    state: &AppState,
    caller: &Caller,
    record: &SessionRecord,
    (step, recovery): (Option<i64>, String),
    token: &str,
    attempt: &Attempt,
) -> Result<bool, ApiError> {
    let (audit, now, wall) = (AuditId(ids::in_order()), state.clock.engine(), state.clock.wall());
    let (caller, record) = (caller.clone(), record.clone());
    let (token, attempt) = (secret::hash(token), attempt.clone());
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, record, recovery) = (caller.clone(), record.clone(), recovery.clone());
            let (token, attempt) = (token.clone(), attempt.clone());
            async move {
                attempt.may(unit.db(), wall).await?;
                let mut row = authentication(audit, now, SECOND_FACTOR, &caller);
                let how = match step {
                    Some(step) if credentials::use_step(unit.db(), caller.id(), step).await? => {
                        "one-time code"
                    }
                    _ if credentials::use_recovery_code(unit.db(), caller.id(), &recovery).await? => {
                        "recovery code"
                    }
                    _ => {
                        let failures = attempt.failed(unit.db(), wall).await?;
                        row.outcome = AuditOutcome::Failure;
                        row.details.push(("Failures".to_owned(), failures.to_string()));
                        return unit.commit(&[row], false).await.map_err(ApiError::from);
                    }
                };
                still_there(sessions::update(unit.db(), &record, Some(&token)).await?)?;
                attempt.succeeded(unit.db()).await?;
                row.details.push(("Method".to_owned(), how.to_owned()));
                unit.commit(&[row], true).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await
}

fn wrong() -> ApiError {
    ApiError::new(ErrorCode::InvalidCredentials, "the user name or the password is wrong")
}

/// A session that was ended meanwhile goes no further.
pub(super) fn still_there(updated: bool) -> Result<(), ApiError> {
    if updated { Ok(()) } else { Err(ApiError::new(ErrorCode::NotSignedIn, "the session was ended")) }
}

fn sign_in_row(
    id: AuditId,
    now: Instant,
    user: Option<&Principal>,
    account: &str,
    address: &str,
    outcome: AuditOutcome,
) -> Entry {
    let actor = Actor::Person {
        id: user.map(|user| user.id),
        name: user.map(|user| user.display_name.clone()).unwrap_or_default(),
        user_principal_name: account.to_owned(),
        address: Some(address.to_owned()),
    };
    let mut row = engine::entry(id, now, "Sign-in", Category::Authentication, actor);
    row.outcome = outcome;
    row
}

/// A row about the caller's own sign-in.
pub fn authentication(id: AuditId, now: Instant, activity: &str, caller: &Caller) -> Entry {
    engine::entry(id, now, activity, Category::Authentication, engine::actor(caller))
}

/// The new state of the sign-in, with its new cookie.
async fn answer(state: &AppState, address: &str, token: &str) -> Result<Response, ApiError> {
    let mut headers = HeaderMap::new();
    let pair = format!("{}={token}", state.cookie_name());
    headers.insert(header::COOKIE, HeaderValue::from_str(&pair).unwrap_or(HeaderValue::from_static("")));
    let begun = session::find(state, &headers, address).await?;
    let described = session::describe(state, begun.as_ref().map(|begun| &begun.0)).await?;
    Ok(([(header::SET_COOKIE, session::set_cookie(state, token))], Json(described)).into_response())
}
