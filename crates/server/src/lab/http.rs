//! `/api/lab`: who lives here, their present codes, and the engine's clock.

use axum::{Json, extract::State};
use data_encoding::BASE32_NOPAD;
use domain::{
    audit::{Actor, Category},
    error_code::ErrorCode,
    ids::AuditId,
    time::Span,
    wire::api::{Lab as LabAnswer, LabAccount, MoveClock},
};
use futures::future::FutureExt;

use crate::{
    app::AppState,
    auth::totp,
    engine,
    error::ApiError,
    extract::Body,
    ids,
    storage::{StorageError, UnitOfWork, meta},
};

/// The clock is moved at most so far at once.
const FARTHEST: Span = Span::days(3660);

/// The lab's people and clock. Open to everybody, like the rest of a lab.
pub async fn get(State(state): State<AppState>) -> Result<Json<LabAnswer>, ApiError> {
    let lab = state.lab.as_ref().ok_or_else(|| ApiError::new(ErrorCode::NotFound, "this is not a lab"))?;
    let wall = state.clock.wall();
    let accounts = lab.accounts.iter().map(|account| LabAccount {
        display_name: account.display_name.clone(),
        user_principal_name: account.user_principal_name.clone(),
        purpose: account.purpose.clone(),
        password: account.password.clone(),
        code: BASE32_NOPAD
            .decode(account.totp_secret.as_bytes())
            .ok()
            .map(|secret| totp::code(&secret, totp::step(wall))),
        seconds_left: totp::seconds_left(wall),
    });
    Ok(Json(LabAnswer {
        engine_time: state.clock.engine(),
        offset_millis: state.clock.offset().0,
        accounts: accounts.collect(),
    }))
}

/// Moves the engine's clock ahead. The wall clock, and with it sessions and codes, stays.
pub async fn clock(
    State(state): State<AppState>,
    Body(body): Body<MoveClock>,
) -> Result<Json<LabAnswer>, ApiError> {
    let now = state.clock.engine();
    let by = match (body.advance_minutes, body.to) {
        (Some(minutes), None) => Span::minutes(minutes.clamp(-1, 10_000_000)),
        (None, Some(to)) => to - now,
        _ => return Err(ApiError::bad("to", "give either advanceMinutes or to", "exactly one of them")),
    };
    if by < Span::ZERO || by > FARTHEST {
        let allowed = format!("an instant from {now} to {}", now + FARTHEST);
        return Err(ApiError::bad(
            "to",
            "the clock is moved ahead only, and at most ten years at once",
            allowed,
        ));
    }
    // A date is reached, minutes are added: to where the clock stands when it is this call's turn.
    let reached = body.to.map(|_| state.clock.offset() + by);
    let (audit, clock) = (AuditId(ids::in_order()), state.clock.clone());
    let offset: Result<Span, StorageError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let clock = clock.clone();
            async move {
                let kept = meta::get(unit.db(), meta::CLOCK_OFFSET).await?;
                let kept = Span(kept.and_then(|text| text.parse().ok()).unwrap_or_default());
                let stands = kept.max(clock.offset());
                let offset = reached.map_or(stands + by, |reached| reached.max(stands));
                meta::set(unit.db(), meta::CLOCK_OFFSET, &offset.0.to_string()).await?;
                let actor = Actor::System { name: "Lab".to_owned() };
                let mut row = engine::entry(audit, now, "Move the lab's clock", Category::Directory, actor);
                row.details.push(("To".to_owned(), (clock.wall() + offset).to_string()));
                unit.commit(&[row], offset).await
            }
            .boxed()
        })
        .await;
    state.clock.reach_offset(offset?);
    get(State(state)).await
}
