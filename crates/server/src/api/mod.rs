//! What Graph has no word for: session, account, read models of the portal's grids.

pub mod account;
pub mod assignments;
pub mod audit;
pub mod audit_export;
pub mod enrolment;
pub mod export;
pub mod health;
pub mod mail;
pub mod people;
mod receipts;
pub mod requests;
pub mod role_settings;
pub mod roles;
pub mod search;
pub mod session;
pub mod timeline;

use axum::{
    Router,
    routing::{delete, get, patch, post},
};

use crate::app::AppState;

/// Every route under `/api`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/session", get(session::get).post(session::sign_in).delete(session::sign_out))
        .route("/session/second-factor", post(session::second_factor))
        .route("/session/password", post(session::first_password))
        .route("/account", get(account::get))
        .route("/account/password", post(account::password))
        .route("/account/preferences", patch(account::preferences))
        .route("/account/sessions", delete(account::end_others))
        .route("/account/sessions/{id}", delete(account::end_one))
        .route("/account/totp", post(enrolment::begin))
        .route("/account/totp/confirm", post(enrolment::confirm))
        .route("/account/recovery-codes", post(enrolment::recovery_codes))
        .route("/protected-users", get(people::protected))
        .route("/users/{id}/reset-password", post(people::reset_password))
        .route("/users/{id}/reset-second-factor", post(people::reset_second_factor))
        .route("/roles", get(roles::list))
        .route("/roles/{id}", get(roles::get))
        .route("/role-settings", get(role_settings::list))
        .route("/role-settings/{id}", get(role_settings::get).put(role_settings::put))
        .route("/role-settings/{id}/check", post(role_settings::check))
        .route("/assignments", get(assignments::list))
        .route("/assignments/export", get(export::csv))
        .route("/my-roles", get(assignments::mine))
        .route("/search", get(search::get))
        .route("/audit", get(audit::list))
        .route("/audit/{id}", get(audit::get))
        .route("/audit/export", get(audit_export::all))
        .route("/my-audit", get(audit::mine))
        .route("/my-audit/{id}", get(audit::get_mine))
        .route("/my-audit/export", get(audit_export::mine))
        .route("/approvals", get(requests::to_decide))
        .route("/pending-requests", get(requests::open))
        .route("/my-requests", get(requests::own))
        .route("/tasks", get(requests::tasks))
        .route("/requests/{id}", get(requests::get))
        .route("/requests/{id}/timeline", get(timeline::get))
        .route("/health/checks", get(health::checks))
        .route("/mail/test", post(mail::test))
        .route("/mail/test/{id}", get(mail::test_receipt))
}
