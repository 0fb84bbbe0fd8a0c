//! One input of a form.

use leptos::prelude::*;

use super::Form;
use crate::{
    api::sentence,
    parts::{Field, field},
};

/// A text, and what would be wrong with it. Copied freely.
#[derive(Clone, Copy)]
pub struct Input {
    text: RwSignal<String>,
    left: RwSignal<bool>,
    judge: fn(&str) -> Result<(), String>,
}

impl Input {
    /// An empty one; `judge` says what is wrong as the domain says it.
    pub fn new(judge: fn(&str) -> Result<(), String>) -> Self {
        Self { text: RwSignal::new(String::new()), left: RwSignal::new(false), judge }
    }

    /// One that takes anything.
    pub fn free() -> Self {
        Self::new(|_| Ok(()))
    }

    /// The text; followed.
    pub fn get(self) -> String {
        self.text.get()
    }

    /// The text without what surrounds it, read once.
    pub fn trimmed(self) -> String {
        self.text.with_untracked(|text| text.trim().to_owned())
    }

    /// The text as it is, read once: a password may begin with a space.
    pub fn whole(self) -> String {
        self.text.get_untracked()
    }

    /// Fills it in.
    pub fn set(self, text: String) {
        self.text.set(text);
    }

    /// Whether anything is typed; followed.
    pub fn is_typed(self) -> bool {
        self.text.with(|text| !text.is_empty())
    }

    pub(super) fn clear(self) {
        self.text.set(String::new());
        self.left.set(false);
    }

    pub(super) fn fault(self) -> Option<String> {
        self.text.with(|text| (self.judge)(text).err())
    }

    /// Draws it. What the server finds stands there until the next key.
    pub fn draw(self, form: Form, about: Field) -> AnyView {
        let wrong = Signal::derive(move || {
            let shown = self.left.get() || form.pressed.get();
            let ours = shown.then(|| self.fault().map(|fault| sentence(&fault, ""))).flatten();
            ours.or_else(|| form.mutation.field(about.id))
        });
        let left = RwSignal::new(false);
        // An empty field that is merely passed through is not scolded; the button will say.
        Effect::new(move |_| {
            if left.get() {
                left.set(false);
                self.left.update(|was| *was |= self.text.with_untracked(|text| !text.is_empty()));
            }
        });
        let about = Field { left: Some(left), ..about.error(wrong) };
        field(about, self.text.into(), move |text| {
            self.text.set(text);
            form.mutation.forget();
        })
    }
}
