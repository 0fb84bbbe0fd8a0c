//! A read with its four states.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::cache::{Cache, Fetch, Key, use_cache};
use crate::api::ApiError;

/// The state of a read. Whether a ready answer is empty only the screen can say.
#[derive(Debug)]
pub enum Load<T> {
    /// Nothing is known yet.
    Loading,
    /// The read failed and nothing is known.
    Failed(ApiError),
    /// The last answer; it may be being brought up to date.
    Ready(Arc<T>),
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading => Self::Loading,
            Self::Failed(error) => Self::Failed(error.clone()),
            Self::Ready(value) => Self::Ready(Arc::clone(value)),
        }
    }
}

impl<T> Load<T> {
    /// The answer, if there is one.
    pub const fn ready(&self) -> Option<&Arc<T>> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }
}

/// A read that follows the signals in its key. Copied freely.
pub struct Query<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Query<T> {}

impl<T: Send + Sync + 'static> Query<T> {
    /// Reads what `ask` names, again whenever a signal in it changes or its family becomes stale. While another page
    /// is on its way the old one stays.
    pub fn new(ask: impl Fn() -> (Key, Fetch<T>) + 'static) -> Self {
        Self::maybe(move || Some(ask()))
    }

    /// The same, but for a read that is not always wanted.
    pub fn maybe(ask: impl Fn() -> Option<(Key, Fetch<T>)> + 'static) -> Self {
        let cache = use_cache();
        let query =
            Self { state: RwSignal::new(Load::Loading), busy: RwSignal::new(false), again: RwSignal::new(0) };
        let asked = StoredValue::new(0_u32);
        Effect::new(move |last: Option<(u32, Option<Key>)>| {
            let again = query.again.get();
            let Some((key, fetch)) = ask() else { return (again, None) };
            let version = cache.version(key.family()).get();
            let turn = again.wrapping_add(version);
            let known = cache.get::<T>(&key);
            let changed = last.as_ref().is_none_or(|(_, shown)| shown.as_ref() != Some(&key));
            let forced = last.as_ref().is_some_and(|(before, _)| *before != turn);
            if let Some((value, fresh)) = known {
                if changed {
                    query.state.set(Load::Ready(value));
                }
                if fresh && !forced {
                    return (turn, Some(key));
                }
            } else if !last
                .as_ref()
                .and_then(|(_, shown)| shown.as_ref())
                .is_none_or(|shown| key.follows(shown))
            {
                query.state.set(Load::Loading);
            }
            if cache.is_on_its_way(&key) {
                cache.follow_what_comes();
                // Not yet shown: when it has come, it counts as another key.
                return (turn, None);
            }
            asked.update_value(|n| *n = n.wrapping_add(1));
            query.run(cache, key.clone(), fetch, asked, asked.get_value());
            (turn, Some(key))
        });
        query
    }

    fn run(self, cache: Cache, key: Key, fetch: Fetch<T>, asked: StoredValue<u32>, mine: u32) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = fetch.await;
            // The screen may be gone, or may have asked for something else meanwhile.
            let latest = asked.try_get_value() == Some(mine);
            match answer {
                Ok(value) => {
                    let value = Arc::new(value);
                    cache.put(key, Arc::clone(&value));
                    if latest {
                        self.state.try_set(Load::Ready(value));
                    }
                }
                // An answer that is there is better than none: a failed refresh leaves it.
                Err(error) if latest => {
                    let _ = self.state.try_update(|state| {
                        if state.ready().is_none() || error.status != 0 {
                            *state = Load::Failed(error);
                        }
                    });
                }
                Err(_) => {}
            }
            if latest {
                self.busy.try_set(false);
            }
        });
    }

    /// The state, followed.
    pub fn get(self) -> Load<T> {
        self.state.get()
    }

    /// The state without following it.
    pub fn get_untracked(self) -> Load<T> {
        self.state.get_untracked()
    }

    /// The answer, if there is one; followed.
    pub fn ready(self) -> Option<Arc<T>> {
        self.state.with(|state| state.ready().cloned())
    }

    /// The answer, if there is one, without following it.
    pub fn ready_untracked(self) -> Option<Arc<T>> {
        self.state.with_untracked(|state| state.ready().cloned())
    }

    /// What went wrong, if nothing is known; followed.
    pub fn error(self) -> Option<ApiError> {
        self.state.with(|state| if let Load::Failed(error) = state { Some(error.clone()) } else { None })
    }

    /// Whether a read is under way; followed.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Whether a read is under way, without following it.
    pub fn is_busy_untracked(self) -> bool {
        self.busy.get_untracked()
    }

    /// Reads again.
    pub fn refetch(self) {
        self.again.update(|n| *n = n.wrapping_add(1));
    }
}
