//! People and groups, in Graph's own shape.

use domain::{
    ids::PrincipalId,
    wire::{
        api::{EnrolmentCode, OneTimePassword, ProtectedUser},
        graph::{Collection, DirectoryObject, NewGroup, NewUser},
    },
};
use serde::Serialize;

use super::{ApiError, http};
use crate::routes::Pairs;

/// How many people or groups a page has.
const TOP: &str = "50";

type Objects = Collection<DirectoryObject>;

async fn page(path: &str, search: &str, next: Option<String>) -> Result<Objects, ApiError> {
    if let Some(next) = next {
        // A next link carries the server's public address; the page talks to its own.
        let inner = next.find("/v1.0/").map_or(next.as_str(), |at| &next[at..]);
        return http::get(inner).await;
    }
    let mut pairs = Pairs::default();
    if !search.trim().is_empty() {
        let term = search.replace(['"', '\\'], " ");
        let or_name =
            if path.contains("users") { format!(" OR \"userPrincipalName:{term}\"") } else { String::new() };
        pairs.set("$search", &format!("\"displayName:{term}\"{or_name}"));
    }
    pairs.set("$count", "true");
    pairs.set("$orderby", "displayName");
    pairs.set("$top", TOP);
    http::get(&pairs.append_to(path.to_owned())).await
}

/// One page of people; `next` is the link that the page before carried.
pub async fn users(search: String, next: Option<String>) -> Result<Objects, ApiError> {
    page("/v1.0/users", &search, next).await
}

/// One person.
pub async fn user(id: PrincipalId) -> Result<DirectoryObject, ApiError> {
    http::get(&format!("/v1.0/users/{id}")).await
}

/// Whom something protects from those who look after people.
pub async fn protected_users() -> Result<Vec<ProtectedUser>, ApiError> {
    http::get("/api/protected-users").await
}

/// A new person; the answer carries the one-time password, once.
pub async fn create_user(body: NewUser) -> Result<DirectoryObject, ApiError> {
    http::post("/v1.0/users", &body).await
}

/// Allows or forbids sign-in.
pub async fn set_enabled(id: PrincipalId, enabled: bool) -> Result<(), ApiError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Enabled {
        account_enabled: bool,
    }
    http::patch_only(&format!("/v1.0/users/{id}"), &Enabled { account_enabled: enabled }).await
}

/// Ends a person's account, sessions and rights.
pub async fn delete_user(id: PrincipalId) -> Result<(), ApiError> {
    http::delete(&format!("/v1.0/users/{id}")).await
}

/// A one-time password, shown once.
pub async fn reset_password(id: PrincipalId) -> Result<OneTimePassword, ApiError> {
    http::post(&format!("/api/users/{id}/reset-password"), &()).await
}

/// A code to enrol a new second factor with, shown once.
pub async fn reset_second_factor(id: PrincipalId) -> Result<EnrolmentCode, ApiError> {
    http::post(&format!("/api/users/{id}/reset-second-factor"), &()).await
}

/// One page of groups.
pub async fn groups(search: String, next: Option<String>) -> Result<Objects, ApiError> {
    page("/v1.0/groups", &search, next).await
}

/// One page of the groups that can hold roles.
pub async fn role_groups(search: String) -> Result<Objects, ApiError> {
    page("/v1.0/groups?$filter=isAssignableToRole%20eq%20true", &search, None).await
}

/// One group.
pub async fn group(id: PrincipalId) -> Result<DirectoryObject, ApiError> {
    http::get(&format!("/v1.0/groups/{id}")).await
}

/// A new group.
pub async fn create_group(body: NewGroup) -> Result<DirectoryObject, ApiError> {
    http::post("/v1.0/groups", &body).await
}

/// Ends a group and the rights held through it.
pub async fn delete_group(id: PrincipalId) -> Result<(), ApiError> {
    http::delete(&format!("/v1.0/groups/{id}")).await
}

/// Who belongs to a group.
pub async fn group_members(id: PrincipalId) -> Result<Objects, ApiError> {
    http::get(&format!("/v1.0/groups/{id}/members")).await
}

/// Adds somebody to a group.
pub async fn add_member(group: PrincipalId, member: PrincipalId) -> Result<(), ApiError> {
    #[derive(Serialize)]
    struct Reference {
        #[serde(rename = "@odata.id")]
        id: String,
    }
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let body = Reference { id: format!("{origin}/v1.0/directoryObjects/{member}") };
    http::post_only(&format!("/v1.0/groups/{group}/members/$ref"), &body).await
}

/// Takes somebody out of a group.
pub async fn remove_member(group: PrincipalId, member: PrincipalId) -> Result<(), ApiError> {
    http::delete(&format!("/v1.0/groups/{group}/members/{member}/$ref")).await
}
