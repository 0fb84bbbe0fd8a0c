//! Setting up a second factor: the secret as a picture and as text, the first code, the recovery codes.

use domain::wire::api::{BeginEnrolment, Enrolment, RecoveryCodes};
use leptos::prelude::*;

use super::Field;
use crate::{
    api,
    components::{codes, note, qr, secret},
    forms::{Form, Input},
};

/// The steps, one after the other; `kept` when the person has put the recovery codes away. `shown` is told as soon
/// as something is on the screen that will never be shown again.
pub fn enrolment(
    shown: impl Fn() + Copy + Send + 'static,
    kept: impl Fn() + Copy + Send + 'static,
) -> AnyView {
    let begun = RwSignal::new(None::<Enrolment>);
    let ended = RwSignal::new(None::<RecoveryCodes>);
    let content = move || {
        if let Some(answer) = ended.get() {
            recovery_codes(&answer, kept)
        } else if let Some(answer) = begun.get() {
            confirm(answer, move |answer| {
                shown();
                ended.set(Some(answer));
            })
        } else {
            begin(begun)
        }
    };
    content.into_any()
}

/// At the first sign-in of a new account the server asks for no code; otherwise it says that one is needed.
fn begin(begun: RwSignal<Option<Enrolment>>) -> AnyView {
    let form = Form::default();
    let code = Input::free();
    let ask = move || {
        let typed = code.trimmed();
        let body = BeginEnrolment { enrolment_code: (!typed.is_empty()).then_some(typed) };
        form.mutation.run(api::begin_enrolment(body), move |answer| begun.set(Some(answer)));
    };
    let about = Field::new("Enrolment code", "enrolmentCode")
        .hint("From an administrator. A new account needs none at its first sign-in.");
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                ask();
            }
        >
            {note(form.wrong(&["enrolmentCode"]))}
            {code.draw(form, about)}
            <button type="submit" class="button primary" aria-busy=move || form.busy().get().then_some("true")>
                {move || if form.busy().get() { "Setting up" } else { "Set up" }}
            </button>
        </form>
    }
    .into_any()
}

fn confirm(answer: Enrolment, then: impl Fn(RecoveryCodes) + Copy + Send + 'static) -> AnyView {
    let form = Form::default();
    let code = Input::new(|text| {
        let digits = text.trim();
        let right = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit());
        if right { Ok(()) } else { Err("code has six digits".into()) }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(&[code], move || form.mutation.run(api::confirm_enrolment(code.trimmed()), then));
    };
    let mut about = Field::new("Code", "code").required().hint("The six digits that the app shows now");
    about.fill = "one-time-code";
    view! {
        <form novalidate on:submit=submit>
            <p>"Scan the picture with an authenticator app, or type the secret into it."</p>
            {qr(&answer.qr_rows)}
            {secret("Secret", answer.secret)}
            {note(form.wrong(&["code"]))}
            {code.draw(form, about)}
            <button type="submit" class="button primary" aria-busy=move || form.busy().get().then_some("true")>
                {move || if form.busy().get() { "Verifying" } else { "Verify" }}
            </button>
        </form>
    }
    .into_any()
}

/// The codes that replace the app once each; shown this one time.
pub fn recovery_codes(answer: &RecoveryCodes, kept: impl Fn() + 'static) -> AnyView {
    view! {
        <div role="status">
            <p>
                "Your recovery codes. Each replaces the app once, when it is lost. "
                <strong>"They are shown this one time: keep them where only you can read them."</strong>
            </p>
            {codes("Recovery codes", &answer.codes)}
            <button type="button" class="button primary" on:click=move |_| kept()>"I have kept them"</button>
        </div>
    }
    .into_any()
}
