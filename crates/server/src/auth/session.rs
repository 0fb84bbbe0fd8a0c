//! Sessions: from the cookie to the caller, and from the caller to what the portal is told.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use domain::{
    error_code::ErrorCode,
    ids::SessionId,
    permission::{Permission, Permissions},
    time::{Instant, Span},
    wire::{
        SPEAKS_AS, UNATTENDED,
        api::{Person, Session, SessionState},
    },
};
use futures::future::FutureExt;

pub use super::address::Address;
use super::secret;
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    ids,
    middleware::{refusals::Turn, request},
    storage::{
        Outcome, StorageError, UnitOfWork, meta,
        principals::Principal,
        rights,
        sessions::{self, SessionRecord, Signed},
    },
};

/// A session that was not used for so long is over.
pub const IDLE: Span = Span::minutes(60);
/// A session is over after so long, used or not.
pub const ABSOLUTE: Span = Span::hours(12);
/// The last use is written at most so often.
const TOUCH: Span = Span::minutes(1);

/// A caller whose sign-in may not be finished.
pub struct Begun(pub Caller, pub SessionRecord, pub Principal);

/// The caller behind the cookie, however far the sign-in has come; none when there is no valid session.
pub async fn find(state: &AppState, headers: &HeaderMap, address: &str) -> Result<Option<Begun>, ApiError> {
    let Some(token) = cookie(headers, state.cookie_name()) else { return Ok(None) };
    let now = state.clock.wall();
    let mut db = state.storage.read().await?;
    let Some(signed) = sessions::find(&mut db, &secret::hash(token)).await? else { return Ok(None) };
    if !signed.principal.enabled || is_over(&signed.session, now) {
        return Ok(None);
    }
    let rights = rights::in_force(&mut db, signed.principal.id, state.clock.engine()).await?;
    drop(db);
    if now - signed.session.used >= TOUCH && !headers.contains_key(UNATTENDED) {
        touch(state, signed.session.id, now).await?;
    }
    let Signed { session, principal, has_factor, preferences } = signed;
    if rights::wait_for_second_factor(&rights, session.second_factor) {
        request::withhold();
    }
    let caller = Caller {
        person: person(&principal),
        session: session.id,
        state: session.state,
        second_factor: session.second_factor,
        second_factor_enrolled: has_factor,
        permissions: rights::permissions(&rights, session.second_factor),
        rights,
        preferences,
        address: address.to_owned(),
    };
    Ok(Some(Begun(caller, session, principal)))
}

/// The same, for what is done in somebody's name. The cookie belongs to the browser, a page to the person it was drawn
/// for: what was begun as one person is never done as another who signed in in a second window.
pub async fn find_meant(
    state: &AppState,
    headers: &HeaderMap,
    address: &str,
) -> Result<Option<Begun>, ApiError> {
    let begun = find(state, headers, address).await?;
    if begun.as_ref().is_some_and(|begun| is_meant_for_another(headers, &begun.2)) {
        let message = "somebody else has signed in in this browser meanwhile";
        return Err(ApiError::new(ErrorCode::NotSignedIn, message));
    }
    Ok(begun)
}

async fn touch(state: &AppState, id: SessionId, now: Instant) -> Result<(), StorageError> {
    state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            async move {
                sessions::touch(unit.db(), id, now).await?;
                Ok(unit.commit_without_audit(())) as Outcome<(), StorageError>
            }
            .boxed()
        })
        .await
}

/// A fresh session record and the secret of its cookie.
pub fn fresh(
    state: &AppState,
    principal: &Principal,
    headers: &HeaderMap,
    address: &str,
) -> (SessionRecord, String) {
    let now = state.clock.wall();
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let record = SessionRecord {
        id: SessionId(ids::fresh()),
        principal: principal.id,
        state: SessionState::SignedIn,
        second_factor: false,
        may_enrol: false,
        for_protected: false,
        pending_secret: None,
        created: now,
        used: now,
        address: address.to_owned(),
        agent: agent.chars().filter(|c| !c.is_control()).take(160).collect(),
    };
    (record, secret::session_token())
}

/// What the portal is told of a sign-in.
pub async fn describe(state: &AppState, caller: Option<&Caller>) -> Result<Session, ApiError> {
    let mut db = state.storage.read().await?;
    let tenant =
        meta::tenant(&mut db).await?.ok_or_else(|| ApiError::new(ErrorCode::Internal, "not set up"))?;
    let signed_in = caller.filter(|caller| caller.state == SessionState::SignedIn);
    Ok(Session {
        state: caller.map_or(SessionState::Anonymous, |caller| caller.state),
        user: caller.map(|caller| caller.person.clone()),
        second_factor_given: caller.is_some_and(|caller| caller.second_factor),
        second_factor_enrolled: caller.is_some_and(|caller| caller.second_factor_enrolled),
        // Also what waits for a second factor: the buttons are there, and lead to it.
        permissions: signed_in
            .map(|caller| Permissions::of_roles(rights::roles(&caller.rights)))
            .map(|all| all.iter().map(|p| Permission::name(p).to_owned()).collect())
            .unwrap_or_default(),
        second_factor_wanted: signed_in
            .is_some_and(|caller| rights::wait_for_second_factor(&caller.rights, caller.second_factor)),
        active_roles: signed_in
            .map(|caller| caller.rights.iter().map(rights::active_role).collect())
            .unwrap_or_default(),
        tenant,
        engine_time: state.clock.engine(),
        lab: state.lab.is_some(),
        preferences: caller.map(|caller| caller.preferences.clone()).unwrap_or_default(),
    })
}

/// The `Set-Cookie` of a session; an empty token takes the cookie away.
pub fn set_cookie(state: &AppState, token: &str) -> HeaderValue {
    let secure = if state.is_https() { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    let text = format!("{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", state.cookie_name());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// A principal as a person in an answer.
pub fn person(principal: &Principal) -> Person {
    Person {
        id: principal.id,
        display_name: principal.display_name.clone(),
        user_principal_name: principal.user_principal_name.clone(),
    }
}

fn is_over(session: &SessionRecord, now: Instant) -> bool {
    now - session.used > IDLE || now - session.created > ABSOLUTE
}

fn is_meant_for_another(headers: &HeaderMap, principal: &Principal) -> bool {
    let meant = headers.get(SPEAKS_AS).map(|value| value.to_str().unwrap_or_default());
    meant.is_some_and(|meant| meant != principal.id.to_string())
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

impl FromRequestParts<AppState> for Begun {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Ok(Address(address)) = Address::from_request_parts(parts, state).await;
        let begun = find_meant(state, &parts.headers, &address)
            .await?
            .ok_or_else(|| ApiError::new(ErrorCode::NotSignedIn, "Access token is empty."))?;
        let Ok(turn) = Turn::from_request_parts(parts, state).await;
        turn.pay(&begun.0)?;
        Ok(begun)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    /// Only a finished sign-in makes a caller.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Begun(caller, ..) = Begun::from_request_parts(parts, state).await?;
        if caller.state == SessionState::SignedIn {
            return Ok(caller);
        }
        Err(ApiError::new(ErrorCode::NotSignedIn, "the sign-in is not finished")
            .at("session", "finish the sign-in"))
    }
}
