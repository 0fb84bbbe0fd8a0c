//! Input that is judged: on leaving a field, then on each key, and all of it when the button is pressed.

mod input;

pub use input::Input;
use leptos::prelude::*;

use crate::{data::Mutation, parts::focus_first_error};

/// What the inputs of one form share. Copied freely.
#[derive(Clone, Copy)]
pub struct Form {
    /// The change that the form asks for.
    pub mutation: Mutation,
    pressed: RwSignal<bool>,
}

impl Default for Form {
    fn default() -> Self {
        Self { mutation: Mutation::default(), pressed: RwSignal::new(false) }
    }
}

impl Form {
    /// The button was pressed: acts if every input is right, otherwise leads to the first that is not.
    pub fn submit(self, inputs: &[Input], act: impl FnOnce()) {
        self.pressed.set(true);
        if inputs.iter().all(|input| input.fault().is_none()) {
            act();
        } else {
            focus_first_error();
        }
    }

    /// Starts over after a success.
    pub fn reset(self, inputs: &[Input]) {
        self.pressed.set(false);
        for input in inputs {
            input.clear();
        }
    }

    /// What is wrong with the whole and belongs to none of these inputs, in the words of the server.
    pub fn wrong(self, fields: &'static [&'static str]) -> Signal<Option<String>> {
        Signal::derive(move || {
            let error = self.mutation.error()?;
            fields.iter().all(|field| error.for_field(field).is_none()).then(|| error.sentence())
        })
    }

    /// Whether the change is under way.
    pub fn busy(self) -> Signal<bool> {
        Signal::derive(move || self.mutation.is_busy())
    }
}
