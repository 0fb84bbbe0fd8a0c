//! The frame around every screen: top bar, side navigation, messages.

mod bell;
mod find;
mod help;
mod places;
mod side_nav;
mod theme;
mod top_bar;
mod user_menu;

pub use help::help_words;
use leptos::{ev, prelude::*};
pub use theme::{follow_theme, rows_as_kept};

use crate::{
    components::{lead_to, title_here, toast_region, use_toasts},
    data::use_cache,
    history::use_history,
    parts::{banner, focus_on},
    routes::Route,
    session::use_who,
};

/// The frame with a screen in it; `help_words` draws what the help says.
pub fn frame(screen: AnyView, help_words: fn() -> AnyView) -> AnyView {
    let who = use_who();
    let lab = Memo::new(move |_| who.with(|session| session.lab).unwrap_or_default());
    let drawer = RwSignal::new(false);
    lead_to_heading(drawer);
    view! {
        <div class="shell" class:lab=lab>
            <header class="chrome">
                <a class="skip" href="#main" on:click=move |event| skip(&event)>"Skip to main content"</a>
                {move || lab.get().then(lab_band)}
                {top_bar::top_bar(drawer)}
            </header>
            {side_nav::side_nav(drawer)}
            <main id="main" tabindex="-1">
                {standing()}
                {screen}
            </main>
            {toast_region(use_toasts())}
            {help::help(help_words)}
        </div>
    }
    .into_any()
}

/// Without a new entry in the browser's history, which would be none of the portal's own.
fn skip(event: &ev::MouseEvent) {
    event.prevent_default();
    focus_on("#main");
}

/// Nobody takes a lab for the real thing, on no screen.
fn lab_band() -> AnyView {
    view! {
        <div class="lab-band">
            <strong>"Lab"</strong>
            <span class="lab-words">"Invented people, passwords for all to see."</span>
            <span><a href=Route::Lab.url()>"Open the lab"</a></span>
        </div>
    }
    .into_any()
}

/// What concerns every screen, and every panel over one.
pub fn standing() -> AnyView {
    let (who, cache) = (use_who(), use_cache());
    // A privileged role began in the middle of the session: it does nothing until this is done.
    let wanted = Memo::new(move |_| who.is_asked_for_factor());
    let behind = move || {
        keep_focus(".standing");
        cache.why_behind().map(|why| {
            view! {
                <p class="note warning" role="status">
                    "What is shown could not be brought up to date. "{why}" "
                    <button type="button" class="link" on:click=move |_| cache.invalidate_all()>"Try again"</button>
                </p>
            }
        })
    };
    view! {
        <div class="standing">{ended()}{banner(wanted.into(), RwSignal::new(false))}{behind}</div>
    }
    .into_any()
}

/// What was typed stays: signing in happens in another tab.
pub fn ended() -> AnyView {
    let who = use_who();
    let notice = move || {
        keep_focus(".standing");
        who.has_ended().then(|| {
            view! {
                <p class="note warning" role="alert">
                    "Your session has ended. What you typed is still here. "
                    <a href=Route::SignIn(None).url() target="_blank">"Sign in again in a new tab"</a>
                </p>
            }
        })
    };
    notice.into_any()
}

/// After another screen came, the focus is at its heading, or where it was when the screen was left, and the drawer is
/// closed.
fn lead_to_heading(drawer: RwSignal<bool>) {
    let history = use_history();
    let route = history.route();
    let screen = Memo::new(move |_| route.with(Route::screen));
    Effect::new(move |first: Option<()>| {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        screen.with(|_| ());
        if first.is_none() {
            return;
        }
        drawer.set(false);
        go_to_heading();
        if let Some(place) = history.came_back_to() {
            place.lead_back();
        }
    });
}

/// Leads whoever uses a keyboard or a screen reader to the heading of the screen or panel, as soon as it is drawn.
pub fn go_to_heading() {
    request_animation_frame(|| {
        if let Some(heading) = title_here() {
            lead_to(&heading);
        }
    });
}

/// Before what is found by this selector is drawn anew: whoever is in it and goes away with it is led to the heading.
pub fn keep_focus(within: &str) {
    let here = document().active_element();
    if let Some(here) = here.filter(|here| here.closest(within).is_ok_and(|found| found.is_some())) {
        request_animation_frame(move || {
            if !here.is_connected() {
                go_to_heading();
            }
        });
    }
}

/// Whether that is where the focus is.
pub fn is_at_heading() -> bool {
    let heading = title_here();
    heading.is_some() && document().active_element() == heading
}
