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
    /// Counts up whenever something else is wanted: only the answer to the last count is shown.
    asked: StoredValue<u32>,
    /// What the state is about.
    shown: StoredValue<Option<Key>>,
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
        let query = Self {
            state: RwSignal::new(Load::Loading),
            busy: RwSignal::new(false),
            again: RwSignal::new(0),
            asked: StoredValue::new(0),
            shown: StoredValue::new(None),
        };
        on_cleanup(move || cache.is_up_to_date(query.shown().as_ref()));
        Effect::new(move |last: Option<(u32, Option<Key>)>| {
            let again = query.again.get();
            let wanted = ask();
            let same = matches!((&last, &wanted), (Some((_, Some(before))), Some((now, _))) if before == now);
            if !same {
                // Whatever is still on its way is about something else.
                query.asked.update_value(|n| *n = n.wrapping_add(1));
                query.busy.set(false);
            }
            let Some((key, fetch)) = wanted else { return (again, None) };
            let version = cache.version(key.family()).get();
            let turn = again.wrapping_add(version);
            let known = cache.get::<T>(&key);
            let forced = last.as_ref().is_some_and(|(before, _)| *before != turn);
            if let Some((value, fresh)) = known {
                if !same {
                    query.show(cache, &key, Load::Ready(value));
                }
                if fresh && !forced {
                    return (turn, Some(key));
                }
            } else if !last
                .as_ref()
                .and_then(|(_, shown)| shown.as_ref())
                .is_none_or(|shown| key.follows(shown))
            {
                query.show(cache, &key, Load::Loading);
            }
            if cache.is_on_its_way(&key) {
                cache.follow_what_comes();
                // Not yet shown: when it has come, it counts as another key.
                return (turn, None);
            }
            query.run(cache, key.clone(), fetch);
            (turn, Some(key))
        });
        query
    }

    fn run(self, cache: Cache, key: Key, fetch: Fetch<T>) {
        self.asked.update_value(|n| *n = n.wrapping_add(1));
        let (mine, person) = (self.asked.get_value(), cache.person());
        self.busy.set(true);
        spawn_local(async move {
            let answer = fetch.await;
            if cache.person() != person {
                return;
            }
            // The screen may be gone, or may have asked for something else meanwhile.
            let latest = self.asked.try_get_value() == Some(mine);
            match answer {
                Ok(value) => {
                    let value = Arc::new(value);
                    cache.put(key.clone(), Arc::clone(&value));
                    if latest {
                        self.show(cache, &key, Load::Ready(value));
                    }
                }
                Err(error) if latest => self.failed(cache, &key, error),
                Err(_) => {}
            }
            if latest {
                self.busy.try_set(false);
            }
        });
    }

    fn show(self, cache: Cache, key: &Key, load: Load<T>) {
        cache.is_up_to_date(self.shown().as_ref());
        self.shown.try_set_value(Some(key.clone()));
        self.state.try_set(load);
    }

    /// An answer that is there is better than none: a refresh that failed leaves it and says so beside it, unless the
    /// thing is gone or the reader may not see it any more.
    fn failed(self, cache: Cache, key: &Key, error: ApiError) {
        let is_here = self.state.try_with_untracked(|state| state.ready().is_some()) == Some(true)
            && self.shown().as_ref() == Some(key);
        if is_here && !matches!(error.status, 403 | 404) {
            cache.is_behind(key, &error);
        } else {
            self.show(cache, key, Load::Failed(error));
        }
    }

    /// The state, followed.
    pub fn get(self) -> Load<T> {
        self.state.get()
    }

    /// The state without following it.
    pub fn get_untracked(self) -> Load<T> {
        self.state.get_untracked()
    }

    /// What the state is about; not followed.
    pub fn shown(self) -> Option<Key> {
        self.shown.try_get_value().flatten()
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
