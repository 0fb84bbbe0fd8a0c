//! The bar at the top: mark, search, bell, help, the person.

use leptos::prelude::*;

use super::{bell::bell, find::find, help::Help, user_menu::user_menu};
use crate::{
    components::{Icon, icon},
    routes::Route,
};

pub(super) fn top_bar(drawer: RwSignal<bool>) -> AnyView {
    let help = RwSignal::new(false);
    provide_context(Help(help));
    view! {
        <div class="top-bar">
            <div class="top-start">
                <button
                    type="button"
                    class="icon-button nav-toggle"
                    aria-label="Navigation"
                    aria-expanded=move || drawer.get().to_string()
                    aria-controls="side-nav"
                    on:click=move |_| drawer.update(|open| *open = !*open)
                >
                    {icon(Icon::Menu)}
                </button>
                <a class="mark" href=Route::QuickStart.url() aria-label="Pimlico, Quick start">
                    <span class="mark-sign"></span>
                    <span class="mark-word">"Pimlico"</span>
                </a>
            </div>
            {find()}
            <div class="top-end">
                {bell()}
                <button type="button" class="icon-button" aria-label="Help" title="Help (?)" on:click=move |_| help.set(true)>
                    {icon(Icon::Help)}
                </button>
                {user_menu()}
            </div>
        </div>
    }
    .into_any()
}
