//! The lab's Teams admin centre: closed without the right of a Teams Administrator, open while it is in effect.

use domain::wire::teams::{Team, TeamsCentre};
use leptos::prelude::*;

use crate::{
    api::{self, ApiError, sentence},
    components::Icon,
    data::{Family, Key, Load, Query, use_cache},
    parts::{Command, command_bar, page_head},
    routes::{List, Route},
};

/// The screen. Each look asks the server anew; when a role begins or ends, it is looked at again by itself.
pub(super) fn teams() -> AnyView {
    let cache = use_cache();
    let query = Query::new(move || (Key::Teams, Box::pin(api::teams())));
    let content = move || match query.get() {
        Load::Loading => view! { <p class="skeleton" role="status">"Loading"</p> }.into_any(),
        Load::Failed(error) => closed(&error, move || query.refetch()),
        Load::Ready(centre) => open(&centre),
    };
    view! {
        {page_head(
            Signal::stored(Route::Teams.title().to_owned()),
            "A place in the lab to see a right in effect: it opens while Teams Administrator is active.",
        )}
        {command_bar(vec![Command::Do(Icon::Refresh, "Refresh", Box::new(move || cache.invalidate(Family::Lab)))])}
        {content}
    }
    .into_any()
}

fn open(centre: &TeamsCentre) -> AnyView {
    if centre.teams.is_empty() {
        return view! {
            <div class="empty">
                <p class="empty-title">"No results"</p>
                <p class="empty-text">"There is no team yet."</p>
            </div>
        }
        .into_any();
    }
    let row = |team: &Team| {
        view! {
            <tr>
                <td>{team.name.clone()}</td>
                <td data-label="Visibility">{team.visibility.clone()}</td>
                <td class="end" data-label="Members">{team.members}</td>
                <td class="end" data-label="Guests">{team.guests}</td>
            </tr>
        }
    };
    view! {
        <p class="note teams-open" role="status">{format!("You manage the teams of {}.", centre.organisation)}</p>
        <div class="table-frame">
            <table class="table">
                <caption class="visually-hidden">"Teams"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Team"</th>
                        <th scope="col">"Visibility"</th>
                        <th scope="col" class="end">"Members"</th>
                        <th scope="col" class="end">"Guests"</th>
                    </tr>
                </thead>
                <tbody>{centre.teams.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn closed(error: &ApiError, again: impl Fn() + 'static) -> AnyView {
    if error.status != 403 {
        return view! {
            <div class="empty" role="alert">
                <p class="empty-title">"The Teams admin centre could not be loaded"</p>
                <p class="empty-text">{error.sentence()}</p>
                <button type="button" class="button" on:click=move |_| again()>"Try again"</button>
            </div>
        }
        .into_any();
    }
    let lack = error.allowed.as_deref().unwrap_or(&error.message);
    view! {
        <div class="empty" role="alert">
            <p class="empty-title">"You have no access to the Teams admin centre (403)"</p>
            <p class="empty-text">{sentence(lack, "")}</p>
            <a class="button" href=Route::MyRoles(List::default()).url()>"My roles"</a>
        </div>
    }
    .into_any()
}
