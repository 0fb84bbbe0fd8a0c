//! How often everybody was refused lately.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    error_code::ErrorCode,
    ids::{PrincipalId, SessionId},
    time::{Instant, Span},
};

use crate::error::ApiError;

/// By what the sessions of a person have proved who uses them; those alike are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Proved {
    ByPassword,
    BySecondFactor,
}

/// Whose refusals are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    Session(SessionId),
    Person(PrincipalId, Proved),
    /// Those of what takes away.
    TakingAway(SessionId),
    PersonTakingAway(PrincipalId, Proved),
    /// Those of all sessions from an address whose sign-in is not finished.
    Unfinished(PrincipalId, String),
}

impl Whose {
    /// So many in a row, more than any form and any script that reads its answers; and one more each such time. Five
    /// sessions' worth are one person's, so that one session alone never uses up what the others need.
    const fn limit(&self) -> (i64, Span) {
        match self {
            Self::Session(_) | Self::TakingAway(_) => (240, Span::seconds(5)),
            Self::Person(..) | Self::PersonTakingAway(..) => (1_200, Span::seconds(1)),
            // As wrong passwords from an address.
            Self::Unfinished(..) => (30, Span::minutes(1)),
        }
    }
}

/// What is kept of some refusals.
#[derive(Clone, Copy)]
struct Count {
    /// The instant at which all are forgiven.
    forgiven: Instant,
    /// Calls that paid, and may turn out to be no refusals.
    under_way: i64,
}

/// How often everybody was refused lately. Of one server, and gone with it.
#[derive(Clone, Default)]
pub struct Refusals(Arc<Mutex<HashMap<Whose, Count>>>);

impl Refusals {
    fn kept(&self) -> MutexGuard<'_, HashMap<Whose, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one of each, before the call is looked at: of many at once only so many get through. Refuses whoever has
    /// none left.
    pub(super) fn pay(&self, all: &[Whose], wall: Instant) -> Result<(), ApiError> {
        let mut kept = self.kept();
        let wait = |whose: &Whose| {
            let (most, each) = whose.limit();
            let count = kept.get(whose)?;
            Some(
                count.forgiven.max(wall) + Span(each.0 * count.under_way)
                    - (wall + Span(each.0 * (most - 1))),
            )
        };
        let wait = all.iter().filter_map(wait).max().unwrap_or(Span::ZERO);
        if wait > Span::ZERO {
            let seconds = (wait.0 + 999) / 1_000;
            let message = format!("too many of your calls were refused, try again in {seconds} seconds");
            return Err(ApiError::new(ErrorCode::TooManyRequests, message).retry_after(wait));
        }
        for whose in all {
            kept.entry(whose.clone()).or_insert(Count { forgiven: wall, under_way: 0 }).under_way += 1;
        }
        Ok(())
    }

    /// Keeps what was paid, or gives it back.
    pub(super) fn settle(&self, all: &[Whose], refused: bool, wall: Instant) {
        let mut kept = self.kept();
        for whose in all {
            let Some(count) = kept.get_mut(whose) else { continue };
            count.under_way -= 1;
            if refused {
                count.forgiven = count.forgiven.max(wall) + whose.limit().1;
            }
        }
        kept.retain(|_, count| count.under_way > 0 || count.forgiven > wall);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000);
    const EACH: Span = Span::seconds(5);

    fn session(number: u128) -> Whose {
        Whose::Session(SessionId(uuid::Uuid::from_u128(number)))
    }

    fn person(number: u128) -> Whose {
        Whose::Person(PrincipalId(uuid::Uuid::from_u128(number)), Proved::BySecondFactor)
    }

    #[test]
    fn a_session_that_is_refused_again_and_again_waits_and_no_other_does() {
        let refusals = Refusals::default();
        let (thief, owner) = ([session(1), person(1)], [session(2), person(1)]);
        for _ in 0..240 {
            assert!(refusals.pay(&thief, NOW).is_ok());
            refusals.settle(&thief, true, NOW);
        }
        assert_eq!(refusals.pay(&thief, NOW).map_err(|error| error.code()), Err(ErrorCode::TooManyRequests));
        assert!(refusals.pay(&owner, NOW).is_ok());
        refusals.settle(&owner, true, NOW);
        assert!(refusals.pay(&thief, NOW + EACH).is_ok(), "one is forgiven");
        refusals.settle(&thief, true, NOW + EACH);
        assert!(refusals.pay(&thief, NOW + EACH).is_err());
        // All are, and nothing is kept of it.
        refusals.settle(&[], true, NOW + Span(EACH.0 * 242));
        assert!(refusals.kept().is_empty());
    }

    #[test]
    fn one_session_never_uses_up_what_the_others_of_a_person_need_and_many_together_do() {
        let refusals = Refusals::default();
        let (mut wall, mut refused) = (NOW, 0);
        // As fast as one session can, for hours.
        for _ in 0..4_000 {
            wall = wall + EACH;
            while refusals.pay(&[session(1), person(1)], wall).is_ok() {
                refusals.settle(&[session(1), person(1)], true, wall);
                refused += 1;
            }
        }
        assert!(refused > 4_000);
        assert!(refusals.pay(&[session(2), person(1)], wall).is_ok());
        let mut all = 0;
        for number in 3..30 {
            while refusals.pay(&[session(number), person(1)], wall).is_ok() {
                refusals.settle(&[session(number), person(1)], true, wall);
                all += 1;
            }
        }
        assert!((960..=1_200).contains(&all), "{all}");
    }

    #[test]
    fn calls_pay_first_and_what_was_no_refusal_is_given_back() {
        let refusals = Refusals::default();
        let all = [session(1)];
        let mut paid = 0;
        while refusals.pay(&all, NOW).is_ok() {
            paid += 1;
        }
        assert_eq!(paid, 240, "of many at once");
        for _ in 0..240 {
            refusals.settle(&all, false, NOW);
        }
        assert!(refusals.kept().is_empty());
    }
}
