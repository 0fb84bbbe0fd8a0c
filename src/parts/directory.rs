//! A list of people or groups as Graph pages it: the first page is kept like every read, further ones are added.

use core::future::Future;
use std::sync::Arc;

use domain::wire::graph::{Collection, DirectoryObject};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Row, Rows, current_list, total};
use crate::{
    api::ApiError,
    data::{Cache, Key, Query, use_cache},
    routes::List,
};

pub(super) type Page = Collection<DirectoryObject>;

/// What was added under the first page.
#[derive(Clone, Default)]
pub(super) struct Rest {
    pub(super) rows: Vec<DirectoryObject>,
    pub(super) next: Option<String>,
}

/// The list. Copied freely.
#[derive(Clone, Copy)]
pub struct Directory {
    list: Memo<List>,
    pub(super) first: Query<Page>,
    pub(super) rest: RwSignal<Option<Rest>>,
    /// Counts up with each read of further pages, and with each other list: only the last answer is taken.
    turn: StoredValue<u32>,
    pub(super) busy: RwSignal<bool>,
    pub(super) wrong: RwSignal<Option<String>>,
    key: fn(String, u64) -> Key,
    cache: Cache,
}

impl Directory {
    /// What matches the search in the address; `read` fetches a page by search or by the link of the page before.
    pub fn new<F>(key: fn(String, u64) -> Key, read: fn(String, Option<String>) -> F) -> Self
    where
        F: Future<Output = Result<Page, ApiError>> + 'static,
    {
        let list = current_list();
        let first = Query::new(move || {
            let search = list.with(|list| list.search.clone());
            (key(search.clone(), 0), Box::pin(read(search, None)))
        });
        let directory = Self {
            list,
            first,
            rest: RwSignal::new(None),
            turn: StoredValue::new(0),
            busy: RwSignal::new(false),
            wrong: RwSignal::new(None),
            key,
            cache: use_cache(),
        };
        Effect::new(move |before: Option<Option<Key>>| {
            let page = first.ready();
            let shown = first.shown().filter(|_| page.is_some());
            if before.flatten() != shown {
                directory.begin();
            } else if let Some(page) = page.filter(|_| !directory.busy.get_untracked()) {
                let so_far =
                    directory.rest.with_untracked(|rest| rest.as_ref().map_or(0, |rest| rest.rows.len()));
                directory.fetch(read, Vec::new(), page.next_link.clone(), so_far);
            }
            shown
        });
        directory
    }

    /// Another list: with what was added to it when it was last here.
    fn begin(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.busy.set(false);
        self.wrong.set(None);
        let kept = self.place().and_then(|place| self.cache.get::<Rest>(&place));
        self.rest.set(kept.map(|(rest, _)| (*rest).clone()));
    }

    /// Where what was added is kept.
    fn place(self) -> Option<Key> {
        let (Key::Users(search, _) | Key::Groups(search, _)) = self.first.shown()? else { return None };
        Some((self.key)(search, 1))
    }

    /// Reads on until there are more than so many rows under the first page, or no more.
    pub(super) fn fetch<F>(
        self,
        read: fn(String, Option<String>) -> F,
        mut rows: Vec<DirectoryObject>,
        mut next: Option<String>,
        wanted: usize,
    ) where
        F: Future<Output = Result<Page, ApiError>> + 'static,
    {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = self.turn.get_value();
        spawn_local(async move {
            while rows.len() < wanted
                && let Some(link) = next.clone()
            {
                let answer = read(String::new(), Some(link)).await;
                if self.turn.try_get_value() != Some(mine) {
                    return;
                }
                match answer {
                    Ok(page) => {
                        rows.extend(page.value);
                        next = page.next_link;
                    }
                    Err(error) => {
                        let why = error.sentence();
                        let wrong = if self.busy.get_untracked() {
                            why
                        } else {
                            format!("The further rows could not be brought up to date. {why}")
                        };
                        self.wrong.set(Some(wrong));
                        self.busy.set(false);
                        return;
                    }
                }
            }
            let rest = (wanted > 0).then_some(Rest { rows, next });
            if let (Some(rest), Some(place)) = (&rest, self.place()) {
                self.cache.put(place, Arc::new(rest.clone()));
            }
            self.wrong.set(None);
            self.busy.set(false);
            self.rest.set(rest);
        });
    }

    /// "Users (12)".
    pub fn title(self, word: &'static str) -> Signal<String> {
        Signal::derive(move || {
            let count = self.first.ready().and_then(|page| page.count);
            count.map_or_else(|| word.to_owned(), |count| format!("{word} ({})", total(count)))
        })
    }

    /// The rows so far.
    pub fn rows(self, row: impl Fn(&DirectoryObject) -> Row + Copy) -> Rows {
        Rows::of(&self.first.get(), |page| {
            self.rest.with(|rest| {
                let rest = rest.iter().flat_map(|rest| &rest.rows);
                // While a page is brought up to date, somebody may have moved from one to the other.
                let rest = rest.filter(|one| page.value.iter().all(|known| known.id != one.id));
                page.value.iter().chain(rest).map(row).collect()
            })
        })
    }

    /// The sentence under "No results".
    pub fn empty(self, nothing: &'static str) -> String {
        match self.list.with(|list| list.search.clone()) {
            search if search.is_empty() => nothing.to_owned(),
            search => format!("Nothing matches \u{201c}{search}\u{201d}."),
        }
    }

    /// Asks for the first page again.
    pub fn again(self) {
        self.first.refetch();
    }
}

/// Under the first page of a list to choose from: the server searches the rest.
pub fn more_to_search() -> AnyView {
    view! { <p class="quiet">"There are more: type a part of the name."</p> }.into_any()
}
