//! The Add members panel: search, choose, done.

use domain::{
    ids::PrincipalId,
    wire::graph::{Collection, DirectoryObject},
};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, use_toasts},
    data::{Family, Key, Load, Mutation, Query, use_cache},
    forms::{Form, Input},
    history::use_history,
    parts::{Field, SidePanel, more_to_search},
};

type People = Collection<DirectoryObject>;

/// What there is to choose from. Rows keep their elements while they are brought up to date.
#[derive(Clone, PartialEq, Eq)]
enum State {
    Loading,
    Failed(String),
    Nobody,
    Some,
}

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
    let state = Memo::new(move |_| match people.get() {
        Load::Loading => State::Loading,
        Load::Failed(error) => State::Failed(error.sentence()),
        Load::Ready(page) if page.value.is_empty() => State::Nobody,
        Load::Ready(_) => State::Some,
    });
    let found = move || people.ready().map(|page| page.value.clone()).unwrap_or_default();
    let more = move || people.ready().is_some_and(|page| page.next_link.is_some()).then(more_to_search);
    let content = move || match state.get() {
        State::Loading => view! { <p role="status"><span class="skeleton">"Loading"</span></p> }.into_any(),
        State::Failed(words) => view! { <p class="note danger" role="alert">{words}</p> }.into_any(),
        State::Nobody => view! { <p class="quiet">"No results"</p> }.into_any(),
        State::Some => view! {
            <ul class="choices">
                <For each=found key=|person| person.id children=move |person| row(group, &person, members)/>
            </ul>
            {more}
        }
        .into_any(),
    };
    let body = view! {
        {search.draw(form, Field::new("Search by name or user principal name", "memberSearch"))}
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

/// One person: the button stays where it is and says how far it is, so that the focus stays, too.
fn row(group: PrincipalId, person: &DirectoryObject, members: Query<People>) -> AnyView {
    let (cache, toasts) = (use_cache(), use_toasts());
    // One for each row: several may be on their way.
    let mutation = Mutation::default();
    let added = RwSignal::new(false);
    let (id, name) = (person.id, person.display_name.clone().unwrap_or_default());
    let principal = person.user_principal_name.clone().unwrap_or_default();
    let belongs = Memo::new(move |_| {
        let known = members.ready().is_some_and(|page| page.value.iter().any(|member| member.id == id));
        known || added.get()
    });
    let words = move || match (belongs.get(), mutation.is_busy()) {
        (true, _) => "Member",
        (false, true) => "Adding",
        (false, false) => "Add",
    };
    let said = format!("{name} was added");
    let act = move |_| {
        if belongs.get_untracked() {
            return;
        }
        let said = said.clone();
        mutation.run(api::add_member(group, id), move |()| {
            added.try_set(true);
            toasts.say(Tone::Success, said);
            cache.invalidate(Family::Groups);
            cache.invalidate(Family::Roles);
        });
    };
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    let label = {
        let name = name.clone();
        move || format!("{} {name}", words())
    };
    view! {
        <li>
            <span>{name}</span>
            <span class="quiet">{principal}</span>
            <span class="push">
                <button
                    type="button"
                    class="link"
                    aria-label=label
                    aria-disabled=move || belongs.get().then_some("true")
                    aria-busy=move || mutation.is_busy().then_some("true")
                    on:click=act
                >
                    {words}
                </button>
            </span>
            {move || wrong.get().map(|words| view! { <p class="error" role="alert">{words}</p> })}
        </li>
    }
    .into_any()
}
