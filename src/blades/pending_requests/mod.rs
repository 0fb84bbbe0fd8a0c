//! Pending requests: everything that is asked and has neither begun nor ended, as far as the reader may see it.

use domain::permission::Permission;
use leptos::prelude::*;

use crate::{
    components::Icon,
    data::{Family, use_cache},
    parts::{Command, RequestGrid, command_bar, page_head},
    routes::Desk,
    session::use_who,
};

/// The screen.
pub(super) fn pending_requests() -> AnyView {
    let (cache, who) = (use_cache(), use_who());
    let title = Desk::Pending.title();
    let whose = move || match who.may(Permission::ReadRoleManagement) {
        Ok(()) => "The open requests of everybody are shown.",
        Err(_) => "Your own open requests are shown.",
    };
    view! {
        {page_head(Signal::stored(title.to_owned()), "What waits for an approver or for its start.")}
        {command_bar(vec![
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Requests))),
        ])}
        <p class="quiet">{whose}</p>
        {RequestGrid::new(Desk::Pending).view(title, "Search by role, person, reason or ticket", "Nothing is waiting.")}
    }
    .into_any()
}
