//! The screens, each in a folder of its own, reached from here alone. A screen never knows another one.

mod add_assignments;
mod approve_requests;
mod assignments;
mod audit;
mod groups;
mod lab;
mod lazy;
mod my_account;
mod my_requests;
mod my_roles;
mod pending_requests;
mod quick_start;
mod request_timeline;
mod roles;
mod settings;
mod setup_check;
mod sign_in;
mod teams;
mod users;

use core::{pin::Pin, time::Duration};

use leptos::prelude::*;

use crate::{
    api,
    data::{Cache, Key},
    history::use_route,
    parts::arrow_keys,
    routes::{Desk, Route},
    shell,
};

/// How long after the first screen the others are fetched: sooner than anybody presses a button.
const LATER: Duration = Duration::from_millis(400);

/// While it is asked who is signed in.
pub fn waiting() -> AnyView {
    view! { <main aria-busy="true"><p role="status">"Loading"</p></main> }.into_any()
}

/// When the server does not even say who is signed in.
pub fn unreachable(message: &str, again: impl Fn() + 'static) -> AnyView {
    view! {
        <main>
            <h1>"Pimlico cannot be reached"</h1>
            <p class="note danger" role="alert">{message.to_owned()}</p>
            <button type="button" class="button" on:click=move |_| again()>"Try again"</button>
        </main>
    }
    .into_any()
}

/// Sign-in, with its further steps by the state of the session.
pub fn sign_in() -> AnyView {
    // While the person types.
    set_timeout(|| lazy::fetch_ahead(later), LATER);
    sign_in::sign_in(|step| lazy::part(move |screens| (screens.step)(step), later))
}

/// The frame with the screen and the open panel. The screen is drawn anew only when it is another one, so that a
/// grid keeps its place while panels come and go and its own state changes.
pub fn signed_in() -> AnyView {
    let route = use_route();
    let screen = Memo::new(move |_| route.with(Route::screen));
    let panel = Memo::new(move |_| {
        route.with(|route| route.is_panel().then(|| route.clone().with_list(crate::routes::List::default())))
    });
    // After the first screen, so that nothing is in its way; then every way from it is short.
    set_timeout(|| lazy::fetch_ahead(later), LATER);
    let screen = move || first_screen(&screen.get());
    view! {
        {shell::frame(screen.into_any(), || lazy::part(|screens| (screens.help)(), later))}
        {move || panel.get().map(|panel| first_panel(&panel))}
    }
    .into_any()
}

/// Fetches what the first screen will ask for, while it is still asked who is signed in.
pub fn fetch_ahead(cache: Cache) {
    let route = use_route().get_untracked();
    if let Route::MyRoles(list) = route {
        cache.prefetch(Key::MyRoles(list.clone()), Box::pin(api::my_roles(list)));
    } else if !comes_first(&route) {
        lazy::fetch_ahead(later);
    }
}

/// Whether a route is part of the first load: signing in, and what everybody comes for.
fn comes_first(route: &Route) -> bool {
    matches!(route, Route::SignIn(_) | Route::MyRoles(_) | Route::NotFound(_))
}

/// A screen of the first load, or of what is fetched later.
fn first_screen(route: &Route) -> AnyView {
    match route {
        Route::MyRoles(_) => my_roles::my_roles(),
        Route::NotFound(path) => not_found(path),
        other => lazy::screen(other, later),
    }
}

/// A panel of the first load, or of what is fetched later.
fn first_panel(route: &Route) -> AnyView {
    match route {
        Route::NotFound(_) => ().into_any(),
        other => lazy::panel(other, later),
    }
}

fn later() -> Pin<Box<dyn Future<Output = Result<lazy::Screens, lazy::NotFetched>>>> {
    Box::pin(fetched())
}

/// Everything below is one chunk of the program: `cargo xtask` cuts it off where this function stands.
#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(screens, wasm_split_path = leptos::wasm_split, fallible)]
fn fetched() -> Result<lazy::Screens, lazy::NotFetched> {
    arrow_keys();
    Ok(SCREENS)
}

/// Without the cut everything is here from the start.
#[cfg(not(feature = "split"))]
async fn fetched() -> Result<lazy::Screens, lazy::NotFetched> {
    arrow_keys();
    core::future::ready(Ok(SCREENS)).await
}

const SCREENS: lazy::Screens =
    lazy::Screens { screen, panel, step: sign_in::later_step, help: shell::help_words };

/// The screen of a route.
fn screen(route: &Route) -> AnyView {
    match route {
        Route::QuickStart => quick_start::quick_start(),
        Route::Account => my_account::my_account(),
        Route::Requests(Desk::Approve, _) => approve_requests::approve_requests(),
        Route::Requests(Desk::Mine, _) => my_requests::my_requests(),
        Route::Requests(Desk::Pending, _) => pending_requests::pending_requests(),
        Route::Users(_) => users::users(),
        Route::User(id, part, _) => users::user_page(*id, *part),
        Route::Groups(_) => groups::groups(),
        Route::Group(id, _) => groups::group_page(*id),
        Route::Lab => lab::lab(),
        Route::SetupCheck => setup_check::setup_check(),
        Route::Teams => teams::teams(),
        Route::Audit(book, _) => audit::audit(*book),
        Route::Roles(_) => roles::roles(),
        Route::Role(id, part, _) => roles::role_page(*id, *part),
        Route::Assignments(_) => assignments::assignments(),
        Route::Settings(_) => settings::settings(),
        other => not_found(&other.url()),
    }
}

/// The panel of a route.
fn panel(route: &Route) -> AnyView {
    match route {
        Route::Activate(id, _) => my_roles::activate_panel(*id),
        Route::Deactivate(id, _) => my_roles::deactivate_panel(*id),
        Route::Decide(ids, answer, _) => match ids[..] {
            [id] => approve_requests::decide_panel(id, *answer),
            _ => approve_requests::bulk_panel(ids.clone(), *answer),
        },
        Route::RequestTimeline(_, id, _) => request_timeline::timeline_panel(*id),
        Route::AddAssignments(host, preset, _) => add_assignments::add_assignments(*host, *preset),
        Route::UpdateAssignment(host, id, _) => assignments::update_panel(*host, *id),
        Route::RemoveAssignment(host, id, _) => assignments::remove_panel(*host, *id),
        Route::EditSettings(id, _) => settings::edit_settings(*id),
        Route::NewUser(_) => users::new_user(),
        Route::NewGroup(_) => groups::new_group(),
        Route::AddMembers(id, _) => groups::add_members(*id),
        Route::AuditRow(book, id, _) => audit::details_panel(*book, *id),
        other => not_found(&other.url()),
    }
}

fn not_found(path: &str) -> AnyView {
    Effect::new(|_| document().set_title("Not found - Pimlico"));
    view! {
        <h1 tabindex="-1">"Not found"</h1>
        <p>"There is no screen at " <code>{path.to_owned()}</code> "."</p>
        <p><a href=Route::QuickStart.url()>"Go to Quick start"</a></p>
    }
    .into_any()
}
