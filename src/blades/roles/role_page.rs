//! One role: who has it, what it is for, what its rules are.

use domain::{ids::RoleId, permission::Permission, wire::api::RoleSettingDetails};
use leptos::prelude::*;

use super::{description::description, settings::settings};
use crate::{
    api,
    components::Icon,
    data::{Family, Fetch, Key, Load, Query, use_cache},
    history::use_route,
    parts::{Command, assignment_grid, command_bar, export_of, page_head},
    routes::{Host, List, Preset, RolePart, Route},
    session::use_who,
};

/// The page.
pub(in crate::blades) fn role_page(id: RoleId, part: RolePart) -> AnyView {
    let query = Query::new(move || (Key::Role(id), Box::pin(api::role(id))));
    let (who, cache, route) = (use_who(), use_cache(), use_route());
    let heading = Route::Role(id, part, List::default()).title();
    let title = Signal::derive(move || match query.ready() {
        Some(role) => format!("{} | {heading}", role.row.display_name),
        None => heading.to_owned(),
    });
    let content = match part {
        RolePart::Assignments => {
            let host = Host::Role(id);
            let may_read = Signal::derive(move || who.may(Permission::ReadRoleManagement));
            let add = Signal::derive(move || {
                let list = route.with(|route| route.list().cloned().unwrap_or_default());
                Route::AddAssignments(host, Preset::default(), list)
            });
            view! {
                {command_bar(vec![
                    Command::Go(Icon::Add, "Add assignments", add, Signal::derive(move || who.may(Permission::ManageRoles))),
                    Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Roles))),
                    Command::Load("Export", export_of(host), may_read),
                ])}
                {assignment_grid(host)}
            }
            .into_any()
        }
        RolePart::Description | RolePart::Settings => {
            // Whoever is eligible for a role reads what an activation must fulfil; all else is for those who read roles.
            let names: Query<RoleSettingDetails> = Query::maybe(move || {
                let wanted = part == RolePart::Settings && who.may(Permission::ReadRoleManagement).is_ok();
                wanted.then(|| {
                    (Key::RoleSetting(id), Box::pin(api::role_setting(id)) as Fetch<RoleSettingDetails>)
                })
            });
            let body = move || {
                match query.get() {
                Load::Loading => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
                Load::Failed(error) => view! {
                    <div class="empty" role="alert">
                        <p class="empty-title">"This role could not be loaded"</p>
                        <p class="empty-text">{error.sentence()}</p>
                        <button type="button" class="button" on:click=move |_| query.refetch()>"Try again"</button>
                    </div>
                }
                .into_any(),
                Load::Ready(role) if part == RolePart::Description => description(&role),
                Load::Ready(role) => settings(&role, &names.ready().map(|found| found.approvers.clone()).unwrap_or_default()),
            }
            };
            let edit = Signal::stored(Route::EditSettings(id, List::default()));
            let may_change = Signal::derive(move || who.may(Permission::ManageRoles));
            let commands = (part == RolePart::Settings).then(|| {
                command_bar(vec![
                    Command::Go(Icon::Sliders, "Edit", edit, may_change),
                    Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Roles))),
                ])
            });
            view! { {commands} {body} }.into_any()
        }
    };
    view! {
        {page_head(title, "A role of the directory.")}
        {menu(id, part)}
        {content}
    }
    .into_any()
}

fn menu(id: RoleId, shown: RolePart) -> AnyView {
    let entry = move |part: RolePart| {
        let to = Route::Role(id, part, List::default());
        view! {
            <a class="tab" href=to.url() aria-current=(part == shown).then_some("page")>{to.title()}</a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Role">
            {entry(RolePart::Assignments)} {entry(RolePart::Description)} {entry(RolePart::Settings)}
        </nav>
    }
    .into_any()
}
