//! Screens that are fetched when somebody first goes to one, so that the first load holds what everybody needs.

use core::pin::Pin;

use domain::wire::api::SessionState;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::modal,
    history::{use_history, use_route},
    routes::Route,
    shell,
};

/// What a fetched part of the portal can draw.
#[derive(Clone, Copy)]
pub struct Screens {
    /// The screen of a route.
    pub screen: fn(&Route) -> AnyView,
    /// The panel of a route.
    pub panel: fn(&Route) -> AnyView,
    /// What only some sign-ins need.
    pub step: fn(SessionState) -> AnyView,
    /// What the help says.
    pub help: fn() -> AnyView,
}

/// Why there is nothing to draw with.
#[derive(Clone, Copy)]
pub struct NotFetched;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Fetches the screens.
pub type Load = fn() -> Pin<Box<dyn Future<Output = Result<Screens, NotFetched>>>>;

#[derive(Clone, Copy)]
enum State {
    Absent,
    Coming,
    Failed,
    Here(Screens),
}

thread_local! {
    static STATE: ArcRwSignal<State> = ArcRwSignal::new(State::Absent);
}

/// Fetches the screens, unless they are here or on their way.
pub fn fetch(load: Load) {
    let state = STATE.with(Clone::clone);
    if matches!(state.get_untracked(), State::Coming | State::Here(_)) {
        return;
    }
    state.set(State::Coming);
    spawn_local(async move {
        let got = load().await;
        // A step of signing in that was waited for has no title yet.
        let has = |selector| document().query_selector(selector).is_ok_and(|found| found.is_some());
        let led = shell::is_at_heading() || has("main.gate") && !has("main.gate h1");
        state.set(got.map_or(State::Failed, State::Here));
        if led {
            shell::go_to_heading();
        }
    });
}

/// Fetches the screens unless that was tried before: who was told that they did not come chooses when to try again.
pub fn fetch_ahead(load: Load) {
    if matches!(STATE.with(Clone::clone).get_untracked(), State::Absent) {
        fetch(load);
    }
}

/// Draws a screen, at once where that can be.
pub fn screen(route: &Route, load: Load) -> AnyView {
    let route = route.clone();
    drawn(load, move |screens| (screens.screen)(&route), coming, failed)
}

/// Draws a panel, at once where that can be.
pub fn panel(route: &Route, load: Load) -> AnyView {
    let route = route.clone();
    drawn(load, move |screens| (screens.panel)(&route), || ().into_any(), panel_failed)
}

/// Draws a part of a screen, at once where that can be.
pub fn part(draw: impl Fn(Screens) -> AnyView + Send + 'static, load: Load) -> AnyView {
    let coming = || view! { <p role="status" aria-busy="true">"Loading"</p> }.into_any();
    drawn(load, draw, coming, apology)
}

fn drawn(
    load: Load,
    draw: impl Fn(Screens) -> AnyView + Send + 'static,
    coming: fn() -> AnyView,
    failed: fn(Load) -> AnyView,
) -> AnyView {
    let state = STATE.with(Clone::clone);
    if let State::Here(screens) = state.get_untracked() {
        return draw(screens);
    }
    fetch(load);
    (move || match state.get() {
        State::Here(screens) => draw(screens),
        State::Absent | State::Coming => coming(),
        State::Failed => failed(load),
    })
    .into_any()
}

fn coming() -> AnyView {
    view! {
        <h1 tabindex="-1">{use_route().with_untracked(Route::title)}</h1>
        <p role="status" aria-busy="true">"Loading"</p>
    }
    .into_any()
}

fn failed(load: Load) -> AnyView {
    view! {
        <h1 tabindex="-1">{use_route().with_untracked(Route::title)}</h1>
        {apology(load)}
    }
    .into_any()
}

fn panel_failed(load: Load) -> AnyView {
    let history = use_history();
    let close = move || history.close_panel();
    let content = view! {
        <h2 id="not-fetched" tabindex="-1" autofocus>{use_route().with_untracked(Route::title)}</h2>
        {apology(load)}
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| close()>"Close"</button>
        </div>
    };
    modal("dialog", "not-fetched", close, content.into_any())
}

/// A new release takes the files of the last one away: then only the page itself, loaded anew, knows the new names. With
/// the button the focus goes to the title, and from there to what comes.
fn apology(load: Load) -> AnyView {
    let again = move |_| {
        fetch(load);
        shell::go_to_heading();
    };
    view! {
        <p class="note danger" role="alert">
            "This could not be fetched. The server may be out of reach, or newer than this page."
        </p>
        <p class="actions">
            <button type="button" class="button" on:click=again>"Try again"</button>
            <button type="button" class="button" on:click=|_| reload()>"Load the page anew"</button>
        </p>
    }
    .into_any()
}

fn reload() {
    // Fails only in a page that is being left.
    let _ = window().location().reload();
}
