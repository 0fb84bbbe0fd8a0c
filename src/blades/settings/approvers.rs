//! Who must say yes: chosen people and groups, found on the server.

use domain::{
    ids::PrincipalId,
    policy::{Approver, RuleId},
    principal::PrincipalKind,
    wire::{
        api::PrincipalRef,
        graph::{Collection, DirectoryObject},
    },
};
use leptos::prelude::*;

use super::editor::Editor;
use crate::{
    api,
    components::{Icon, icon},
    data::{Key, Load, Query},
    parts::focus_on,
};

/// The chosen ones, and the search for more.
pub(super) fn approvers(editor: &Editor) -> AnyView {
    let editor = *editor;
    let search = RwSignal::new(String::new());
    let chosen = editor.reads(|rules| rules.approval_end_user_assignment.approvers.clone());
    let error = editor.fault(RuleId::ApprovalEndUserAssignment, "primaryApprovers");
    let rows = move || {
        let all = chosen.get();
        if all.is_empty() {
            return view! {
                <p class="note warning">
                    "No approver is chosen: whoever is an active Global Administrator or Privileged Role Administrator approves."
                </p>
            }
            .into_any();
        }
        let rows = all.into_iter().map(|approver| chosen_row(&editor, &approver));
        view! { <ul class="approvers" aria-label="Chosen approvers">{rows.collect_view()}</ul> }.into_any()
    };
    let typed = move || !search.with(|text| text.trim().is_empty());
    view! {
        <fieldset class="field">
            <legend class="label">"Select approver(s)"</legend>
            {rows}
            <input
                type="search"
                class="input"
                id="approver-search"
                aria-label="Search approvers"
                placeholder="Search people and groups by name"
                prop:value=search
                on:input=move |event| search.set(event_target_value(&event))
            />
            <p class="error" role="status">{error}</p>
            {move || typed().then(|| found(&editor, search))}
        </fieldset>
    }
    .into_any()
}

fn chosen_row(editor: &Editor, approver: &Approver) -> AnyView {
    let editor = *editor;
    let id = approver.id();
    let kind = match approver {
        Approver::User { .. } => "Person",
        Approver::Group { .. } => "Group",
    };
    let name = editor.name_of(id).unwrap_or_else(|| "Deleted".to_owned());
    let label = format!("Remove {name}");
    let remove = move |_| {
        editor.change(|rules| rules.approval_end_user_assignment.approvers.retain(|one| one.id() != id));
        focus_on("#approver-search");
    };
    view! {
        <li>
            <span>{name}<span class="hint">{kind}</span></span>
            <button type="button" class="icon-button" aria-label=label on:click=remove>{icon(Icon::Close)}</button>
        </li>
    }
    .into_any()
}

fn found(editor: &Editor, search: RwSignal<String>) -> AnyView {
    let editor = *editor;
    let users = Query::new(move || {
        let search = search.get();
        (Key::Users(search.clone(), 0), Box::pin(api::users(search, None)))
    });
    let groups = Query::new(move || {
        let search = search.get();
        (Key::Groups(search.clone(), 0), Box::pin(api::groups(search, None)))
    });
    view! {
        {hits(&editor, search, "People", PrincipalKind::User, users)}
        {hits(&editor, search, "Groups", PrincipalKind::Group, groups)}
    }
    .into_any()
}

fn hits(
    editor: &Editor,
    search: RwSignal<String>,
    name: &'static str,
    kind: PrincipalKind,
    query: Query<Collection<DirectoryObject>>,
) -> AnyView {
    let editor = *editor;
    let rows = move || match query.get() {
        Load::Loading => view! { <p class="quiet" role="status">"Loading"</p> }.into_any(),
        Load::Failed(error) => view! { <p class="error" role="alert">{error.sentence()}</p> }.into_any(),
        Load::Ready(page) => {
            let taken: Vec<PrincipalId> = editor.draft.with(|draft| {
                draft.rules().approval_end_user_assignment.approvers.iter().map(Approver::id).collect()
            });
            let rows: Vec<AnyView> = page
                .value
                .iter()
                .filter(|object| !taken.contains(&object.id))
                .map(|object| hit(&editor, search, kind, object))
                .collect();
            if rows.is_empty() {
                return view! { <p class="quiet">"No results"</p> }.into_any();
            }
            let more = page.next_link.is_some().then(|| {
                view! { <p class="quiet">"There are more: type a longer part of the name."</p> }
            });
            view! { <ul class="pick">{rows}</ul> {more} }.into_any()
        }
    };
    view! { <p class="label">{name}</p> {rows} }.into_any()
}

fn hit(editor: &Editor, search: RwSignal<String>, kind: PrincipalKind, object: &DirectoryObject) -> AnyView {
    let editor = *editor;
    let name = object.display_name.clone().unwrap_or_default();
    let detail = object.user_principal_name.clone().unwrap_or_else(|| "Group".into());
    let one = PrincipalRef { id: object.id, kind, display_name: Some(name.clone()) };
    let add = move |_| {
        let id = one.id;
        editor.name(one.clone());
        editor.change(|rules| {
            rules.approval_end_user_assignment.approvers.push(match kind {
                PrincipalKind::Group => Approver::Group { id },
                _ => Approver::User { id },
            });
        });
        search.set(String::new());
        focus_on("#approver-search");
    };
    view! {
        <li>
            <button type="button" class="choice" on:click=add>
                {name}<span class="hint">{detail}</span>
            </button>
        </li>
    }
    .into_any()
}
