//! The contexts, and the gate before the screens.

use core::time::Duration;

use domain::{
    ids::PrincipalId,
    wire::api::{Session, SessionState},
};
use leptos::{ev, prelude::*};

use crate::{
    api, blades,
    components::{Standing, Toasts},
    data::{Cache, Clock, Zone, browser_now},
    history::{History, use_history},
    parts::{Chosen, FIRST_FIELD, focus_on},
    routes::Route,
    session::{self, Known, Who, use_who},
    shell,
};

/// How often a lab's page looks at the clock.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// The whole portal.
#[component]
pub fn App() -> impl IntoView {
    let clock = Clock::start();
    provide_context(clock);
    let cache = Cache::default();
    provide_context(cache);
    provide_context(Zone::default());
    let history = History::start();
    provide_context(history);
    let toasts = Toasts::default();
    provide_context(toasts);
    let who = Who::start();
    provide_context(who);
    if session::was_signed_in() {
        blades::fetch_ahead(cache);
    }
    provide_context(Standing(shell::standing));
    provide_context(Chosen::default());
    shell::follow_theme();
    api::observe(browser_now, move |seen| {
        if let Some(time) = seen.engine_time {
            clock.learn(time, seen.sent);
        }
        if seen.signed_out {
            who.expired();
        }
    });
    // Roles end and begin when the clock is moved: what is on the screen, and what its buttons may, is asked anew.
    Effect::new(move |first: Option<()>| {
        clock.moved().track();
        if first.is_some() {
            cache.invalidate_all();
            who.refresh();
        }
    });
    // A role that has just ended must not stay in the menu, nor in what the buttons allow.
    Effect::new(move |_| {
        let now = clock.now();
        let over = |session: &Session| {
            session.active_roles.iter().any(|role| role.end_date_time.is_some_and(|end| end <= now))
        };
        if untrack(|| who.with(over)).unwrap_or_default() {
            who.refresh();
        }
    });
    let held = Memo::new(move |_| {
        who.with(|session| session.active_roles.iter().map(|role| role.schedule_id).collect::<Vec<_>>())
    });
    Effect::new(move |before: Option<bool>| {
        let known = held.with(Option::is_some);
        if before == Some(true) {
            cache.invalidate_all();
        }
        known
    });
    // In a lab somebody else may move the clock: nothing on this page would tell.
    let _ = set_interval_with_handle(
        move || {
            if !document().hidden() && untrack(|| who.with(|session| session.lab)).unwrap_or_default() {
                who.refresh();
            }
        },
        HEARTBEAT,
    );
    // Where one person was is not where the next one comes to.
    Effect::new(move |before: Option<Option<PrincipalId>>| {
        let now = who.signed_in();
        if before.flatten().is_some_and(|before| now != Some(before)) {
            history.set_guard(None);
            let screen = history.route().with_untracked(Route::screen);
            history.replace(&if now.is_none() { Route::SignIn(None) } else { screen });
        }
        now
    });
    for act in ["keydown", "pointerdown", "wheel", "click", "input"] {
        let _ = window_event_listener_untyped(act, |_| api::touched());
    }
    // Another window was signed in or out, or somebody comes to this one after a while in another.
    for look in ["focus", "storage"] {
        let _ = window_event_listener_untyped(look, move |_| who.refresh());
    }
    // Time may have passed, the clock may have been moved, the session may have ended in another tab.
    let _ = window_event_listener(ev::visibilitychange, move |_| {
        if !document().hidden() {
            who.refresh();
            cache.invalidate_all();
        }
    });
    gate()
}

/// What stands between the address and its screen.
#[derive(Clone, PartialEq)]
enum Gate {
    Asking,
    Failed(String),
    SignIn,
    /// For this person: the next one's screens are drawn anew.
    Open(Option<PrincipalId>),
}

fn gate() -> impl IntoView {
    let who = use_who();
    let history = use_history();
    let gate = Memo::new(move |_| match who.known() {
        Known::Asking => Gate::Asking,
        Known::Failed(error) => Gate::Failed(error.sentence()),
        Known::Said(session) if session.state == SessionState::SignedIn && !who.is_held() => {
            Gate::Open(session.user.map(|user| user.id))
        }
        Known::Said(_) => Gate::SignIn,
    });
    Effect::new(move |before: Option<Gate>| {
        let now = gate.get();
        match &now {
            Gate::SignIn => history.replace(&history.route().get().sign_in_first()),
            Gate::Open(_) => {
                if let Route::SignIn(back) = history.route().get() {
                    history.replace(&Route::parse(back.as_deref().unwrap_or_default()));
                }
            }
            Gate::Asking | Gate::Failed(_) => {}
        }
        // What was pressed to come in, or to go out, is gone.
        match (before, &now) {
            (Some(Gate::SignIn), Gate::Open(_)) => shell::go_to_heading(),
            (Some(Gate::Open(_)), Gate::SignIn) => focus_on(FIRST_FIELD),
            _ => {}
        }
        now
    });
    move || match gate.get() {
        Gate::Asking => blades::waiting(),
        Gate::Failed(message) => blades::unreachable(&message, move || who.refresh()),
        Gate::SignIn => blades::sign_in(),
        Gate::Open(_) => blades::signed_in(),
    }
}
