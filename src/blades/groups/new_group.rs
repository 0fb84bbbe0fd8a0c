//! The New group panel.

use domain::{capability, text::DisplayName, wire::graph::NewGroup};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, act_button, check, note, use_toasts},
    data::{Family, use_cache},
    forms::{Form, Input},
    history::use_history,
    parts::{Field, SidePanel},
    session::use_who,
};

/// The panel.
pub(in crate::blades) fn new_group() -> AnyView {
    let (who, cache, history, toasts) = (use_who(), use_cache(), use_history(), use_toasts());
    let form = Form::default();
    let name = Input::new(|text| {
        let named = DisplayName::try_from(text.to_owned()).map(drop);
        // As the label above it says.
        named.map_err(|error| error.0.replacen("display", "group", 1))
    });
    let description = Input::free();
    let holds_roles = RwSignal::new(false);
    let lack = Memo::new(move |_| {
        capability::may_create_group(who.permissions(), holds_roles.get()).err().map(|lack| lack.reason)
    });
    let create = move || {
        form.submit(&[name], move || {
            let words = description.trimmed();
            let body = NewGroup {
                display_name: Some(name.trimmed()),
                description: (!words.is_empty()).then_some(words),
                is_assignable_to_role: Some(holds_roles.get_untracked()),
                ..NewGroup::default()
            };
            form.mutation.run(api::create_group(body), move |group| {
                cache.invalidate(Family::Groups);
                toasts.say(Tone::Success, format!("{} was created", group.display_name.unwrap_or_default()));
                if form.mutation.is_here() {
                    name.set(String::new());
                    description.set(String::new());
                    history.close_panel();
                }
            });
        });
    };
    let content = view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                create();
            }
        >
            {note(form.wrong(&["displayName", "description"]))}
            {name.draw(form, Field::new("Group name", "displayName").required())}
            {description.draw(form, Field::new("Group description", "description"))}
            {check(
                "Roles can be assigned to the group",
                "Cannot be changed later. Only who administers roles may then change its members.",
                holds_roles.into(),
                Signal::stored(false),
                move |on| holds_roles.set(on),
            )}
            <button type="submit" hidden></button>
        </form>
    };
    let busy = form.busy();
    let footer = view! {
        {act_button("button primary", move || if busy.get() { "Creating" } else { "Create" }, busy, lack.into(), create)}
        <button type="button" class="button" on:click=move |_| history.close_panel()>"Cancel"</button>
    };
    let dirty = Signal::derive(move || name.is_typed() || description.is_typed());
    SidePanel { title: Signal::stored("New group".into()), place: "Groups", wide: false, dirty }
        .view(content.into_any(), footer.into_any())
}
