//! The bell, and the messages it keeps.

use leptos::prelude::*;

use crate::components::{Icon, icon, popover, toast_list, use_toasts};

pub(super) fn bell() -> AnyView {
    let toasts = use_toasts();
    let badge = move || {
        let unread = toasts.unread();
        (unread > 0).then(|| view! { <span class="badge" aria-hidden="true">{unread}</span> })
    };
    let face = view! { {icon(Icon::Bell)}{badge} }.into_any();
    let content = view! {
        <h2 class="menu-title menu-part">"Messages"</h2>
        {toast_list(toasts)}
    };
    let label = move || match toasts.unread() {
        0 => "Messages".to_owned(),
        unread => format!("Messages, {unread} new"),
    };
    let bell = popover("bell-menu", label, "icon-button", face, content.into_any());
    view! { <span on:click=move |_| toasts.read_all()>{bell}</span> }.into_any()
}
