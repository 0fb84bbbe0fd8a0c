//! The answer and its justification: the same fields for one request and for several.

use domain::{approval::Answer, text::REASON_MAX};
use leptos::prelude::*;

use crate::{
    api::sentence,
    components::{Choice, note, radios},
    parts::{Field, focus_first_error, text_area},
};

const CHOICES: &[Choice<Option<Answer>>] = &[
    Choice { value: Some(Answer::Approve), words: "Approve" },
    Choice { value: Some(Answer::Deny), words: "Deny" },
];

/// What is typed. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub answer: RwSignal<Option<Answer>>,
    pub reason: RwSignal<String>,
    pressed: RwSignal<bool>,
    /// Whether the approver must say why.
    required: Signal<bool>,
    /// What the server found wrong with the justification.
    refused: Signal<Option<String>>,
}

impl Form {
    pub(super) fn new(
        answer: Option<Answer>,
        required: Signal<bool>,
        refused: Signal<Option<String>>,
    ) -> Self {
        Self {
            answer: RwSignal::new(answer),
            reason: RwSignal::new(String::new()),
            pressed: RwSignal::new(false),
            required,
            refused,
        }
    }

    fn wrong(self) -> Option<String> {
        let length = self.reason.with(|text| text.trim().chars().count());
        let allowed = format!("1 to {REASON_MAX} characters");
        match length {
            0 if self.required.get() => Some(sentence("Justification is required", &allowed)),
            length if length > REASON_MAX => Some(sentence("Justification is too long", &allowed)),
            _ => None,
        }
    }

    /// The answer with its justification; none when something is wrong, which is then shown.
    pub(super) fn press(self) -> Option<(Answer, String)> {
        self.pressed.set(true);
        let answer = self.answer.get_untracked()?;
        if untrack(|| self.wrong()).is_some() {
            focus_first_error();
            return None;
        }
        Some((answer, self.reason.with_untracked(|text| text.trim().to_owned())))
    }

    pub(super) fn is_dirty(self) -> bool {
        self.reason.with(|text| !text.trim().is_empty())
    }

    pub(super) fn view(self, typed: impl Fn() + 'static) -> AnyView {
        let unanswered = Signal::derive(move || {
            (self.pressed.get() && self.answer.get().is_none()).then(|| "Choose approve or deny.".to_owned())
        });
        let error = Signal::derive(move || {
            self.pressed.get().then(|| self.wrong()).flatten().or_else(|| self.refused.get())
        });
        let answer = self.answer;
        let mut about = Field::new("Justification", "reason").error(error);
        about.required = self.required.get_untracked();
        view! {
            {radios("Decision", "decision", CHOICES, answer.into(), move |value| answer.set(value))}
            {note(unanswered)}
            {text_area(about, REASON_MAX, self.reason.into(), move |text| {
                self.reason.set(text);
                typed();
            })}
        }
        .into_any()
    }
}
