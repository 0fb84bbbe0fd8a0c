//! `/api/lab/teams`: a place to see that a right is in effect. It holds nothing but invented teams, and whoever does not
//! hold the right at the very instant of the call is refused.

use axum::{Json, extract::State};
use domain::{
    capability,
    permission::Permission,
    wire::teams::{Team, TeamsCentre},
};

use crate::{app::AppState, caller::Caller, error::ApiError, storage::meta};

const TEAMS: [(&str, u32, u32, &str); 4] = [
    ("All company", 214, 0, "Public"),
    ("Finance", 18, 0, "Private"),
    ("Rollout 2030", 31, 6, "Private"),
    ("Service desk", 12, 2, "Public"),
];

/// The teams.
pub async fn get(State(state): State<AppState>, caller: Caller) -> Result<Json<TeamsCentre>, ApiError> {
    capability::needs(caller.permissions, Permission::ManageTeams).map_err(ApiError::lacks)?;
    let tenant = meta::tenant(&mut state.storage.read().await?).await?;
    let teams = TEAMS.map(|(name, members, guests, visibility)| Team {
        name: name.to_owned(),
        members,
        guests,
        visibility: visibility.to_owned(),
    });
    let organisation = tenant.map(|tenant| tenant.display_name).unwrap_or_default();
    Ok(Json(TeamsCentre { organisation, teams: teams.into() }))
}
