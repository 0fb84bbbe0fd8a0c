//! Where everybody starts: three ways to go on.

use leptos::prelude::*;

use crate::{
    components::{Icon, icon},
    parts::page_head,
    routes::{List, Route},
};

pub(super) fn quick_start() -> AnyView {
    let list = List::default;
    view! {
        {page_head(
            Signal::stored("Quick start".to_owned()),
            "Privileged access when it is needed, for as long as it is needed, with a reason.",
        )}
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
