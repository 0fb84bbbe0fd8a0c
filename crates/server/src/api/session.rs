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
    text::fold,
    time::Instant,
    wire::api::{NewPassword, SecondFactor, Session, SessionState, SignIn},
};
use futures::future::FutureExt;

use crate::{
    app::AppState,
    auth::{
        lockout, password, secret,
        session::{self, Address, Begun},
        totp,
    },
    caller::Caller,
    engine,
    error::ApiError,
    extract::Body,
    ids,
    storage::{
        Outcome, StorageError, UnitOfWork, credentials, principals,
        principals::Principal,
        rights,
        sessions::{self, SessionRecord},
    },
};

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
    let account: String = fold(&body.user_name).chars().take(113).collect();
    let now = state.clock.wall();
    let mut db = state.storage.read().await?;
    let (failures, until) = credentials::lockout(&mut db, &account, &address).await?;
    lockout::check(until, now)?;
    let found = principals::find_user(&mut db, &account).await?.filter(|user| user.enabled);
    let credential = match &found {
        Some(user) => credentials::password(&mut db, user.id).await?,
        None => None,
    };
    drop(db);
    let one_time = credential.as_ref().is_some_and(|credential| credential.one_time);
    let right = state.passwords.verify(body.password, credential.map(|credential| credential.hash)).await;
    let Some(user) = found.filter(|_| right) else {
        fail(&state, &account, &address, failures + 1, None).await?;
        return Err(ApiError::new(ErrorCode::InvalidCredentials, "the user name or the password is wrong"));
    };
    let mut db = state.storage.read().await?;
    let has_factor = credentials::factor(&mut db, user.id).await?.is_some();
    let privileged = rights::any_privileged(&rights::in_force(&mut db, user.id, state.clock.engine()).await?);
    drop(db);
    let (mut record, token) = session::fresh(&state, &user, &headers, &address);
    record.state = first_state(one_time, has_factor, privileged);
    record.may_enrol = one_time && !has_factor;
    begin(&state, &user, &account, &address, record, &token).await?;
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
    let account = format!("{}#2", user.user_principal_name);
    let mut db = state.storage.read().await?;
    let (failures, until) = credentials::lockout(&mut db, &account, &address).await?;
    lockout::check(until, now)?;
    let factor = credentials::factor(&mut db, user.id).await?;
    drop(db);
    let Some(factor) = factor else {
        return Err(ApiError::new(ErrorCode::InvalidSecondFactor, "no second factor is enrolled")
            .at("code", "enrol one in My account with a code from an administrator"));
    };
    let secret = state.vault.unseal(&factor.secret, &user.id.to_string()).unwrap_or_default();
    let step = totp::matching_step(&secret, &body.code, now);
    let recovery = secret::hash_code(&body.code);
    record.state = SessionState::SignedIn;
    record.second_factor = true;
    let token = secret::session_token();
    let accepted = accept(&state, &caller, &record, (step, recovery), &token, &account).await?;
    if !accepted {
        fail(&state, &account, &address, failures + 1, Some(&user)).await?;
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
    let old = credentials::password(&mut db, user.id).await?.map(|credential| credential.hash);
    drop(db);
    if state.passwords.verify(body.new.clone(), old).await {
        return Err(ApiError::new(ErrorCode::BadRequest, "the new password is the one-time password")
            .at("new", "another password"));
    }
    let hash = state.passwords.hash(body.new).await;
    record.state =
        if caller.second_factor_enrolled { SessionState::SecondFactor } else { SessionState::Enrolment };
    let token = secret::session_token();
    let audit = AuditId(ids::fresh());
    let (now, wall) = (state.clock.engine(), state.clock.wall());
    let (hashed_token, id) = (secret::hash(&token), user.id);
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, record, hash, token) =
                (caller.clone(), record.clone(), hash.clone(), hashed_token.clone());
            async move {
                credentials::set_password(unit.db(), id, &hash, false, wall).await?;
                sessions::update(unit.db(), &record, Some(&token)).await?;
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
    if let Some(Begun(caller, record, _)) = session::find(&state, &headers, &address).await? {
        let (audit, now) = (AuditId(ids::fresh()), state.clock.engine());
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

const fn first_state(one_time: bool, has_factor: bool, privileged: bool) -> SessionState {
    match (one_time, has_factor, privileged) {
        (true, ..) => SessionState::PasswordChange,
        (false, true, true) => SessionState::SecondFactor,
        (false, false, true) => SessionState::Enrolment,
        (false, _, false) => SessionState::SignedIn,
    }
}

async fn begin(
    state: &AppState,
    user: &Principal,
    account: &str,
    address: &str,
    record: SessionRecord,
    token: &str,
) -> Result<(), ApiError> {
    let (audit, now) = (AuditId(ids::fresh()), state.clock.engine());
    let row = sign_in_row(audit, now, Some(user), account, address, AuditOutcome::Success);
    let (account, address, token) = (account.to_owned(), address.to_owned(), secret::hash(token));
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (row, record) = (row.clone(), record.clone());
            let (account, address, token) = (account.clone(), address.clone(), token.clone());
            async move {
                credentials::clear_lockout(unit.db(), &account, &address).await?;
                sessions::insert(unit.db(), &record, &token).await?;
                unit.commit(&[row], ()).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await
}

/// Uses up the code, inside the transaction, so that no code counts twice.
async fn accept(
    state: &AppState,
    caller: &Caller,
    record: &SessionRecord,
    (step, recovery): (Option<i64>, String),
    token: &str,
    account: &str,
) -> Result<bool, ApiError> {
    let (audit, now) = (AuditId(ids::fresh()), state.clock.engine());
    let (caller, record) = (caller.clone(), record.clone());
    let (token, account) = (secret::hash(token), account.to_owned());
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, record, recovery) = (caller.clone(), record.clone(), recovery.clone());
            let (token, account) = (token.clone(), account.clone());
            async move {
                let how = match step {
                    Some(step) if credentials::use_step(unit.db(), caller.id(), step).await? => {
                        "one-time code"
                    }
                    _ if credentials::use_recovery_code(unit.db(), caller.id(), &recovery).await? => {
                        "recovery code"
                    }
                    _ => return Ok(unit.commit_without_audit(false)),
                };
                sessions::update(unit.db(), &record, Some(&token)).await?;
                credentials::clear_lockout(unit.db(), &account, &caller.address).await?;
                let mut row = authentication(audit, now, "Second factor given", &caller);
                row.details.push(("Method".to_owned(), how.to_owned()));
                unit.commit(&[row], true).await.map_err(ApiError::from)
            }
            .boxed()
        })
        .await
}

/// Counts a failure and writes it down, before it is answered.
async fn fail(
    state: &AppState,
    account: &str,
    address: &str,
    failures: i64,
    user: Option<&Principal>,
) -> Result<(), ApiError> {
    let wall = state.clock.wall();
    let until = wall + lockout::wait_after(failures);
    let (audit, now) = (AuditId(ids::fresh()), state.clock.engine());
    let mut row = sign_in_row(audit, now, user, account, address, AuditOutcome::Failure);
    row.details.push(("Failures".to_owned(), failures.to_string()));
    let (account, address) = (account.to_owned(), address.to_owned());
    let outcome: Result<(), StorageError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (row, account, address) = (row.clone(), account.clone(), address.clone());
            async move {
                // Failures at the same instant are each counted.
                let (known, _) = credentials::lockout(unit.db(), &account, &address).await?;
                let failures = failures.max(known + 1);
                let until = until.max(wall + lockout::wait_after(failures));
                credentials::set_lockout(unit.db(), &account, &address, failures, until, wall).await?;
                unit.commit(&[row], ()).await as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await;
    outcome.map_err(ApiError::from)
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
        user_principal_name: account.trim_end_matches("#2").to_owned(),
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
