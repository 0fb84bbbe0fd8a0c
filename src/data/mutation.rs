//! A change that is under way.

use std::future::Future;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::cache::{Cache, use_cache};
use crate::api::ApiError;

/// A change: whether it is under way and what went wrong. Copied freely.
#[derive(Clone, Copy)]
pub struct Mutation {
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    cache: Cache,
}

impl Default for Mutation {
    fn default() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None), cache: use_cache() }
    }
}

impl Mutation {
    /// Starts the change, unless one is under way; `then` gets the answer when it succeeded, even where the screen is
    /// gone by then: see [`Self::is_here`].
    pub fn run<T: 'static>(
        self,
        change: impl Future<Output = Result<T, ApiError>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        let person = self.cache.person();
        spawn_local(async move {
            let answer = change.await;
            // It is told to whoever asked, and to nobody who came after.
            if self.cache.person() != person {
                return;
            }
            self.busy.try_set(false);
            match answer {
                Ok(value) => then(value),
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }

    /// Whether what it belongs to is still on the screen. Only then may an answer close a panel or go elsewhere: the
    /// reader may have left long ago.
    pub fn is_here(self) -> bool {
        !self.busy.is_disposed()
    }

    /// Whether the change is under way; followed.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// What went wrong; followed.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// What is wrong with one input, and what would be allowed; followed.
    pub fn field(self, field: &str) -> Option<String> {
        self.error.with(|error| error.as_ref().and_then(|error| error.for_field(field)))
    }

    /// Forgets what went wrong, as when the input is changed.
    pub fn forget(self) {
        if self.error.with_untracked(Option::is_some) {
            self.error.set(None);
        }
    }
}
