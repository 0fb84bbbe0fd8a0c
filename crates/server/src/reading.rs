//! Files that are written as they are read. Between two parts lies as long as the reader takes: whether he still may is
//! asked again before each, and a file that is broken off is seen to be, because its transfer does not end well.

use core::fmt;

use domain::permission::Permission;

use crate::{
    app::AppState,
    caller::Caller,
    engine::{EngineError, Rights},
    storage::{Connection, StorageError},
};

/// Somebody who reads a file.
#[derive(Clone)]
pub struct Reader {
    state: AppState,
    caller: Caller,
    needs: Option<Permission>,
}

/// Why a file ends before it is whole.
#[derive(Debug)]
pub enum Broken {
    /// The database.
    Storage(StorageError),
    /// The reader's session, account or right has ended.
    NoLonger,
}

impl Reader {
    /// Somebody who reads what needs a permission, or his own.
    pub fn new(state: &AppState, caller: &Caller, needs: Option<Permission>) -> Self {
        Self { state: state.clone(), caller: caller.clone(), needs }
    }

    /// A connection to read the next part from.
    pub async fn db(&self) -> Result<Connection, Broken> {
        let mut db = self.state.storage.read().await?;
        let rights = Rights::load(&mut db, &self.caller, self.state.clock.engine()).await;
        let rights = rights.map_err(|error| match error {
            EngineError::Storage(error) => Broken::Storage(error),
            EngineError::SignedOut | EngineError::Refused(_) => Broken::NoLonger,
        })?;
        if self.needs.is_none_or(|needs| rights.permissions.allows(needs)) {
            Ok(db)
        } else {
            Err(Broken::NoLonger)
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(error) => error.fmt(f),
            Self::NoLonger => f.write_str("the reader may no longer read this"),
        }
    }
}

impl core::error::Error for Broken {}

impl From<StorageError> for Broken {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}
