//! The button under a list that brings further rows.

use core::future::Future;

use leptos::prelude::*;

use super::directory::{Directory, Page};
use crate::{api::ApiError, components::lead_to, shell};

impl Directory {
    /// The button under the list, while there is more.
    pub fn more<F>(self, read: fn(String, Option<String>) -> F) -> AnyView
    where
        F: Future<Output = Result<Page, ApiError>> + 'static,
    {
        let next = move || match (self.rest.get(), self.first.ready()) {
            (Some(rest), _) => rest.next,
            (None, page) => page.and_then(|page| page.next_link.clone()),
        };
        let begun_at = StoredValue::new(None::<u32>);
        // With the last page the button goes.
        Effect::new(move |before: Option<bool>| {
            let is_there = next().is_some();
            if self.busy.get_untracked() {
                return is_there;
            }
            let begun = begun_at.try_update_value(Option::take).flatten();
            if let Some(row) = begun.filter(|_| before == Some(true) && !is_there) {
                lead_on(row);
            }
            is_there
        });
        let press = move |_| {
            if !self.busy.get_untracked() {
                let rows = self.rest.get_untracked().unwrap_or_default().rows;
                let wanted = rows.len() + 1;
                begun_at.set_value(Some(shown_rows()));
                self.busy.set(true);
                self.fetch(read, rows, untrack(next), wanted);
            }
        };
        let button = move || {
            next().is_some().then(|| {
                view! {
                    <button type="button" class="button" on:click=press>
                        {move || if self.busy.get() { "Loading" } else { "Show more" }}
                    </button>
                }
            })
        };
        let wrong =
            move || self.wrong.get().map(|wrong| view! { <span class="error" role="alert">{wrong}</span> });
        view! { <div class="pager">{button}{wrong}</div> }.into_any()
    }
}

/// How many rows the list on the screen has.
fn shown_rows() -> u32 {
    document().query_selector_all("main tbody tr").map_or(0, |rows| rows.length())
}

/// Whoever has pressed a button that went is led to the first row that it brought.
fn lead_on(row: u32) {
    request_animation_frame(move || {
        if document().active_element().is_some_and(|here| here.tag_name() != "BODY") {
            return;
        }
        let link = document().query_selector(&format!("main tbody tr:nth-child({}) a", row + 1));
        match link.ok().flatten() {
            Some(link) => lead_to(&link),
            None => shell::go_to_heading(),
        }
    });
}
