//! The audit history: everybody's for its readers, and one's own for everybody.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    audit::{Actor, Entry, Outcome},
    audit_type::AuditType,
    capability,
    ids::PrincipalId,
    permission::Permission,
    time::{Instant, Span},
    wire::audit::AuditPage,
};
use serde::Deserialize;

use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::{self, Query},
    storage::history::{self, Place, Wanted},
};

/// A page has at most so many rows.
const MOST_ROWS: u64 = 200;
/// What is shown when nothing is said: thirty days.
const USUAL_DAYS: i64 = 30;
/// The longest span that can be asked for in days: ten years.
const MOST_DAYS: i64 = 3_653;

/// The options of a page, as its address has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    days: Option<i64>,
    from: Option<String>,
    to: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    result: String,
    search: String,
    oldest: bool,
    place: String,
    top: Option<u64>,
    /// Of an export: `csv` or `json`.
    pub(super) format: String,
}

/// Whose history is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Everybody's.
    All,
    /// The caller's own.
    Mine,
}

/// One page of everybody's.
pub async fn list(
    state: State<AppState>,
    caller: Caller,
    options: Query<Options>,
) -> Result<Json<AuditPage>, ApiError> {
    page(&state, &caller, &options.0, Whose::All).await
}

/// One page of the rows in which the caller acted or was acted upon.
pub async fn mine(
    state: State<AppState>,
    caller: Caller,
    options: Query<Options>,
) -> Result<Json<AuditPage>, ApiError> {
    page(&state, &caller, &options.0, Whose::Mine).await
}

/// One row of everybody's.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Entry>, ApiError> {
    capability::needs(caller.permissions, Permission::ReadAudit).map_err(ApiError::lacks)?;
    row(&state, &id, None).await
}

/// One row of the caller's own.
pub async fn get_mine(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Entry>, ApiError> {
    row(&state, &id, Some(caller.id())).await
}

async fn row(state: &AppState, id: &str, mine: Option<PrincipalId>) -> Result<Json<Entry>, ApiError> {
    let found = history::find(&mut state.storage.read().await?, extract::id(id)?, mine).await?;
    found.map(|entry| Json(seen_by(entry, mine))).ok_or_else(|| ApiError::not_found(id))
}

async fn page(
    state: &AppState,
    caller: &Caller,
    options: &Options,
    whose: Whose,
) -> Result<Json<AuditPage>, ApiError> {
    let wanted = wanted(options, caller, whose, state.clock.engine())?;
    let mut db = state.storage.read().await?;
    let found = history::page(&mut db, &wanted).await?;
    // The only page has been counted already, and a search through everything is not done twice.
    let only = found.back.is_none() && found.on.is_none() && wanted.place.is_none();
    let total = if only { found.rows.len() as u64 } else { history::count(&mut db, &wanted).await? };
    let rows = found.rows.into_iter().map(|entry| seen_by(entry, wanted.mine)).collect();
    let place = |place: Option<Place>| place.map(|place| place.to_string());
    Ok(Json(AuditPage { rows, total, back: place(found.back), on: place(found.on) }))
}

/// What an address asks for, refused to whoever may not read it.
pub(super) fn wanted(
    options: &Options,
    caller: &Caller,
    whose: Whose,
    now: Instant,
) -> Result<Wanted, ApiError> {
    if whose == Whose::All {
        capability::needs(caller.permissions, Permission::ReadAudit).map_err(ApiError::lacks)?;
    }
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if options.days.is_some() && (given(&options.from) || given(&options.to)) {
        let message = "days and a span of its own cannot both be asked for";
        return Err(ApiError::bad("days", message, "days alone, or from and to"));
    }
    let words = history::words(&options.search).len();
    if words > history::MOST_WORDS {
        let message = format!("the search has {words} different words");
        return Err(ApiError::bad("search", message, format!("at most {} words", history::MOST_WORDS)));
    }
    let days = options.days.unwrap_or(USUAL_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        let message = format!("days `{days}` is not possible");
        return Err(ApiError::bad("days", message, format!("1 to {MOST_DAYS}")));
    }
    let top = options.top.unwrap_or(50);
    if top == 0 || top > MOST_ROWS {
        let message = format!("top `{top}` is not possible");
        return Err(ApiError::bad("top", message, format!("1 to {MOST_ROWS}")));
    }
    let (from, to) = (instant("from", options.from.as_deref())?, instant("to", options.to.as_deref())?);
    // Rows are told at the very instant of the ask, too: the usual span has no end.
    let from = if from.is_none() && to.is_none() { Some(now - Span::days(days)) } else { from };
    Ok(Wanted {
        mine: (whose == Whose::Mine).then(|| caller.id()),
        from,
        to,
        kind: word(
            "type",
            &options.kind,
            AuditType::parse,
            "a type of the audit history such as `activate`",
        )?,
        outcome: word("result", &options.result, outcome, "success or failure")?,
        search: options.search.clone(),
        oldest_first: options.oldest,
        place: word("place", &options.place, |text| text.parse().ok(), "the place of a page before")?,
        top,
    })
}

/// A row as the reader may see it: whoever reads only his own is not told from where others act.
pub(super) fn seen_by(mut entry: Entry, me: Option<PrincipalId>) -> Entry {
    if let (Some(me), Actor::Person { id, address, .. }) = (me, &mut entry.actor)
        && *id != Some(me)
    {
        *address = None;
    }
    entry
}

fn outcome(word: &str) -> Option<Outcome> {
    match word {
        "success" => Some(Outcome::Success),
        "failure" => Some(Outcome::Failure),
        _ => None,
    }
}

fn instant(field: &str, text: Option<&str>) -> Result<Option<Instant>, ApiError> {
    let text = text.unwrap_or_default();
    word(field, text, |text| text.parse().ok(), "a date and time with an offset such as 2026-11-21T08:00:00Z")
}

/// A word that may be missing.
fn word<T>(
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
    allowed: &str,
) -> Result<Option<T>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    let message = || format!("{field} `{}` is not known", text.chars().take(80).collect::<String>());
    parse(text).map(Some).ok_or_else(|| ApiError::bad(field, message(), allowed))
}
