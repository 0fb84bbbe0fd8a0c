//! The navigation at the side. A screen that is not built is not drawn.

use domain::{permission::Permission, wire::requests::Tasks};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::{
    api,
    components::{Icon, icon},
    data::{Cache, Key, Query, use_cache},
    history::use_route,
    parts::{focus_on, total},
    routes::{Book, Desk, List, Route},
    session::use_who,
};

/// The entry of the screen that is shown.
const CURRENT: &str = "#side-nav [aria-current]";

pub(super) fn side_nav(drawer: RwSignal<bool>) -> AnyView {
    let who = use_who();
    let lab = Memo::new(move |_| who.with(|session| session.lab).unwrap_or_default());
    let manages = Memo::new(move |_| who.may(Permission::ManageRoles).is_ok());
    let list = List::default;
    closes(drawer);
    let tasks = Query::new(move || (Key::Tasks, Box::pin(api::tasks())));
    view! {
        <nav
            id="side-nav"
            class="side-nav"
            class:open=drawer
            aria-label="Privileged Identity Management"
        >
            <ul>{entry(Icon::Home, Route::QuickStart)}</ul>
            {group("Tasks")}
            <ul>
                {entry(Icon::Key, Route::MyRoles(list()))}
                {desk(Icon::Send, Desk::Mine, tasks)}
                {desk(Icon::Check, Desk::Approve, tasks)}
                {desk(Icon::Wait, Desk::Pending, tasks)}
            </ul>
            {group("Manage")}
            <ul>
                {entry(Icon::Shield, Route::Roles(list()))}
                {entry(Icon::List, Route::Assignments(list()))}
                {entry(Icon::Sliders, Route::Settings(list()))}
                {entry(Icon::People, Route::Users(list()))}
                {entry(Icon::Squares, Route::Groups(list()))}
                {move || manages.get().then(|| entry(Icon::Check, Route::SetupCheck))}
            </ul>
            {group("Activity")}
            <ul>
                {entry(Icon::Page, Route::Audit(Book::Resource, list()))}
                {entry(Icon::Clock, Route::Audit(Book::Mine, list()))}
            </ul>
            {move || lab.get().then(|| view! {
                {group("Try out")}
                <ul>{entry(Icon::Lab, Route::Lab)}{entry(Icon::Squares, Route::Teams)}</ul>
            })}
        </nav>
    }
    .into_any()
}

/// The drawer takes the focus, and goes at a press on one of its entries or outside it, by Escape, and when the focus
/// leads out of it. Its button has the focus then, unless
/// the press gave it to something else.
fn closes(drawer: RwSignal<bool>) {
    let close = move || {
        drawer.set(false);
        let lost = document()
            .active_element()
            .is_none_or(|here| lies_in(&here, "#side-nav") || here.tag_name() == "BODY");
        if lost {
            focus_on(".nav-toggle");
        }
    };
    let press = window_event_listener(ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        // A press on an entry that leads elsewhere has closed it already.
        if drawer.get_untracked()
            && target.is_some_and(|target| {
                lies_in(&target, "#side-nav a") || !lies_in(&target, "#side-nav, .nav-toggle")
            })
        {
            close();
        }
    });
    let key = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && drawer.get_untracked() {
            close();
        }
    });
    // Tab leads out of it to what lies under it.
    let focus = window_event_listener(ev::focusin, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if drawer.get_untracked() && target.is_some_and(|target| !lies_in(&target, "#side-nav, .nav-toggle"))
        {
            drawer.set(false);
        }
    });
    Effect::new(move |_| {
        if drawer.get() {
            let has_current = document().query_selector(CURRENT).is_ok_and(|found| found.is_some());
            focus_on(if has_current { CURRENT } else { "#side-nav a" });
        }
    });
    on_cleanup(move || {
        press.remove();
        key.remove();
        focus.remove();
    });
}

fn lies_in(element: &Element, selector: &str) -> bool {
    element.closest(selector).is_ok_and(|found| found.is_some())
}

fn group(name: &'static str) -> AnyView {
    view! { <h2 class="nav-group">{name}</h2> }.into_any()
}

fn entry(picture: Icon, to: Route) -> AnyView {
    counted(picture, to, ().into_any())
}

/// The entry of a grid of requests, with how many wait there.
fn desk(picture: Icon, desk: Desk, tasks: Query<Tasks>) -> AnyView {
    let words = move || {
        let tasks = tasks.ready()?;
        let count = match desk {
            Desk::Approve => tasks.approvals,
            Desk::Mine => tasks.mine,
            Desk::Pending => tasks.pending,
        };
        (count > 0).then(|| format!(" ({})", total(count)))
    };
    let count = view! { <span class="nav-count">{words}</span> };
    counted(picture, Route::Requests(desk, List::default()), count.into_any())
}

fn counted(picture: Icon, to: Route, count: AnyView) -> AnyView {
    let route = use_route();
    let cache = use_cache();
    let name = to.title();
    let url = to.url();
    let here = {
        let to = to.clone();
        move || (route.with(section) == to).then_some("page")
    };
    let ahead = {
        let to = to.clone();
        move || fetch_ahead(cache, &to)
    };
    view! {
        <li>
            <a
                class="nav-entry"
                href=url
                title=name
                aria-current=here
                on:mouseenter=move |_| ahead()
                on:focus=move |_| fetch_ahead(cache, &to)
            >
                {icon(picture)}
                <span class="nav-word">{name}{count}</span>
            </a>
        </li>
    }
    .into_any()
}

/// The entry under which a route lies: the screen of one thing lies under the list of such things.
fn section(route: &Route) -> Route {
    match route.breadcrumb().pop() {
        Some(above) if above != Route::QuickStart => above,
        _ => route.screen(),
    }
}

/// What the entry leads to is asked for while the pointer is still on its way.
fn fetch_ahead(cache: Cache, to: &Route) {
    let list = List::default;
    match to {
        Route::MyRoles(_) => cache.prefetch(Key::MyRoles(list()), Box::pin(api::my_roles(list()))),
        Route::Roles(_) => cache.prefetch(Key::Roles(list()), Box::pin(api::roles(list()))),
        Route::Assignments(_) => {
            let key = Key::Assignments(list(), None, None);
            cache.prefetch(key, Box::pin(api::assignments(list(), None, None)));
        }
        _ => {}
    }
}
