//! The head of a screen and the tools above a grid, always in the same order.

use domain::wire::api::Tab;
use leptos::prelude::*;

use super::total;
use crate::{
    components::{self, Icon, command},
    history::{use_history, use_route},
    routes::{List, Route},
};

/// Breadcrumb, title and purpose. `above` are the screens over this one.
pub fn page_head(title: Signal<String>, purpose: &'static str) -> AnyView {
    let route = use_route();
    let crumbs = move || {
        let crumbs = route.with(Route::breadcrumb);
        crumbs
            .into_iter()
            .map(|crumb| {
                let name = if crumb == Route::QuickStart { "Home" } else { crumb.title() };
                view! { <li><a href=crumb.url()>{name}</a></li> }
            })
            .collect_view()
    };
    Effect::new(move |_| document().set_title(&format!("{} - Pimlico", title.get())));
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb"><ol>{crumbs}</ol></nav>
        <h1 tabindex="-1">{title}</h1>
        <p class="purpose">{purpose}</p>
    }
    .into_any()
}

/// The only command above a grid.
pub fn lone_command(picture: Icon, name: &'static str, act: impl Fn() + 'static) -> AnyView {
    let command = command(picture, name, Signal::stored(None), act);
    view! { <div class="command-bar" role="group" aria-label="Commands">{command}</div> }.into_any()
}

/// The tabs of an assignments grid, with counts. They are links: each is an address.
pub fn tabs(counts: impl Fn(Tab) -> Option<u64> + Send + Sync + Copy + 'static) -> AnyView {
    let route = use_route();
    let tab = move |tab: Tab, name: &'static str| {
        let shown = move || route.with(|route| route.list().map(|list| list.tab)) == Some(tab);
        let url = move || {
            route.with(|route| {
                let under = route.under();
                let list = under.list().map(|list| list.on(tab)).unwrap_or_default();
                under.with_list(list).url()
            })
        };
        let count = move || counts(tab).map(|count| format!(" ({})", total(count)));
        view! {
            <a class="tab" href=url aria-current=move || shown().then_some("page")>
                {name}<span class="tab-count">{count}</span>
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Kinds of assignments">
            {tab(Tab::Eligible, "Eligible assignments")}
            {tab(Tab::Active, "Active assignments")}
            {tab(Tab::Expired, "Expired assignments")}
        </nav>
    }
    .into_any()
}

/// The search box of a grid; what is typed stands in the address.
pub fn list_tools(label: &'static str, more: AnyView) -> AnyView {
    let route = use_route();
    let history = use_history();
    let value = move || route.with(|route| route.list().map(|list| list.search.clone()).unwrap_or_default());
    let search = move |event| {
        let typed = event_target_value(&event);
        let route = route.get_untracked();
        let list = route.list().cloned().unwrap_or_default().searching(&typed);
        history.replace(&route.with_list(list));
    };
    view! {
        <div class="filters" role="search" aria-label=label>
            <input type="search" class="input search" aria-label=label placeholder=label prop:value=value on:input=search/>
            {more}
        </div>
    }
    .into_any()
}

/// Previous and next, where there is more than one page.
pub fn pager(total: impl Fn() -> Option<u64> + Send + Sync + Copy + 'static) -> AnyView {
    let route = use_route();
    let list = move || route.with(|route| route.list().cloned().unwrap_or_default());
    let history = use_history();
    // The rows of the last page may go, and an address may name any: then the last one that there is.
    Effect::new(move |before: Option<List>| {
        let (list, total) = (list(), total());
        if let Some(total) =
            total.filter(|total| *total <= 1_000 && before.is_none_or(|before| before == list))
        {
            let end = total.div_ceil(List::top()).saturating_sub(1);
            if list.page > end {
                history.replace(&route.get_untracked().with_list(list.at_page(end)));
            }
        }
        list
    });
    let link = move |page: u64, name: &'static str| {
        let url = route.with(|route| {
            let list = route.list().cloned().unwrap_or_default().at_page(page);
            route.clone().with_list(list).url()
        });
        view! { <a class="button" href=url>{name}</a> }
    };
    let content = move || {
        let (page, total) = (list().page, total()?);
        let pages = total.div_ceil(List::top());
        (pages > 1 || page > 0).then(|| {
            let back = (page > 0).then(|| link(page - 1, "Previous"));
            let on = (page + 1 < pages).then(|| link(page + 1, "Next"));
            let of = if total > 1_000 { String::new() } else { format!(" of {pages}") };
            view! {
                <nav class="pager" aria-label="Pages">
                    {back}<span>{format!("Page {}{of}", page + 1)}</span>{on}
                </nav>
            }
        })
    };
    content.into_any()
}

/// A name to sign in with, which may go on in the next line after its `@`.
pub fn principal_name(name: &str) -> AnyView {
    if name.is_empty() {
        return ().into_any();
    }
    let end = name.find('@').map_or(name.len(), |at| at + 1);
    let (person, domain) = (name[..end].to_owned(), name[end..].to_owned());
    view! { {person}<wbr/>{domain} }.into_any()
}

/// The name of a role as a link, with the shield and the word where it is privileged.
pub fn role_name(name: String, privileged: bool, to: &Route) -> AnyView {
    let shield = privileged.then(components::privileged);
    view! { <span class="role-name"><a href=to.url()>{name}</a>{shield}</span> }.into_any()
}
