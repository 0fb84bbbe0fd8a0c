//! The settings of roles.

use domain::{
    ids::RoleId,
    wire::api::{Page, RoleSetting, RoleSettingDetails, SaveRoleSetting, SettingWarnings},
};

use super::{ApiError, http, roles::page};
use crate::routes::{List, Pairs};

/// One page of roles with the last change of their settings.
pub async fn role_settings(list: List) -> Result<Page<RoleSetting>, ApiError> {
    let mut pairs = Pairs::default();
    pairs.set("search", &list.search);
    pairs.set("privileged", list.privileged.as_str());
    pairs.set("sort", &list.sort);
    pairs.set("desc", if list.desc { "true" } else { "" });
    page(&mut pairs, list.skip(), List::top());
    http::get(&pairs.append_to("/api/role-settings".into())).await
}

/// The settings of one role.
pub async fn role_setting(id: RoleId) -> Result<RoleSettingDetails, ApiError> {
    http::get(&format!("/api/role-settings/{id}")).await
}

/// Saves all the rules of a role; refused when somebody else was faster.
pub async fn save_role_setting(id: RoleId, save: SaveRoleSetting) -> Result<RoleSettingDetails, ApiError> {
    http::put(&format!("/api/role-settings/{id}"), &save).await
}

/// What a save would touch, and what to know first. Nothing is saved.
pub async fn check_role_setting(id: RoleId, save: SaveRoleSetting) -> Result<SettingWarnings, ApiError> {
    http::post(&format!("/api/role-settings/{id}/check"), &save).await
}
