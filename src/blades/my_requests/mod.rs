//! My requests: whatever the person asked for himself, and what became of it.

use leptos::prelude::*;

use crate::{
    components::Icon,
    data::{Family, use_cache},
    parts::{Command, RequestGrid, command_bar, page_head},
    routes::Desk,
};

/// The screen.
pub(super) fn my_requests() -> AnyView {
    let cache = use_cache();
    let title = Desk::Mine.title();
    view! {
        {page_head(Signal::stored(title.to_owned()), "What you asked for, and what became of it.")}
        {command_bar(vec![
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Requests))),
        ])}
        {RequestGrid::new(Desk::Mine).view(title, "Search by role, reason or ticket", "You have not asked for anything yet.")}
    }
    .into_any()
}
