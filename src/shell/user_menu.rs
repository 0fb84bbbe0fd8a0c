//! The person's own menu: the roles that are in force, with the time left, and the way out.

use domain::{
    schedule::AssignmentType,
    time::Instant,
    wire::api::{ActiveRole, Person, Theme},
};
use leptos::prelude::*;

use crate::{
    components::{Choice, Icon, avatar, icon, popover, radios},
    data::use_clock,
    routes::{List, Route},
    session::use_who,
};

const THEMES: &[Choice<Theme>] = &[
    Choice { value: Theme::System, words: "As the system" },
    Choice { value: Theme::Light, words: "Light" },
    Choice { value: Theme::Dark, words: "Dark" },
];

pub(super) fn user_menu() -> AnyView {
    let who = use_who();
    let person = Memo::new(move |_| who.with(|session| session.user.clone()).flatten());
    let roles = Memo::new(move |_| who.with(|session| session.active_roles.clone()).unwrap_or_default());
    let name = move |read: fn(&Person) -> &String| {
        person.with(|person| person.as_ref().map(|person| read(person).clone()).unwrap_or_default())
    };
    let face = move || avatar(&name(|person| &person.display_name));
    let content = view! {
        <div class="menu-part">
            <strong>{move || name(|person| &person.display_name)}</strong>
            <div class="quiet">{move || name(|person| &person.user_principal_name)}</div>
        </div>
        <section class="menu-part" aria-label="Active roles">
            <h2 class="menu-title">"Active roles"</h2>
            {move || held(roles.get())}
        </section>
        <div class="menu-part">{themes()}</div>
        <a class="menu-entry" href=Route::Account.url()>{icon(Icon::Person)}"My account"</a>
        {sign_out()}
    };
    let label = move || format!("Account of {}", name(|person| &person.display_name));
    view! {
        {move || soonest(&roles.get())}
        {popover("user-menu", label, "avatar-button", view! { {face} }.into_any(), content.into_any())}
    }
    .into_any()
}

fn left(end: Option<Instant>, now: Instant) -> String {
    end.map_or_else(|| "permanent".to_owned(), |end| format!("{} left", (end - now).words()))
}

/// The activation that ends first, always in sight.
fn soonest(roles: &[ActiveRole]) -> Option<AnyView> {
    let clock = use_clock();
    let activated = |role: &&ActiveRole| role.assignment_type == AssignmentType::Activated;
    let role = roles.iter().filter(activated).min_by_key(|role| role.end_date_time)?.clone();
    let words = move || format!("{}, {}", role.role_name, left(role.end_date_time, clock.now()));
    Some(view! { <span class="chip success">{words}</span> }.into_any())
}

fn held(roles: Vec<ActiveRole>) -> AnyView {
    if roles.is_empty() {
        return view! { <p class="quiet">"None of your roles is active."</p> }.into_any();
    }
    let clock = use_clock();
    let rows = roles.into_iter().map(|role| {
        let end = role.end_date_time;
        let out = (role.assignment_type == AssignmentType::Activated).then(|| {
            let to = Route::Deactivate(role.schedule_id, List::default());
            view! { <a href=to.url() aria-label=format!("Deactivate {}", role.role_name)>"Deactivate"</a> }
        });
        view! {
            <div class="held">
                <span>{role.role_name}<small>{move || left(end, clock.now())}</small></span>
                {out}
            </div>
        }
    });
    rows.collect_view().into_any()
}

fn themes() -> AnyView {
    let who = use_who();
    let chosen = Signal::derive(move || who.with(|session| session.preferences.theme).unwrap_or_default());
    let choose = move |theme| who.choose(|kept| kept.theme = theme);
    radios("Theme", "theme", THEMES, chosen, choose)
}

fn sign_out() -> AnyView {
    let who = use_who();
    view! {
        <button type="button" class="menu-entry" data-leaves="" on:click=move |_| who.leave()>{icon(Icon::SignOut)}"Sign out"</button>
    }
    .into_any()
}
