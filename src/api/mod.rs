//! What the portal asks the server: one async function per endpoint. Knows the wire, not the screen.

mod account;
mod assignments;
mod audit;
mod directory;
mod error;
mod http;
mod lab;
mod mail;
mod requests;
mod roles;
mod session;
mod settings;

pub use account::{
    account, begin_enrolment, change_password, confirm_enrolment, end_other_sessions, end_session,
    new_recovery_codes, set_preferences,
};
pub use assignments::{assignment, assignments, export_url, my_role, my_roles};
pub use audit::{AuditAsk, audit, audit_row, timeline};
pub use directory::{
    add_member, create_group, create_user, delete_group, delete_user, group, group_members, groups,
    protected_users, remove_member, reset_password, reset_second_factor, role_groups, set_enabled, user,
    users,
};
pub use error::{ApiError, sentence};
pub use http::{Seen, is_writing, observe, speak_as, touched};
pub use lab::{lab, move_clock, teams};
pub use mail::{checks, lab_mails, send_test_mail, test_receipt};
pub use requests::{cancel_request, decide, post_request, request, requests, tasks};
pub use roles::{role, roles, search};
pub use session::{give_second_factor, session, set_first_password, sign_in, sign_out};
pub use settings::{check_role_setting, role_setting, role_settings, save_role_setting};
