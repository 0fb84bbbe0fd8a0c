//! The banner that asks for a second factor, and the dialog behind it.

use leptos::{html::Dialog, prelude::*};

use super::form::{Field, field};
use crate::{api, data::Mutation, session::use_who};

/// "Additional verification required. Click to continue", while it is; `open` shows the dialog.
pub fn verification(wanted: Signal<bool>, open: RwSignal<bool>) -> AnyView {
    let banner = move || {
        wanted.get().then(|| {
            view! {
                <p class="note warning">
                    "Additional verification required. "
                    <button type="button" class="link" on:click=move |_| open.set(true)>"Click to continue"</button>
                </p>
            }
        })
    };
    view! { {banner} {move || open.get().then(|| step_up(open))} }.into_any()
}

fn step_up(open: RwSignal<bool>) -> AnyView {
    let who = use_who();
    let mutation = Mutation::default();
    let code = RwSignal::new(String::new());
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = code.get_untracked().trim().to_owned();
        mutation.run(api::give_second_factor(typed), move |session| {
            who.take(session);
            open.set(false);
        });
    };
    let error = Signal::derive(move || mutation.error().map(|error| error.sentence()));
    let about = Field::new("Code", "step-up-code")
        .hint("Six digits from your app, or a recovery code")
        .required()
        .error(error);
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="step-up-title"
            on:cancel=move |event: web_sys::Event| { event.prevent_default(); open.set(false); }
        >
            <form on:submit=submit>
                <h2 id="step-up-title">"Verify your identity"</h2>
                {field(about, code.into(), move |text| { code.set(text); mutation.forget(); })}
                <div class="dialog-foot">
                    <button type="submit" class="button primary">
                        {move || if mutation.is_busy() { "Verifying" } else { "Verify" }}
                    </button>
                    <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}
