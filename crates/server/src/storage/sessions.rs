//! Sessions and what a person chose. The secret in the cookie is stored as its hash alone.

use domain::{
    ids::{PrincipalId, SessionId},
    time::Instant,
    wire::api::{Preferences, SessionState, Theme},
};

use super::{Connection, Row, StorageError, args, principals::Principal};

/// A session as it is kept.
#[derive(Clone)]
pub struct SessionRecord {
    /// Its public id.
    pub id: SessionId,
    /// Whose.
    pub principal: PrincipalId,
    /// How far the sign-in has come.
    pub state: SessionState,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// Whether a second factor may be enrolled without an administrator's code: right after the first sign-in.
    pub may_enrol: bool,
    /// Whether also once something protects the person: whoever gave the password or the code might give it to anybody.
    pub for_protected: bool,
    /// The sealed secret of an enrolment that has begun.
    pub pending_secret: Option<Vec<u8>>,
    /// When it began, on the wall clock.
    pub created: Instant,
    /// When it was last used.
    pub used: Instant,
    /// Where from.
    pub address: String,
    /// The browser's own words, shortened.
    pub agent: String,
}

const COLUMNS: &str =
    "s.id AS session_id, s.principal_id, s.state, s.second_factor, s.may_enrol, s.for_protected, s.pending_secret,
    s.created_ms AS session_created_ms, s.used_ms, s.address, s.agent";

fn from_row(row: &Row) -> Result<SessionRecord, StorageError> {
    Ok(SessionRecord {
        id: row.parsed("session_id")?,
        principal: row.parsed("principal_id")?,
        state: row.word("state", parse_state)?,
        second_factor: row.boolean("second_factor")?,
        may_enrol: row.boolean("may_enrol")?,
        for_protected: row.boolean("for_protected")?,
        pending_secret: row.bytes_or_null("pending_secret")?,
        created: Instant(row.int("session_created_ms")?),
        used: Instant(row.int("used_ms")?),
        address: row.text("address")?,
        agent: row.text("agent")?,
    })
}

/// Everything about a session that each call needs: one keyed read.
pub struct Signed {
    /// The session.
    pub session: SessionRecord,
    /// Whose.
    pub principal: Principal,
    /// Whether a second factor is enrolled.
    pub has_factor: bool,
    /// What the person chose.
    pub preferences: Preferences,
}

/// The session behind a cookie, whatever its age.
pub async fn find(db: &mut Connection, token_hash: &str) -> Result<Option<Signed>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS}, p.*, f.since_ms AS factor_since, q.time_zone, q.theme, q.hides_group_hint FROM sessions s
            JOIN principals p ON p.id = s.principal_id AND p.deleted_ms IS NULL
            LEFT JOIN factors f ON f.principal_id = s.principal_id
            LEFT JOIN preferences q ON q.principal_id = s.principal_id
            WHERE s.token_hash = $1"
    );
    let Some(row) = db.first(sql, args![token_hash]).await? else { return Ok(None) };
    Ok(Some(Signed {
        session: from_row(&row)?,
        principal: Principal::from_row(&row)?,
        has_factor: row.int_or_null("factor_since")?.is_some(),
        preferences: Preferences {
            time_zone: row.text_or_null("time_zone")?,
            theme: row.text_or_null("theme")?.as_deref().and_then(parse_theme).unwrap_or_default(),
            hides_group_hint: row.int_or_null("hides_group_hint")?.is_some_and(|hides| hides != 0),
        },
    }))
}

/// Adds a session.
pub async fn insert(
    db: &mut Connection,
    session: &SessionRecord,
    token_hash: &str,
) -> Result<(), StorageError> {
    let s = session;
    let sql =
        "INSERT INTO sessions (id, token_hash, principal_id, state, second_factor, may_enrol, pending_secret,
        created_ms, used_ms, address, agent, for_protected)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = args![
        s.id,
        token_hash,
        s.principal,
        state_word(s.state),
        s.second_factor,
        s.may_enrol,
        super::Arg::Bytes(s.pending_secret.clone()),
        s.created,
        s.used,
        &s.address,
        &s.agent,
        s.for_protected,
    ];
    db.execute(sql, values).await.map(drop)
}

/// Writes how far a session has come, under a new token: ids change at sign-in and step-up. False when the session
/// was ended meanwhile: what was to follow from it must not happen.
pub async fn update(
    db: &mut Connection,
    session: &SessionRecord,
    token_hash: Option<&str>,
) -> Result<bool, StorageError> {
    let sql = "UPDATE sessions SET state = $2, second_factor = $3, may_enrol = $4, pending_secret = $5,
        token_hash = COALESCE($6, token_hash), for_protected = $7 WHERE id = $1";
    let s = session;
    let pending = super::Arg::Bytes(s.pending_secret.clone());
    let values =
        args![s.id, state_word(s.state), s.second_factor, s.may_enrol, pending, token_hash, s.for_protected];
    Ok(db.execute(sql, values).await? == 1)
}

