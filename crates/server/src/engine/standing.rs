//! Who a caller is and what he may do, asked again inside the unit of work: between the first look at his session and the
//! act lie the arrival of the call's body and the wait for its turn, and the sender decides how long the first takes.

use super::EngineError;
use crate::{
    caller::Caller,
    storage::{Connection, sessions},
};

/// Refuses a caller whose session was ended, or whose account was disabled or deleted, since the call began. That is as
/// if he had never signed in, and leaves no row of its own: what ended his session has one.
pub async fn stands(db: &mut Connection, caller: &Caller) -> Result<(), EngineError> {
    if sessions::stands(db, caller.session, caller.id()).await? {
        Ok(())
    } else {
        Err(EngineError::SignedOut)
    }
}
