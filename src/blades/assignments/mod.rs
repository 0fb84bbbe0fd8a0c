//! Assignments: who has which role, tenant wide; with the panels that change one.

mod remove;
mod update;

use domain::permission::Permission;
use leptos::prelude::*;
pub(super) use remove::remove_panel;
pub(super) use update::update_panel;

use crate::{
    components::Icon,
    data::{Family, use_cache},
    history::use_route,
    parts::{Command, assignment_grid, command_bar, export_of, page_head},
    routes::{Host, Preset, Route},
    session::use_who,
};

/// The screen.
pub(super) fn assignments() -> AnyView {
    let (route, who, cache) = (use_route(), use_who(), use_cache());
    let may_read = Signal::derive(move || who.may(Permission::ReadRoleManagement));
    let add = Signal::derive(move || {
        let list = route.with(|route| route.list().cloned().unwrap_or_default());
        Route::AddAssignments(Host::Assignments, Preset::default(), list)
    });
    view! {
        {page_head(Signal::stored("Assignments".to_owned()), "Who is eligible for a role, who has one, and who had.")}
        {command_bar(vec![
            Command::Go(Icon::Add, "Add assignments", add, Signal::derive(move || who.may(Permission::ManageRoles))),
            Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Roles))),
            Command::Load("Export", export_of(Host::Assignments), may_read),
        ])}
        {assignment_grid(Host::Assignments)}
    }
    .into_any()
}
