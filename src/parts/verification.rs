//! The banner that asks for a second factor, and the dialog behind it.

use leptos::prelude::*;

use super::form::{Field, field};
use crate::{
    api,
    components::{Standing, modal},
    data::Mutation,
    routes::Route,
    session::use_who,
    shell,
};

/// What a panel asks for its own sake, where the screen does not ask already.
pub fn verification(wanted: Signal<bool>, open: RwSignal<bool>) -> AnyView {
    let who = use_who();
    banner(Memo::new(move |_| wanted.get() && !who.is_asked_for_factor()).into(), open)
}

/// "Additional verification required. Click to continue", while it is; `open` shows the dialog.
pub fn banner(wanted: Signal<bool>, open: RwSignal<bool>) -> AnyView {
    let banner = move || {
        wanted.get().then(|| {
            view! {
                <p class="note warning">
                    "Additional verification required. "
                    <button type="button" class="link" on:click=move |_| open.set(true)>
                        "Click to continue"
                    </button>
                </p>
            }
        })
    };
    view! {
        {banner}
        {move || open.get().then(|| step_up(open))}
    }
    .into_any()
}

/// Asks for a second factor in this session.
pub fn step_up(open: RwSignal<bool>) -> AnyView {
    let who = use_who();
    // The banner that led here would only lead here again.
    provide_context(Standing(shell::ended));
    // Not followed: the answer to the code changes the session, and must not draw the dialog anew.
    let enrolled = untrack(|| who.with(|session| session.second_factor_enrolled)).unwrap_or_default();
    let content = if enrolled { code_form(open) } else { nothing_enrolled(open) };
    modal("dialog", "step-up-title", move || open.set(false), content)
}

fn code_form(open: RwSignal<bool>) -> AnyView {
    let who = use_who();
    let mutation = Mutation::default();
    let code = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = code.get_untracked().trim().to_owned();
        missing.set(typed.is_empty());
        if typed.is_empty() {
            return;
        }
        mutation.run(api::give_second_factor(typed), move |session| {
            who.take(session);
            open.set(false);
        });
    };
    let error = Signal::derive(move || {
        let said = mutation.error().map(|error| error.sentence());
        said.or_else(|| missing.get().then(|| "Enter the code.".to_owned()))
    });
    let about = Field::new("Code", "step-up-code")
        .hint("Six digits from your app, or a recovery code")
        .required()
        .error(error);
    let change = move |text| {
        code.set(text);
        missing.set(false);
        mutation.forget();
    };
    view! {
        <form on:submit=submit novalidate=true>
            <h2 id="step-up-title">"Verify your identity"</h2>
            {field(about, code.into(), change)}
            <div class="dialog-foot">
                <button type="submit" class="button primary" aria-busy=move || mutation.is_busy().then_some("true")>
                    {move || if mutation.is_busy() { "Verifying" } else { "Verify" }}
                </button>
                <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
            </div>
        </form>
    }
    .into_any()
}

fn nothing_enrolled(open: RwSignal<bool>) -> AnyView {
    view! {
        <h2 id="step-up-title">"Verify your identity"</h2>
        <p>
            "This needs a second factor, and you have none yet. Enrol one in "
            <a href=Route::Account.url()>"My account"</a>" and come back."
        </p>
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Close"</button>
        </div>
    }
    .into_any()
}
