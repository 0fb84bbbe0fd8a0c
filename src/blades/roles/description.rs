//! What a role is for, and what it allows.

use domain::wire::api::RoleDetail;
use leptos::prelude::*;

pub(super) fn description(role: &RoleDetail) -> AnyView {
    let privileged = role.row.is_privileged.then(|| {
        view! {
            <p class="note warning">
                {crate::components::privileged()}
                " Whoever has this role can change what other administrators may do, or reach what they can reach."
            </p>
        }
    });
    let permissions = if role.permissions.is_empty() {
        view! {
            <p>"This role allows nothing that Pimlico itself checks. What it allows elsewhere, the connected systems decide."</p>
        }
        .into_any()
    } else {
        let rows = role.permissions.iter().map(|name| view! { <li><code>{name.clone()}</code></li> });
        view! { <ul class="permissions">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        {privileged}
        <section class="section">
            <h2>"Description"</h2>
            <p>{role.row.description.clone()}</p>
        </section>
        <section class="section">
            <h2>"Permissions"</h2>
            {permissions}
        </section>
    }
    .into_any()
}
