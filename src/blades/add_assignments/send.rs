//! One request per member, one after the other, each with its own result.

use domain::request::Ask;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::draft::Member;
use crate::{
    api,
    components::{Toasts, Tone, use_toasts},
    data::{Cache, Family, use_cache},
    parts::to_wire,
    session::{Who, use_who},
};

/// What came of one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Waiting,
    Done,
    Failed(String),
}

/// The requests that are under way. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    busy: RwSignal<bool>,
    done: RwSignal<bool>,
    results: RwSignal<Vec<(String, Outcome)>>,
    cache: Cache,
    who: Who,
    toasts: Toasts,
}

impl Sending {
    pub(super) fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            done: RwSignal::new(false),
            results: RwSignal::new(Vec::new()),
            cache: use_cache(),
            who: use_who(),
            toasts: use_toasts(),
        }
    }

    pub(super) fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Whether everybody was assigned: nothing typed would be lost any more.
    pub(super) fn is_done(self) -> bool {
        self.done.get()
    }

    pub(super) fn results(self) -> Vec<(String, Outcome)> {
        self.results.get()
    }

    /// Posts the requests. Whoever was added is given to `added`, so that only the others are asked again; it tells
    /// whether there are any. Leaving the panel stops what was not sent yet.
    pub(super) fn run(
        self,
        asks: Vec<(Member, Ask)>,
        added: impl FnOnce(&[Member]) -> bool + 'static,
        then: impl FnOnce() + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.results.set(asks.iter().map(|(member, _)| (member.name.clone(), Outcome::Waiting)).collect());
        let person = self.cache.person();
        spawn_local(async move {
            let all = asks.len();
            let mut done = Vec::new();
            let mut sent = 0;
            for (index, (member, ask)) in asks.into_iter().enumerate() {
                if self.busy.is_disposed() {
                    break;
                }
                sent += 1;
                let outcome = match api::post_request(ask.kind, to_wire(&ask)).await {
                    Ok(_) => {
                        done.push(member);
                        Outcome::Done
                    }
                    Err(error) => Outcome::Failed(error.sentence()),
                };
                if self.cache.person() != person {
                    return;
                }
                let _ = self.results.try_update(|results| results[index].1 = outcome);
            }
            self.cache.invalidate(Family::Roles);
            self.who.refresh();
            self.busy.try_set(false);
            // Whoever was chosen meanwhile is not lost with the panel.
            let some_are_left = added(&done);
            if sent < all {
                let words =
                    format!("{} of {all} assignments were added before the panel was left.", done.len());
                self.toasts.say(Tone::Info, words);
            } else if done.len() == all {
                let words = if all == 1 {
                    "1 assignment was added.".to_owned()
                } else {
                    format!("{all} assignments were added.")
                };
                self.toasts.say(Tone::Success, words);
                if !some_are_left && !self.busy.is_disposed() {
                    self.done.set(true);
                    then();
                }
            } else {
                let words = format!("{} of {all} assignments could not be added.", all - done.len());
                self.toasts.say(Tone::Danger, words);
            }
        });
    }
}
