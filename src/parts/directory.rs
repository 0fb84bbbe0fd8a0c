//! A list of people or groups as Graph pages it: the first page is kept like every read, further ones are added.

use core::future::Future;

use domain::wire::graph::{Collection, DirectoryObject};
use leptos::prelude::*;

use super::{Row, Rows, current_list, total};
use crate::{
    api::ApiError,
    data::{Key, Mutation, Query},
    routes::List,
};

type Page = Collection<DirectoryObject>;

/// The list. Copied freely.
#[derive(Clone, Copy)]
pub struct Directory {
    list: Memo<List>,
    first: Query<Page>,
    more: RwSignal<Vec<DirectoryObject>>,
    next: RwSignal<Option<String>>,
    fetching: Mutation,
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
            more: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            fetching: Mutation::default(),
        };
        Effect::new(move |_| {
            directory.next.set(first.ready().and_then(|page| page.next_link.clone()));
            directory.more.set(Vec::new());
        });
        directory
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
            self.more.with(|more| page.value.iter().chain(more).map(row).collect())
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

    /// The button under the list, while there is more.
    pub fn more<F>(self, read: fn(String, Option<String>) -> F) -> AnyView
    where
        F: Future<Output = Result<Page, ApiError>> + 'static,
    {
        let press = move |_| {
            let next = self.next.get_untracked();
            self.fetching.run(read(String::new(), next), move |page| {
                self.next.set(page.next_link);
                self.more.update(|more| more.extend(page.value));
            });
        };
        let content = move || {
            self.next.with(Option::is_some).then(|| {
                view! {
                    <div class="pager">
                        <button type="button" class="button" on:click=press>
                            {move || if self.fetching.is_busy() { "Loading" } else { "Show more" }}
                        </button>
                        {move || self.fetching.error().map(|error| view! { <span class="error">{error.sentence()}</span> })}
                    </div>
                }
            })
        };
        content.into_any()
    }
}

/// Under the first page of a list to choose from: the server searches the rest.
pub fn more_to_search() -> AnyView {
    view! { <p class="quiet">"There are more: type a part of the name."</p> }.into_any()
}
