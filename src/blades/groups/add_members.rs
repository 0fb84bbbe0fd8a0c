//! The Add members panel: search, choose, done.

use domain::{
    ids::PrincipalId,
    wire::graph::{Collection, DirectoryObject},
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, note, use_toasts},
    data::{Family, Key, Load, Mutation, Query, use_cache},
    forms::{Form, Input},
    history::use_history,
    parts::{Field, SidePanel, more_to_search},
};

type People = Collection<DirectoryObject>;

/// The panel. Each *Add* takes effect at once, so that there is nothing to lose by closing it.
pub(in crate::blades) fn add_members(group: PrincipalId) -> AnyView {
    let history = use_history();
    let form = Form::default();
    let search = Input::free();
    let people = Query::new(move || {
        let typed = search.get();
        (Key::Users(typed.clone(), 0), Box::pin(api::users(typed, None)))
    });
    let members = Query::new(move || (Key::Members(group), Box::pin(api::group_members(group))));
    let mutation = Mutation::default();
    let content = move || match people.get() {
        Load::Loading => view! { <p role="status"><span class="skeleton">"Loading"</span></p> }.into_any(),
        Load::Failed(error) => {
            view! { <p class="note danger" role="alert">{error.sentence()}</p> }.into_any()
        }
        Load::Ready(page) if page.value.is_empty() => view! { <p class="quiet">"No results"</p> }.into_any(),
        Load::Ready(page) => list(group, &page, members, mutation),
    };
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    let body = view! {
        {search.draw(form, Field::new("Search by name or user principal name", "memberSearch"))}
        {note(wrong)}
        {content}
    };
    let footer = view! {
        <button type="button" class="button primary" on:click=move |_| history.close_panel()>"Done"</button>
    };
    let panel = SidePanel {
        title: Signal::stored("Add members".into()),
        place: "Groups",
        wide: false,
        dirty: Signal::stored(false),
    };
    panel.view(body.into_any(), footer.into_any())
}

fn list(group: PrincipalId, page: &People, members: Query<People>, mutation: Mutation) -> AnyView {
    let (cache, toasts) = (use_cache(), use_toasts());
    let rows = page.value.iter().map(|person| {
        let (id, name) = (person.id, person.display_name.clone().unwrap_or_default());
        let principal = person.user_principal_name.clone().unwrap_or_default();
        let belongs = Memo::new(move |_| {
            members.ready().is_some_and(|page| page.value.iter().any(|member| member.id == id))
        });
        let label = format!("Add {name}");
        let added = format!("{name} was added");
        let act = move |_| {
            let added = added.clone();
            mutation.run(api::add_member(group, id), move |()| {
                toasts.say(Tone::Success, added);
                cache.invalidate(Family::Groups);
                cache.invalidate(Family::Roles);
            });
        };
        let act = StoredValue::new_local(act);
        let button = move || {
            if belongs.get() {
                return view! { <span class="quiet">"Member"</span> }.into_any();
            }
            let label = label.clone();
            view! {
                <button
                    type="button"
                    class="link"
                    aria-label=label
                    on:click=move |event: web_sys::MouseEvent| act.with_value(|act| act(event))
                >
                    "Add"
                </button>
            }
            .into_any()
        };
        view! { <li><span>{name}</span><span class="quiet">{principal}</span><span class="push">{button}</span></li> }
    });
    let more = page.next_link.is_some().then(more_to_search);
    view! { <ul class="choices">{rows.collect_view()}</ul> {more} }.into_any()
}
