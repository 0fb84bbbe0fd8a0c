//! Where everybody starts: what it is for, and the way from a role that is possible to its trace in the history.

use leptos::prelude::*;

use crate::{
    components::{Icon, icon},
    parts::{focus_on, page_head},
    routes::{Book, Desk, List, Route},
};

pub(super) fn quick_start() -> AnyView {
    let list = List::default;
    view! {
        {page_head(
            Signal::stored("Quick start".to_owned()),
            "Privileged access when it is needed, for as long as it is needed, with a reason.",
        )}
        <p class="ways">
            <button type="button" class="button primary" on:click=|_| focus_on("#get-started")>"Get started"</button>
            <a href=Route::MyRoles(list()).url()>"My roles"</a>
        </p>
        <div class="cards">
            {card(
                Icon::Shield,
                "Manage access",
                "Give people as little privilege as their work needs: make them eligible for a role instead of leaving it on.",
                "Manage",
                &Route::Roles(list()),
            )}
            {card(
                Icon::Key,
                "Activate just in time",
                "No persistent access: switch on a role that you are eligible for, and it ends by itself.",
                "Activate your role",
                &Route::MyRoles(list()),
            )}
            {card(
                Icon::People,
                "Discover and monitor",
                "See who holds which role, since when, and until when.",
                "View assignments",
                &Route::Assignments(list()),
            )}
        </div>
        <section class="section" aria-labelledby="get-started">
            <h2 id="get-started" tabindex="-1">"Get started"</h2>
            <ol class="steps">
                {step(
                    "Assign",
                    "Make somebody eligible for a role, for a while or for good. It gives no right by itself.",
                    "Assign eligibility",
                    &Route::Roles(list()),
                )}
                {step(
                    "Activate",
                    "Switch the role on when the work needs it, with a reason, for a few hours.",
                    "Activate your role",
                    &Route::MyRoles(list()),
                )}
                {step(
                    "Approve",
                    "Where a role asks for it, somebody else says yes before it begins.",
                    "Approve requests",
                    &Route::Requests(Desk::Approve, list()),
                )}
                {step(
                    "Audit",
                    "Each request, answer and change is written down, with who, why and when.",
                    "View your history",
                    &Route::Audit(Book::Mine, list()),
                )}
            </ol>
        </section>
    }
    .into_any()
}

fn card(picture: Icon, title: &'static str, words: &'static str, verb: &'static str, to: &Route) -> AnyView {
    view! {
        <section class="card">
            {icon(picture)}
            <h2>{title}</h2>
            <p>{words}</p>
            <a class="button" href=to.url()>{verb}</a>
        </section>
    }
    .into_any()
}

fn step(title: &'static str, words: &'static str, verb: &'static str, to: &Route) -> AnyView {
    view! {
        <li>
            <h3>{title}</h3>
            <p>{words}</p>
            <a href=to.url()>{verb}</a>
        </li>
    }
    .into_any()
}
