//! Of each account one attempt at a time from an address at which all wait: otherwise many at once on one account would
//! queue, and tell by how long they take that there is somebody to look at.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Known = (String, String);

/// The attempts that are looked at. Of one server, and gone with it.
#[derive(Clone, Default)]
pub struct Alone(Arc<Mutex<HashSet<Known>>>);

/// An attempt that is looked at. It ends when this goes.
pub struct Looked {
    all: Alone,
    known: Known,
}

impl Alone {
    /// Begins to look at an attempt; none while another one is looked at.
    pub fn begin(&self, account: &str, address: &str) -> Option<Looked> {
        let known = (account.to_owned(), super::lockout::address(address));
        self.kept().insert(known.clone()).then(|| Looked { all: self.clone(), known })
    }

    fn kept(&self) -> MutexGuard<'_, HashSet<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        self.all.kept().remove(&self.known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_account_and_address_one_is_looked_at() {
        let alone = Alone::default();
        let first = alone.begin("ada@x.example", "192.0.2.1");
        assert!(first.is_some());
        assert!(alone.begin("ada@x.example", "192.0.2.1").is_none());
        assert!(alone.begin("ada@x.example", "192.0.2.2").is_some());
        assert!(alone.begin("bob@x.example", "192.0.2.1").is_some());
        drop(first);
        assert!(alone.begin("ada@x.example", "192.0.2.1").is_some());
    }
}
