//! The question before somebody is deleted.

use domain::ids::PrincipalId;
use leptos::prelude::*;

use crate::{
    api,
    components::{Question, Tone, confirm, use_toasts},
    data::{Family, Mutation, use_cache},
};

/// Who is asked about.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Doomed {
    pub(super) id: PrincipalId,
    pub(super) name: String,
}

pub(super) fn delete_user(
    user: Doomed,
    close: impl Fn() + Copy + 'static,
    done: impl Fn() + Copy + 'static,
) -> AnyView {
    let (cache, toasts) = (use_cache(), use_toasts());
    let mutation = Mutation::default();
    let Doomed { id, name } = user;
    let question = Question {
        title: format!("Delete {name}?"),
        effect: "Sign-in, sessions, assignments and open requests of this person end at once.".into(),
        verb: "Delete",
        doing: "Deleting",
    };
    let act = move || {
        let name = name.clone();
        mutation.run(api::delete_user(id), move |()| {
            // First away from here: the person's own screen would ask for the person once more.
            if mutation.is_here() {
                done();
            }
            toasts.say(Tone::Success, format!("{name} was deleted"));
            cache.invalidate(Family::Users);
            cache.invalidate(Family::Roles);
        });
    };
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    confirm(question, Signal::derive(move || mutation.is_busy()), wrong, act, close)
}
