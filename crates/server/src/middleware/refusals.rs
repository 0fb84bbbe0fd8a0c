//! Each refusal of an act leaves its row in the history, for good. Nobody has so many that they fill the disk: who is
//! refused again and again waits, as after wrong passwords.
//!
//! A session has its own, so that whoever comes by somebody's session hinders him in no other one; all sessions of a
//! person together have a wide ceiling. Whoever knows the password alone hinders nobody who gave the second factor, and
//! from another address nobody whose sign-in is not finished: these are counted apart. What takes away (deactivate,
//! cancel, deny, remove) is counted apart from all else, and what ends sessions, gives the second factor or changes the
//! password is never refused: that is how a thief is got rid of.

mod kept;

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::{
    ids::{PrincipalId, SessionId},
    wire::api::SessionState,
};

pub use self::kept::Refusals;
use self::kept::{Proved, Whose};
use crate::{
    app::AppState,
    auth::lockout,
    caller::Caller,
    clock::Clock,
    error::ApiError,
    storage::{self, Noted},
};

/// What a call is, as far as its address tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Never refused: it leaves no row of a refusal, or only as many as wrong passwords.
    Free,
    TakesAway,
    Other,
    /// Its body tells.
    InBody,
}

fn act(method: &Method, path: &str) -> Act {
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
        || matches!(
            path.as_str(),
            "/api/account/password" | "/api/session/password" | "/api/session/second-factor"
        )
        || path.starts_with("/api/account/sessions")
    {
        Act::Free
    } else if *method == Method::DELETE || path.ends_with("/cancel") {
        Act::TakesAway
    } else if path.ends_with("schedulerequests") || path.contains("/roleassignmentapprovals/") {
        Act::InBody
    } else {
        Act::Other
    }
}

/// A call that is under way, and what it paid.
#[derive(Clone)]
pub struct Turn(Option<Arc<Inner>>);

struct Inner {
    refusals: Refusals,
    clock: Clock,
    act: Act,
    who: OnceLock<Who>,
    paid: OnceLock<Paid>,
    noted: Arc<Noted>,
}

/// How far a session has proved who uses it.
#[derive(Clone)]
enum Proof {
    /// By nothing yet that is enough, from this address.
    Unfinished(String),
    Enough(Proved),
}

/// Whose call it is.
#[derive(Clone)]
struct Who {
    session: SessionId,
    person: PrincipalId,
    proof: Proof,
}

struct Paid {
    all: Vec<Whose>,
    /// So many units of work had begun before.
    begun: u64,
}

impl Turn {
    fn new(refusals: Refusals, clock: Clock, act: Act) -> Self {
        let (who, paid, noted) = (OnceLock::new(), OnceLock::new(), Arc::default());
        Self(Some(Arc::new(Inner { refusals, clock, act, who, paid, noted })))
    }

    /// Pays for the call of a caller who is known by now; what the body tells is paid once it is there.
    pub fn pay(&self, caller: &Caller) -> Result<(), ApiError> {
        let Some(inner) = &self.0 else { return Ok(()) };
        let proof = match caller.state {
            SessionState::SignedIn if caller.second_factor => Proof::Enough(Proved::BySecondFactor),
            SessionState::SignedIn => Proof::Enough(Proved::ByPassword),
            _ => Proof::Unfinished(lockout::address(&caller.address)),
        };
        inner.who.get_or_init(|| Who { session: caller.session, person: caller.id(), proof });
        match inner.act {
            Act::Free | Act::InBody => Ok(()),
            Act::TakesAway => inner.pay(true),
            Act::Other => inner.pay(false),
        }
    }

    /// Pays for a call whose body tells what it is.
    pub fn pay_for(&self, takes_away: impl FnOnce() -> bool) -> Result<(), ApiError> {
        match &self.0 {
            Some(inner) if inner.act == Act::InBody => inner.pay(takes_away()),
            _ => Ok(()),
        }
    }
}

impl Inner {
    fn pay(&self, takes_away: bool) -> Result<(), ApiError> {
        let Some(Who { session, person, proof }) =
            self.who.get().cloned().filter(|_| self.paid.get().is_none())
        else {
            return Ok(());
        };
        let all = match (proof, takes_away) {
            (Proof::Unfinished(address), _) => vec![Whose::Unfinished(person, address)],
            (Proof::Enough(proved), true) => {
                vec![Whose::TakingAway(session), Whose::PersonTakingAway(person, proved)]
            }
            (Proof::Enough(proved), false) => vec![Whose::Session(session), Whose::Person(person, proved)],
        };
        self.refusals.pay(&all, self.clock.wall())?;
        let _ = self.paid.set(Paid { all, begun: self.noted.begun() });
        Ok(())
    }
}

impl<S: Sync> FromRequestParts<S> for Turn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or(Self(None)))
    }
}

/// Settles what a call paid when it goes. Whoever hangs up before the answer may have been refused all the same: his unit of
/// work goes on. One whose body never came had none.
struct Settled {
    turn: Turn,
    /// None as long as there is no answer.
    refused: Option<bool>,
}

impl Drop for Settled {
    fn drop(&mut self) {
        let Some(inner) = &self.turn.0 else { return };
        if let Some(paid) = inner.paid.get() {
            let refused = self.refused.unwrap_or_else(|| inner.noted.begun() > paid.begun);
            inner.refusals.settle(&paid.all, refused, inner.clock.wall());
        }
    }
}

