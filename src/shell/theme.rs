//! Light, dark, or as the browser says; and how high rows are.

use domain::wire::api::Theme;
use leptos::prelude::*;

use crate::{
    data::{COMPACT_ROWS, kept},
    session::use_who,
};

/// Puts the choice on the page's root, where the tokens look for it.
pub fn follow_theme() {
    rows_as_kept();
    let who = use_who();
    let theme = Memo::new(move |_| who.with(|session| session.preferences.theme).unwrap_or_default());
    Effect::new(move |_| {
        let Some(root) = document().document_element() else { return };
        // Neither can fail for this name.
        let _ = match theme.get() {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    });
}

/// Puts the height of rows on the page's root, as the browser keeps it.
pub fn rows_as_kept() {
    if let Some(root) = document().document_element() {
        // Cannot fail for this name.
        let _ = root.toggle_attribute_with_force("data-compact", kept(COMPACT_ROWS).is_some());
    }
}
