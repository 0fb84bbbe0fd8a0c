//! The address bar: which route is shown, and how to go to another one.
//!
//! One enum both builds and reads addresses, so no second table of patterns is needed and the browser's own history
//! is enough. In exchange a panel with unsaved input can ask before it is left, in one place.

mod place;

use std::sync::Arc;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

pub use self::place::Place;
use crate::routes::Route;

/// Asked before a route is left; gives back whether it may be.
type Guard = Arc<dyn Fn(&Route) -> bool + Send + Sync>;

/// The address bar. Copied freely; lives in the context.
#[derive(Clone, Copy)]
pub struct History {
    route: RwSignal<Route>,
    depth: StoredValue<i32>,
    guard: StoredValue<Option<Guard>>,
    /// Whether the browser was told to go back and has not done so yet.
    closing: StoredValue<bool>,
    /// Where the reader was in each of the portal's own entries, this one's not yet.
    places: StoredValue<Vec<Option<Place>>>,
    /// Where the reader was in the entry that has just come back.
    came_back_to: StoredValue<Option<Place>>,
}

impl History {
    /// Reads the address, and follows the back button and every link that leads to a screen of the portal.
    pub fn start() -> Self {
        let history = Self {
            route: RwSignal::new(Route::parse(&address())),
            depth: StoredValue::new(depth_of_entry()),
            guard: StoredValue::new(None),
            closing: StoredValue::new(false),
            places: StoredValue::default(),
            came_back_to: StoredValue::new(None),
        };
        let _ = window_event_listener(ev::popstate, move |_| history.popped());
        let _ = window_event_listener(ev::click, move |event| {
            if let Some(url) = inner_link(&event) {
                event.prevent_default();
                history.go(&Route::parse(&url));
            }
        });
        history
    }

    /// The route that is shown.
    pub fn route(self) -> Signal<Route> {
        self.route.into()
    }

    /// Goes to a route; the back button leads here again.
    pub fn go(self, route: &Route) {
        if self.route.with_untracked(|shown| shown == route) || !self.may_leave(route) {
            return;
        }
        // From one panel to another is one step: closing either leads to where the first was opened.
        let in_place = route.is_panel() && self.route.with_untracked(Route::is_panel);
        if !in_place {
            self.keep_place();
            self.depth.update_value(|depth| *depth += 1);
        }
        self.show(route, in_place);
    }

    /// Shows a route in place of this one: for the state of a grid, and after a panel has done its work.
    pub fn replace(self, route: &Route) {
        if self.route.with_untracked(|shown| shown != route) {
            self.show(route, true);
        }
    }

    /// Closes the open panel: back where it was opened from, or to the screen under it when it was opened by a link.
    pub fn close_panel(self) {
        let under = self.route.with_untracked(Route::under);
        if self.closing.get_value() || !self.may_leave(&under) {
            return;
        }
        self.set_guard(None);
        if self.depth.get_value() > 0
            && let Ok(history) = window().history()
            && history.back().is_ok()
        {
            // The browser goes back a little later; a second step would lead off the screen.
            self.closing.set_value(true);
            return;
        }
        self.replace(&under);
    }

    /// Installs the question that is asked before the route is left, or removes it.
    pub fn set_guard(self, guard: Option<Guard>) {
        self.guard.set_value(guard);
    }

    /// Where the reader was when he left this screen, if he came by the back or the forward button. Given once.
    pub fn came_back_to(self) -> Option<Place> {
        self.came_back_to.try_update_value(Option::take).flatten()
    }

    fn may_leave(self, to: &Route) -> bool {
        self.guard.get_value().is_none_or(|guard| guard(to))
    }

    fn show(self, route: &Route, in_place: bool) {
        let state = JsValue::from_f64(f64::from(self.depth.get_value()));
        if let Ok(history) = window().history() {
            let url = route.url();
            let _ = if in_place {
                history.replace_state_with_url(&state, "", Some(&url))
            } else {
                history.push_state_with_url(&state, "", Some(&url))
            };
        }
        self.came_back_to.set_value(None);
        self.route.set(route.clone());
    }

    fn keep_place(self) {
        let depth = self.index();
        self.places.update_value(|places| {
            places.resize(places.len().max(depth + 1), None);
            places[depth] = Some(Place::here());
        });
    }

    /// The number of this entry among the portal's own.
    fn index(self) -> usize {
        usize::try_from(self.depth.get_value()).unwrap_or_default()
    }

    fn popped(self) {
        self.closing.set_value(false);
        let route = Route::parse(&address());
        if !self.may_leave(&route) {
            // The browser has moved already; put the address of the panel back on top.
            let shown = self.route.get_untracked();
            self.show(&shown, false);
            return;
        }
        self.keep_place();
        self.depth.set_value(depth_of_entry());
        self.came_back_to
            .set_value(self.places.with_value(|places| places.get(self.index()).cloned().flatten()));
        self.route.set(route);
    }
}

/// The address bar, from the context.
pub fn use_history() -> History {
    expect_context()
}

/// The route that is shown.
pub fn use_route() -> Signal<Route> {
    use_history().route()
}

fn address() -> String {
    let location = window().location();
    let path = location.pathname().unwrap_or_else(|_| "/".into());
    path + &location.search().unwrap_or_default()
}

/// How many of the portal's own entries lie under this one; kept in the entry, so that a reload knows it too.
fn depth_of_entry() -> i32 {
    let state = window().history().ok().and_then(|history| history.state().ok());
    #[expect(clippy::cast_possible_truncation, reason = "it was written from an i32")]
    state.and_then(|state| state.as_f64()).map_or(0, |depth| depth as i32)
}

/// The address behind a plain click on a link inside the portal.
fn inner_link(event: &web_sys::MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let anchor: HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let elsewhere = !anchor.target().is_empty()
        || anchor.has_attribute("download")
        || anchor.get_attribute("href").is_some_and(|href| href.starts_with('#'))
        || window().location().origin().ok() != Some(anchor.origin());
    (!elsewhere).then(|| anchor.pathname() + &anchor.search())
}
