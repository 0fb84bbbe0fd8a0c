//! A one-time password, or a code to enrol a new second factor with: made by an administrator, shown once.

use domain::{ids::PrincipalId, wire::api::ONE_TIME_PASSWORD_DAYS};
use leptos::prelude::*;

use crate::{
    api,
    components::{act_button, modal, note, secret},
    data::Mutation,
    parts::focus_on,
};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reset {
    Password,
    SecondFactor,
}

pub(super) fn reset(
    what: Reset,
    id: PrincipalId,
    name: &str,
    close: impl Fn() + Copy + Send + 'static,
) -> AnyView {
    let mutation = Mutation::default();
    let made = RwSignal::new(None::<String>);
    let (title, effect, secret_name) = match what {
        Reset::Password => (
            format!("Reset the password of {name}?"),
            format!("The present password stops working and every session ends. A one-time password is made and shown once; it is good for one sign-in within {ONE_TIME_PASSWORD_DAYS} days."),
            "One-time password",
        ),
        Reset::SecondFactor => (
            format!("Reset the second factor of {name}?"),
            "The present app and recovery codes stop working and every session ends. An enrolment code is made and shown once; it is good for a day.".to_owned(),
            "Enrolment code",
        ),
    };
    // The button that was pressed goes.
    let show = move |text: String| {
        made.try_set(Some(text));
        focus_on("#reset-title");
    };
    let act = move || match what {
        Reset::Password => {
            mutation.run(api::reset_password(id), move |answer| show(answer.password));
        }
        Reset::SecondFactor => {
            mutation.run(api::reset_second_factor(id), move |answer| show(answer.code));
        }
    };
    let wrong = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    let busy = Signal::derive(move || mutation.is_busy());
    let content = move || match made.get() {
        Some(text) => view! {
            <p role="status">"Hand it over in a safe way. "<strong>"It is shown this one time."</strong></p>
            {secret(secret_name, text)}
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close()>"Close"</button>
            </div>
        }
        .into_any(),
        None => view! {
            <p>{effect.clone()}</p>
            {note(wrong)}
            <div class="dialog-foot">
                {act_button(
                    "button danger",
                    move || if busy.get() { "Resetting" } else { "Reset" },
                    busy,
                    Signal::stored(None),
                    act,
                )}
                <button type="button" class="button" on:click=move |_| close()>"Cancel"</button>
            </div>
        }
        .into_any(),
    };
    let whole = view! { <h2 id="reset-title" tabindex="-1" autofocus>{title}</h2>{content} };
    modal("dialog", "reset-title", close, whole.into_any())
}
