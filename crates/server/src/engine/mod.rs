//! The use cases. Each is five beats: load facts, decide, apply, enqueue, commit with its audit rows.

mod allowed;
mod also;
mod apply;
mod cancel;
mod change_policy;
mod end;
mod facts;
mod notify;
mod people;
mod record;
mod review;
mod standing;
mod start;
mod submit;
mod time_out;
mod validate;

pub use allowed::Rights;
pub use cancel::cancel;
pub use change_policy::{PolicyChange, ReadRules, change_policy};
use domain::decide::Refusal;
pub use end::end_due;
pub use notify::{Event, notify};
pub use people::{end_everything_of, end_through_group, keeps_guarded_roles};
pub use record::{FreshRows, actor, entry, role_target, system, user_target};
pub use review::review;
pub use standing::stands;
pub use start::start_due;
pub use submit::{Submitted, submit};
pub use time_out::time_out_due;
pub use validate::validate;

use crate::storage::StorageError;

/// Why a use case gave nothing.
#[derive(Debug)]
pub enum EngineError {
    /// The rules said no. The refusal is in the audit history already.
    Refused(Box<Refusal>),
    /// The caller's session ended, or his account was disabled, while the call was under way; nothing was changed.
    SignedOut,
    /// The database failed; nothing was changed.
    Storage(StorageError),
}

impl From<StorageError> for EngineError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}