/// Counts the acts that are refused: those whose answer left the row of a refusal.
pub async fn count(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let act = act(request.method(), request.uri().path());
    if act == Act::Free {
        return next.run(request).await;
    }
    let turn = Turn::new(state.refusals.clone(), state.clock.clone(), act);
    request.extensions_mut().insert(turn.clone());
    let noted = turn.0.as_ref().map(|inner| inner.noted.clone()).unwrap_or_default();
    let mut settled = Settled { turn, refused: None };
    let response = storage::noting(noted.clone(), next.run(request)).await;
    settled.refused = Some(noted.refused() && response.status().is_client_error());
    response
}

#[cfg(test)]
mod tests {
    use domain::time::Instant;

    use super::*;

    const NOW: Instant = Instant(1_000);

    /// A call of a person's numbered session that has paid and is under way; none when too many are.
    fn under_way(refusals: &Refusals, session: u128, proof: Proof, takes_away: bool) -> Option<Settled> {
        let turn = Turn::new(refusals.clone(), Clock::manual(NOW), Act::InBody);
        let settled = Settled { turn, refused: None };
        let inner = settled.turn.0.as_ref().unwrap();
        let session = SessionId(uuid::Uuid::from_u128(session));
        let who = Who { session, person: PrincipalId(uuid::Uuid::nil()), proof };
        assert!(inner.who.set(who).is_ok());
        let paid = inner.pay(takes_away).is_ok();
        paid.then_some(settled)
    }

    /// So many of many calls at once that are held back.
    fn held(refusals: &Refusals, sessions: u128, proof: &Proof, takes_away: bool) -> Vec<Settled> {
        (0..4_000).filter_map(|n| under_way(refusals, n % sessions, proof.clone(), takes_away)).collect()
    }

    #[test]
    fn who_knows_the_password_alone_keeps_the_owner_from_nothing_with_bodies_that_never_come() {
        let refusals = Refusals::default();
        let from = |address: &str| Proof::Unfinished(address.to_owned());
        let begun = held(&refusals, 50, &from("192.0.2.1"), false);
        assert_eq!(begun.len(), 30, "all his sessions together");
        assert!(under_way(&refusals, 99, from("192.0.2.2"), false).is_some());
        for takes_away in [true, false] {
            let begun = held(&refusals, 50, &Proof::Enough(Proved::ByPassword), takes_away);
            assert_eq!(begun.len(), 1_200);
            assert!(under_way(&refusals, 99, Proof::Enough(Proved::BySecondFactor), takes_away).is_some());
        }
    }

    #[test]
    fn the_sessions_of_a_person_have_a_ceiling_together_for_what_takes_away_and_for_all_else() {
        for takes_away in [true, false] {
            let refusals = Refusals::default();
            let begun = held(&refusals, 8, &Proof::Enough(Proved::BySecondFactor), takes_away);
            assert_eq!(begun.len(), 1_200);
            let other = under_way(&refusals, 99, Proof::Enough(Proved::BySecondFactor), !takes_away);
            assert!(other.is_some(), "the other kind is counted apart");
        }
    }

    /// A call that paid, and goes before its answer.
    async fn hangs_up(refusals: &Refusals, wrote: bool) {
        let turn = Turn::new(refusals.clone(), Clock::manual(NOW), Act::Other);
        let settled = Settled { turn, refused: None };
        let inner = settled.turn.0.as_ref().unwrap();
        let (session, person) = (SessionId(uuid::Uuid::nil()), PrincipalId(uuid::Uuid::nil()));
        assert!(inner.who.set(Who { session, person, proof: Proof::Enough(Proved::ByPassword) }).is_ok());
        // That a session is in use is written before.
        storage::noting(inner.noted.clone(), async { storage::begins() }).await;
        inner.pay(false).unwrap();
        if wrote {
            storage::noting(inner.noted.clone(), async { storage::begins() }).await;
        }
    }

    #[tokio::test]
    async fn who_hangs_up_has_paid_once_his_work_has_begun() {
        let (refusals, whose) = (Refusals::default(), [Whose::Session(SessionId(uuid::Uuid::nil()))]);
        for _ in 0..300 {
            hangs_up(&refusals, false).await;
        }
        for _ in 0..240 {
            hangs_up(&refusals, true).await;
        }
        assert!(refusals.pay(&whose, NOW).is_err());
    }

    #[test]
    fn what_takes_away_is_known_by_its_address_or_its_body() {
        let requests = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";
        for (method, path, expected) in [
            (Method::GET, "/v1.0/users".to_owned(), Act::Free),
            (Method::POST, "/api/account/password".to_owned(), Act::Free),
            (Method::POST, "/api/session/password".to_owned(), Act::Free),
            (Method::POST, "/api/session/second-factor".to_owned(), Act::Free),
            (Method::DELETE, "/api/account/sessions/1".to_owned(), Act::Free),
            (Method::DELETE, "/v1.0/groups/1/members/2/$ref".to_owned(), Act::TakesAway),
            (Method::POST, format!("{requests}/1/cancel"), Act::TakesAway),
            (Method::POST, requests.to_ascii_uppercase(), Act::InBody),
            (
                Method::PATCH,
                "/beta/roleManagement/directory/roleAssignmentApprovals/1/steps/1".to_owned(),
                Act::InBody,
            ),
            (Method::POST, "/api/account/totp".to_owned(), Act::Other),
            (Method::POST, "/v1.0/users".to_owned(), Act::Other),
        ] {
            assert_eq!(act(&method, &path), expected, "{method} {path}");
        }
    }
}
