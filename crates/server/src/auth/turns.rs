//! Who may hash a password now: two at a time, a short queue, and of that queue no address more than its share.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{error_code::ErrorCode, time::Span};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::lockout;
use crate::error::ApiError;

/// As many wait for a turn at most: about two seconds' work. More would hold their connections and memory for nothing.
const QUEUE: usize = 64;
/// As many of them come from one address at most, so that nobody shuts everybody else out by himself. An office behind
/// one address seldom signs in by more at the same instant.
const SHARE: usize = 16;
/// So many places are kept for those from whose address nothing failed of late: a few networks that guess fill the rest,
/// and shut nobody else out.
const KEPT: usize = 16;
/// So many addresses are remembered from which something failed, the latest ones.
const REMEMBERED: usize = 4_096;

/// Too many wait for their turn; nothing was hashed.
#[derive(Clone, Copy, Debug)]
pub struct Crowded;

impl From<Crowded> for ApiError {
    fn from(_: Crowded) -> Self {
        Self::new(ErrorCode::Unavailable, "too many people sign in at this moment, try again")
            .retry_after(Span::seconds(2))
    }
}

/// The turns, and the places of those who wait for one.
#[derive(Clone)]
pub struct Turns {
    under_way: Arc<Semaphore>,
    /// Places for those who wait or have their turn.
    places: Arc<Semaphore>,
    /// How many places each address has.
    shares: Arc<Mutex<HashMap<String, usize>>>,
    /// From where something failed since something went well there, the latest last.
    failed: Arc<Mutex<VecDeque<String>>>,
}

/// A turn. It ends when this goes.
pub struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: Place,
}

struct Place {
    _permit: OwnedSemaphorePermit,
    address: String,
    shares: Arc<Mutex<HashMap<String, usize>>>,
}

impl Default for Turns {
    /// Two at a time.
    fn default() -> Self {
        Self {
            under_way: Arc::new(Semaphore::new(2)),
            places: Arc::new(Semaphore::new(QUEUE + 2)),
            shares: Arc::default(),
            failed: Arc::default(),
        }
    }
}

impl Turns {
    /// Waits for a turn, on behalf of a call from this address.
    pub async fn take(&self, address: &str) -> Result<Turn, Crowded> {
        let place = self.place(lockout::address(address))?;
        // The semaphore is never closed.
        let turn = self.under_way.clone().acquire_owned().await.map_err(|_| Crowded)?;
        Ok(Turn { _turn: turn, _place: place })
    }

    /// Remembers how a sign-in from this address went.
    pub fn note(&self, address: &str, went_well: bool) {
        let address = lockout::address(address);
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|one| *one != address);
        if !went_well {
            if failed.len() == REMEMBERED {
                failed.pop_front();
            }
            failed.push_back(address);
        }
    }

    fn place(&self, address: String) -> Result<Place, Crowded> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).contains(&address);
        if failed && self.places.available_permits() <= KEPT {
            return Err(Crowded);
        }
        let Ok(permit) = self.places.clone().try_acquire_owned() else { return Err(Crowded) };
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = shares.get(&address).copied().unwrap_or_default();
        if taken == SHARE {
            return Err(Crowded);
        }
        shares.insert(address.clone(), taken + 1);
        drop(shares);
        Ok(Place { _permit: permit, address, shares: Arc::clone(&self.shares) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        match shares.get_mut(&self.address) {
            Some(taken) if *taken > 1 => *taken -= 1,
            _ => drop(shares.remove(&self.address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt, poll};

    use super::*;

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_to_come_back() {
        let turns = Turns::default();
        let busy = [turns.take("192.0.2.1").await, turns.take("192.0.2.2").await];
        assert!(busy.iter().all(Result::is_ok));
        let address = |number: usize| format!("198.51.100.{number}");
        let mut waiting: Vec<_> = (0..QUEUE).map(|n| turns.take_owned(address(n))).collect();
        for one in &mut waiting {
            assert!(poll!(one).is_pending());
        }
        assert!(turns.take("203.0.113.1").await.is_err());
        drop(busy);
        // Who waits gets his turn all the same, and then there is room again.
        for one in waiting {
            assert!(one.await.is_ok());
        }
        assert!(turns.take("203.0.113.1").await.is_ok());
        assert!(turns.shares.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn one_address_has_its_share_and_leaves_room_for_the_others() {
        let turns = Turns::default();
        let busy = [turns.take("192.0.2.1").await, turns.take("192.0.2.2").await];
        let mut waiting: Vec<_> = (0..SHARE).map(|_| turns.take_owned("2001:db8:1:2::7".into())).collect();
        for one in &mut waiting {
            assert!(poll!(one).is_pending());
        }
        // The whole network of one subscriber is one address.
        assert!(turns.take("2001:db8:1:2::8").await.is_err());
        let mut other = turns.take_owned("198.51.100.1".into());
        assert!(poll!(&mut other).is_pending());
        // Who gives up makes room.
        waiting.pop();
        let mut again = turns.take_owned("2001:db8:1:2::8".into());
        assert!(poll!(&mut again).is_pending());
        drop((waiting, again, busy));
        assert!(other.await.is_ok());
    }

    #[tokio::test]
    async fn those_who_guess_from_a_few_networks_leave_places_for_everybody_else() {
        let turns = Turns::default();
        let busy = [turns.take("192.0.2.1").await, turns.take("192.0.2.2").await];
        let mut waiting = Vec::new();
        for number in 0..5 * SHARE {
            let address = format!("198.51.{}.7", number % 5);
            turns.note(&address, false);
            let mut one = turns.take_owned(address);
            if poll!(&mut one).is_pending() {
                waiting.push(one);
            }
        }
        assert_eq!(turns.places.available_permits(), KEPT);
        let mut other = turns.take_owned("203.0.113.9".into());
        assert!(poll!(&mut other).is_pending(), "who did nothing wrong has a place");
        turns.note("198.51.0.7", true);
        assert!(!turns.failed.lock().unwrap().contains(&"198.51.0.7".to_owned()));
        drop((waiting, other, busy));
    }

    impl Turns {
        fn take_owned(&self, address: String) -> futures::future::BoxFuture<'static, Result<Turn, Crowded>> {
            let turns = self.clone();
            async move { turns.take(&address).await }.boxed()
        }
    }
}
