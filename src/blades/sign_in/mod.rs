//! Sign-in and its further steps: a new password, a second factor, its enrolment. What is asked next the server says.

mod password;
mod steps;

use domain::wire::api::{LabAccount, SessionState, SignIn};
use leptos::prelude::*;

use crate::{
    api,
    components::note,
    forms::{Form, Input},
    parts::{Chosen, FIRST_FIELD, Field, focus_on, lab_accounts, lab_query},
    session::use_who,
};

/// What only some sign-ins need: the steps after a first password, and whom a lab offers.
pub(super) fn later_step(state: SessionState) -> AnyView {
    match state {
        SessionState::PasswordChange => password::new_password(),
        SessionState::Enrolment => steps::enrol(),
        SessionState::Anonymous | SessionState::SecondFactor | SessionState::SignedIn => lab_people(),
    }
}

/// The step that the session is at; `later` draws what only some need.
pub(super) fn sign_in(later: fn(SessionState) -> AnyView) -> AnyView {
    let who = use_who();
    let state = Memo::new(move |before: Option<&SessionState>| {
        let next = who.with(|session| session.state).unwrap_or(SessionState::Anonymous);
        // Recovery codes stay on the screen until they are put away.
        if who.is_held() { before.copied().unwrap_or(next) } else { next }
    });
    let lab = Memo::new(move |_| who.with(|session| session.lab).unwrap_or_default());
    let step = move || match state.get() {
        SessionState::Anonymous | SessionState::SignedIn => first(),
        step @ (SessionState::PasswordChange | SessionState::Enrolment) => later(step),
        SessionState::SecondFactor => steps::second_factor(),
    };
    let people =
        move || (lab.get() && state.get() == SessionState::Anonymous).then(|| later(SessionState::Anonymous));
    let chosen = expect_context::<Chosen>().0;
    // Whoever was chosen in the lab is in now: the next sign-in begins empty.
    on_cleanup(move || chosen.set(None));
    Effect::new(|_| document().set_title("Sign in - Pimlico"));
    // The button that was pressed is gone: the next step begins where something is asked.
    Effect::new(move |before: Option<SessionState>| {
        let now = state.get();
        if before.is_some_and(|before| before != now) {
            focus_on(if now == SessionState::Enrolment { "main.gate h1" } else { FIRST_FIELD });
        }
        now
    });
    view! {
        <main class="gate">
            <div class="gate-card">
                <div class="mark"><span class="mark-sign"></span>"Pimlico"</div>
                {step}
                {move || (state.get() != SessionState::Anonymous).then(another_account)}
            </div>
            {people}
        </main>
    }
    .into_any()
}

/// Title and purpose of a step.
fn head(title: &'static str, purpose: impl IntoAny) -> AnyView {
    view! { <h1 tabindex="-1">{title}</h1><p class="purpose">{purpose.into_any()}</p> }.into_any()
}

fn first() -> AnyView {
    let who = use_who();
    let chosen = expect_context::<Chosen>().0;
    let form = Form::default();
    let name =
        Input::new(|text| if text.trim().is_empty() { Err("user name is required".into()) } else { Ok(()) });
    let password =
        Input::new(|text| if text.is_empty() { Err("password is required".into()) } else { Ok(()) });
    Effect::new(move |_| {
        if let Some(LabAccount { user_principal_name, password: known, .. }) = chosen.get() {
            name.set(user_principal_name);
            password.set(known);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(&[name, password], move || {
            let body = SignIn { user_name: name.trimmed(), password: password.whole() };
            form.mutation.run(api::sign_in(body), move |session| who.take(session));
        });
    };
    let mut user = Field::new("User name", "userName").required();
    (user.fill, user.hint) = ("username", Signal::stored("For example ada@example.org".into()));
    let mut secret = Field::new("Password", "password").required();
    (secret.kind, secret.fill) = ("password", "current-password");
    let tenant = move || who.with(|session| session.tenant.display_name.clone()).unwrap_or_default();
    view! {
        {head("Sign in", move || format!("To {}", tenant()))}
        <form novalidate on:submit=submit>
            {note(form.wrong(&["userName", "password"]))}
            {name.draw(form, user)}
            {password.draw(form, secret)}
            {button(form, "Sign in", "Signing in")}
        </form>
    }
    .into_any()
}

/// The button at the end of a step.
fn button(form: Form, words: &'static str, doing: &'static str) -> AnyView {
    view! {
        <button type="submit" class="button primary" aria-busy=move || form.busy().get().then_some("true")>
            {move || if form.busy().get() { doing } else { words }}
        </button>
    }
    .into_any()
}

fn another_account() -> AnyView {
    let who = use_who();
    view! { <p class="actions"><button type="button" class="link" on:click=move |_| who.leave()>"Use another account"</button></p> }
        .into_any()
}

fn lab_people() -> AnyView {
    let chosen = expect_context::<Chosen>().0;
    view! {
        <section class="gate-lab" aria-labelledby="lab-people">
            <h2 id="lab-people">"Lab accounts"</h2>
            <p class="quiet">"Only a lab shows these. Choose one to fill in the sign-in."</p>
            {lab_accounts(lab_query(), move |account| chosen.set(Some(account)))}
        </section>
    }
    .into_any()
}
