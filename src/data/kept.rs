//! What the browser keeps from one visit to the next: choices of how things look, and nothing that anybody could use.

use leptos::prelude::window;

/// Under this name: whether rows are low.
pub const COMPACT_ROWS: &str = "pimlico-compact-rows";

/// What is kept under a name.
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps it, or forgets it. Without storage everything works, until the page is left.
pub fn keep(name: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
