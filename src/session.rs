//! Who is signed in, and what that person may do.

use domain::{
    capability::{self, Capability},
    error_code::ErrorCode,
    ids::PrincipalId,
    permission::{Permission, Permissions},
    wire::api::{Preferences, Session, SessionState},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, ApiError},
    components::{Toasts, Tone, use_toasts},
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
    /// Counts up when somebody leaves.
    turn: StoredValue<u32>,
    /// What was chosen last, until it is kept.
    chosen: StoredValue<Option<Preferences>>,
    cache: Cache,
    zone: Zone,
    toasts: Toasts,
}

impl Who {
    /// Asks the server.
    pub fn start() -> Self {
        let who = Self {
            known: RwSignal::new(Known::Asking),
            ended: RwSignal::new(false),
            held: RwSignal::new(false),
            turn: StoredValue::new(0),
            chosen: StoredValue::new(None),
            cache: use_cache(),
            zone: use_zone(),
            toasts: use_toasts(),
        };
        who.refresh();
        who
    }

    /// Asks again: after an activation, when a role ends, when the page is looked at again.
    pub fn refresh(self) {
        spawn_local(async move {
            let asked = self.turn.get_value();
            let answer = api::session().await;
            // Somebody left meanwhile: this is still about him.
            if self.turn.get_value() != asked {
                return;
            }
            match answer {
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
            self.forget();
        }
        let wanted = self
            .known
            .with_untracked(|known| matches!(known, Known::Said(before) if before.second_factor_wanted));
        if wanted && session.second_factor_given {
            // What was refused without the second factor is asked again.
            self.cache.invalidate_all();
        }
        if self.ended.get_untracked() {
            // What was refused in between is asked again.
            self.ended.set(false);
            self.cache.invalidate_all();
        }
        api::speak_as(session.user.as_ref().map(|user| user.id));
        if signed_in {
            remember(was != session.user.as_ref().map(|user| user.id));
        }
        self.zone.choose(session.preferences.time_zone.clone());
        let next = Known::Said(Box::new(session));
        if self.known.with_untracked(|known| *known != next) {
            self.known.set(next);
        }
    }

    /// Shows a changed choice and keeps it on the server; where that fails, the old one is shown again. One change goes
    /// out after the other, each with what was chosen before it.
    pub fn choose(self, change: impl FnOnce(&mut Preferences)) {
        let Some(kept) = untrack(|| self.with(|session| session.preferences.clone())) else { return };
        let mut next = kept.clone();
        change(&mut next);
        self.prefer(next.clone());
        let under_way = self.chosen.with_value(Option::is_some);
        self.chosen.set_value(Some(next));
        if !under_way {
            spawn_local(self.keep_choices(kept));
        }
    }

    async fn keep_choices(self, mut kept: Preferences) {
        let (person, mut wrong) = (self.turn.get_value(), None);
        while let Some(next) = self.chosen.get_value() {
            match api::set_preferences(next.clone()).await {
                Ok(now) => (kept, wrong) = (now, None),
                Err(error) => wrong = Some(error),
            }
            if self.chosen.with_value(|chosen| chosen.as_ref() == Some(&next)) {
                self.chosen.set_value(None);
            }
        }
        if self.turn.get_value() != person {
            return;
        }
        self.prefer(kept);
        if let Some(error) = wrong {
            self.toasts.say(Tone::Danger, format!("Your choice was not kept. {}", error.sentence()));
        }
    }

    fn prefer(self, preferences: Preferences) {
        self.zone.choose(preferences.time_zone.clone());
        self.known.update(|known| {
            if let Known::Said(session) = known {
                session.preferences = preferences;
            }
        });
    }

    /// Signs out. A session that is over already is as good as one that was ended.
    pub fn leave(self) {
        spawn_local(async move {
            if let Err(error) = api::sign_out().await
                && error.code != ErrorCode::NotSignedIn
                // The answer may be lost although the deed is done.
                && api::session().await.map_or(true, |session| session.state == SessionState::SignedIn)
            {
                self.toasts.say(Tone::Danger, format!("You are still signed in. {}", error.sentence()));
                return;
            }
            let answer = api::session().await;
            keep(HINT, None);
            self.forget();
            self.known.set(Known::Asking);
            match answer {
                Ok(anonymous) => self.take(anonymous),
                Err(error) => self.known.set(Known::Failed(error)),
            }
        });
    }

    /// What was read and said for one person is not for the next.
    fn forget(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.cache.clear();
        self.toasts.clear();
    }

    /// An answer said that the session is over: the session itself is asked, because another window may have signed in
    /// anew while that answer was on its way.
    pub fn expired(self) {
        if self.is_signed_in_untracked() && !self.ended.get_untracked() {
            self.refresh();
        }
    }

    /// Whether anybody sees and may ask what would be read again by itself.
    pub fn is_watching(self) -> bool {
        !self.ended.get_untracked() && !document().hidden()
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

    /// The id of whoever is signed in; followed.
    pub fn signed_in(self) -> Option<PrincipalId> {
        self.with(|session| {
            let user = session.user.as_ref().filter(|_| session.state == SessionState::SignedIn);
            user.map(|user| user.id)
        })
        .flatten()
    }

    /// The person's id, read once.
    pub fn user_id_untracked(self) -> Option<PrincipalId> {
        untrack(|| self.user_id())
    }

    /// Whether a second factor was given in this session; followed.
    pub fn second_factor_given(self) -> bool {
        self.with(|session| session.second_factor_given).unwrap_or_default()
    }

    /// Whether a role that is in force does nothing until a second factor is given; followed.
    pub fn is_asked_for_factor(self) -> bool {
        self.with(|session| session.second_factor_wanted).unwrap_or_default()
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

/// Other windows are told of each change of it, and ask who it is that came.
fn remember(came: bool) {
    let before = kept(HINT);
    if came || before.is_none() {
        keep(HINT, Some(if before.as_deref() == Some("1") { "2" } else { "1" }));
    }
}
