//! The timeline of a request over each of the grids that list it.

use domain::ids::RequestId;
use leptos::prelude::*;

use crate::{
    history::use_history,
    parts::{SidePanel, timeline},
};

/// The panel.
pub(super) fn timeline_panel(id: RequestId) -> AnyView {
    let history = use_history();
    let footer = view! {
        <button type="button" class="button" on:click=move |_| history.close_panel()>"Close"</button>
    };
    let title = Signal::stored("Timeline".to_owned());
    let dirty = Signal::stored(false);
    SidePanel { title, place: "Privileged Identity Management | Requests", wide: false, dirty }
        .view(timeline(id), footer.into_any())
}