/// Whether somebody is still signed in by this session, with an account that is enabled.
pub async fn stands(db: &mut Connection, id: SessionId, user: PrincipalId) -> Result<bool, StorageError> {
    let sql = "SELECT COUNT(*) AS n FROM sessions s JOIN principals p ON p.id = s.principal_id
        WHERE s.id = $1 AND s.principal_id = $2 AND s.state = $3 AND p.enabled = $4 AND p.deleted_ms IS NULL";
    Ok(db.count(sql, args![id, user, state_word(SessionState::SignedIn), true]).await? == 1)
}

/// Notes that a session was used.
pub async fn touch(db: &mut Connection, id: SessionId, now: Instant) -> Result<(), StorageError> {
    db.execute("UPDATE sessions SET used_ms = $2 WHERE id = $1", args![id, now]).await.map(drop)
}

/// A person's sessions, the last used first.
pub async fn of_principal(db: &mut Connection, id: PrincipalId) -> Result<Vec<SessionRecord>, StorageError> {
    let sql =
        format!("SELECT {COLUMNS} FROM sessions s WHERE s.principal_id = $1 ORDER BY s.used_ms DESC, s.id");
    db.all(sql, args![id]).await?.iter().map(from_row).collect()
}

/// Ends one session of a person; false when it is none of his.
pub async fn end(db: &mut Connection, principal: PrincipalId, id: SessionId) -> Result<bool, StorageError> {
    let sql = "DELETE FROM sessions WHERE id = $1 AND principal_id = $2";
    Ok(db.execute(sql, args![id, principal]).await? == 1)
}

/// Ends the session behind a cookie, if there is one.
pub async fn end_behind(db: &mut Connection, token_hash: &str) -> Result<(), StorageError> {
    db.execute("DELETE FROM sessions WHERE token_hash = $1", args![token_hash]).await.map(drop)
}

/// Ends all sessions of a person, or all but one.
pub async fn end_all(
    db: &mut Connection,
    principal: PrincipalId,
    but: Option<SessionId>,
) -> Result<u64, StorageError> {
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    db.execute("DELETE FROM sessions WHERE principal_id = $1 AND id <> $2", args![principal, but]).await
}

/// Ends the sessions of everybody.
pub async fn end_everybodys(db: &mut Connection) -> Result<u64, StorageError> {
    db.execute("DELETE FROM sessions", args![]).await
}

/// Takes away the sessions that began before, or were last used before, these instants.
pub async fn forget(db: &mut Connection, begun: Instant, used: Instant) -> Result<u64, StorageError> {
    db.execute("DELETE FROM sessions WHERE created_ms < $1 OR used_ms < $2", args![begun, used]).await
}

/// Sets what a person chose.
pub async fn set_preferences(
    db: &mut Connection,
    id: PrincipalId,
    preferences: &Preferences,
) -> Result<(), StorageError> {
    let sql =
        "INSERT INTO preferences (principal_id, time_zone, theme, hides_group_hint) VALUES ($1, $2, $3, $4)
        ON CONFLICT (principal_id) DO UPDATE SET time_zone = excluded.time_zone, theme = excluded.theme,
            hides_group_hint = excluded.hides_group_hint";
    let theme = match preferences.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    db.execute(sql, args![id, preferences.time_zone.clone(), theme, i64::from(preferences.hides_group_hint)])
        .await
        .map(drop)
}

fn parse_theme(word: &str) -> Option<Theme> {
    match word {
        "system" => Some(Theme::System),
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

const fn state_word(state: SessionState) -> &'static str {
    match state {
        SessionState::Anonymous => "anonymous",
        SessionState::PasswordChange => "passwordChange",
        SessionState::Enrolment => "enrolment",
        SessionState::SecondFactor => "secondFactor",
        SessionState::SignedIn => "signedIn",
    }
}

fn parse_state(word: &str) -> Option<SessionState> {
    use SessionState::{Anonymous, Enrolment, PasswordChange, SecondFactor, SignedIn};
    [Anonymous, PasswordChange, Enrolment, SecondFactor, SignedIn]
        .into_iter()
        .find(|s| state_word(*s) == word)
}

/// The zone that a person chose, if any.
pub async fn time_zone(db: &mut Connection, id: PrincipalId) -> Result<Option<String>, StorageError> {
    let row = db.first("SELECT time_zone FROM preferences WHERE principal_id = $1", args![id]).await?;
    Ok(row.map(|row| row.text_or_null("time_zone")).transpose()?.flatten())
}
