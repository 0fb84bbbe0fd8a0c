//! Who is signed in, and what that person may do.

use domain::{
    capability::{self, Capability},
    ids::PrincipalId,
    permission::{Permission, Permissions},
    wire::api::{Preferences, Session, SessionState},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, ApiError},
    data::{Cache, Zone, keep, kept, use_cache, use_zone},
};

/// How far this page knows the sign-in.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// Not asked yet.
    Asking,
    /// The server did not say.
    Failed(ApiError),
    /// What the server said.
    Said(Box<Session>),
}

/// Who is signed in. Copied freely; lives in the context.
#[derive(Clone, Copy)]
pub struct Who {
    known: RwSignal<Known>,
    ended: RwSignal<bool>,
    held: RwSignal<bool>,
    cache: Cache,
    zone: Zone,
}

impl Who {
    /// Asks the server.
    pub fn start() -> Self {
        let who = Self {
            known: RwSignal::new(Known::Asking),
            ended: RwSignal::new(false),
            held: RwSignal::new(false),
            cache: use_cache(),
            zone: use_zone(),
        };
        who.refresh();
        who
    }

    /// Asks again: after an activation, when a role ends, when the page is looked at again.
    pub fn refresh(self) {
        spawn_local(async move {
            match api::session().await {
                Ok(session) => self.take(session),
                // What is known stays: a gap in the network does not sign anybody out.
                Err(error) => self.known.update(|known| {
                    if !matches!(known, Known::Said(_)) {
                        *known = Known::Failed(error);
                    }
                }),
            }
        });
    }

    /// Takes a session that an answer carried: sign-in, step-up, the lab.
    pub fn take(self, session: Session) {
        let signed_in = session.state == SessionState::SignedIn;
        let was = self.user_id_untracked();
        if !signed_in && self.is_signed_in_untracked() {
            // Forms stay on the screen with what was typed; a line above says what happened.
            self.ended.set(true);
            return;
        }
        // At the first answer there is nothing of anybody else's to forget.
        if was.is_some() && session.user.as_ref().map(|user| user.id) != was {
            self.cache.clear();
        }
        let wanted = self
            .known
            .with_untracked(|known| matches!(known, Known::Said(before) if before.second_factor_wanted));
        if wanted && session.second_factor_given {
            // What was refused without the second factor is asked again.
            self.cache.invalidate_all();
        }
        self.ended.set(false);
        if signed_in {
            remember(true);
        }
        self.zone.choose(session.preferences.time_zone.clone());
        let next = Known::Said(Box::new(session));
        if self.known.with_untracked(|known| *known != next) {
            self.known.set(next);
        }
    }

    /// Keeps a changed choice; where it was not kept, the session that is asked next still says the old one.
    pub fn choose(self, change: impl FnOnce(&mut Preferences)) {
        let mut next = untrack(|| self.with(|session| session.preferences.clone())).unwrap_or_default();
        change(&mut next);
        spawn_local(async move {
            let _ = api::set_preferences(next).await;
            self.refresh();
        });
    }

    /// Forgets the person, after signing out.
    pub fn left(self, anonymous: Session) {
        remember(false);
        self.known.set(Known::Asking);
        self.cache.clear();
        self.take(anonymous);
    }

    /// An answer said that the session is over.
    pub fn expired(self) {
        if self.is_signed_in_untracked() && !self.ended.get_untracked() {
            self.ended.set(true);
        }
    }

    /// Whether the session ended while a screen was open; followed.
    pub fn has_ended(self) -> bool {
        self.ended.get()
    }

    /// Keeps the sign-in on the screen although it is done, while it shows what will never be shown again.
    pub fn hold(self, held: bool) {
        self.held.set(held);
    }

    /// Whether the sign-in is kept on the screen; followed.
    pub fn is_held(self) -> bool {
        self.held.get()
    }

    /// How far the sign-in is known; followed.
    pub fn known(self) -> Known {
        self.known.get()
    }

    /// The session; followed.
    pub fn session(self) -> Option<Session> {
        self.known
            .with(|known| if let Known::Said(session) = known { Some((**session).clone()) } else { None })
    }

    /// Something of the session; followed.
    pub fn with<R>(self, read: impl FnOnce(&Session) -> R) -> Option<R> {
        self.known.with(|known| if let Known::Said(session) = known { Some(read(session)) } else { None })
    }

    /// The person's id.
    pub fn user_id(self) -> Option<PrincipalId> {
        self.with(|session| session.user.as_ref().map(|user| user.id)).flatten()
    }

    /// The person's id, read once.
    pub fn user_id_untracked(self) -> Option<PrincipalId> {
        untrack(|| self.user_id())
    }

    /// Whether a second factor was given in this session; followed.
    pub fn second_factor_given(self) -> bool {
        self.with(|session| session.second_factor_given).unwrap_or_default()
    }

    /// What the person may do now; followed.
    pub fn permissions(self) -> Permissions {
        self.with(|session| Permissions::from_names(session.permissions.iter().map(String::as_str)))
            .unwrap_or_default()
    }

    /// Whether the person may do this, or what is lacking, in the words the server would use; followed.
    pub fn may(self, permission: Permission) -> Capability {
        capability::needs(self.permissions(), permission)
    }

    fn is_signed_in_untracked(self) -> bool {
        untrack(|| self.with(|session| session.state == SessionState::SignedIn)).unwrap_or_default()
    }
}

/// Who is signed in, from the context.
pub fn use_who() -> Who {
    expect_context()
}

/// Under this name the browser keeps that somebody was signed in: nothing of who, and nothing that opens a door.
const HINT: &str = "pimlico-signed-in";

/// Whether somebody was signed in here when the page was last open: then it is worth to fetch ahead.
pub fn was_signed_in() -> bool {
    kept(HINT).is_some()
}

fn remember(signed_in: bool) {
    keep(HINT, signed_in.then_some("1"));
}
