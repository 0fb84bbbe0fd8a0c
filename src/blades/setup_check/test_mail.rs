//! Sends a test mail and follows it: asked once a second while it waits, and told in the mail server's own words.

use domain::wire::mail::{Checks, OutletKind, Receipt, TestMail};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{act_button, note},
    data::{Query, use_clock},
    forms::{Form, Input},
    parts::Field,
    session::use_who,
};

pub(super) fn test_mail(outlet: OutletKind, checks: Query<Checks>) -> AnyView {
    let form = Form::default();
    let address = Input::new(judge);
    let receipt = RwSignal::new(None::<Receipt>);
    follow(receipt, checks);
    let send = move || {
        form.submit(&[address], move || {
            let to = Some(address.trimmed()).filter(|text| !text.is_empty());
            let ask = api::send_test_mail(TestMail { address: to });
            form.mutation.run(ask, move |sent| receipt.set(Some(sent)));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let mut about = Field::new("To", "address").hint("Left empty, it goes to you.");
    about.kind = "email";
    let lack = (outlet == OutletKind::Off)
        .then(|| "no mail server is configured: give --smtp-url and --mail-from".to_owned());
    let waits =
        move || receipt.with(|receipt| receipt.as_ref().is_some_and(is_waiting)) || form.mutation.is_busy();
    let busy = Signal::derive(waits);
    let words = move || if busy.get() { "Sending" } else { "Send a test mail" };
    view! {
        <section class="section form" aria-labelledby="test-mail">
            <h2 id="test-mail">"Test mail"</h2>
            {note(form.wrong(&["address"]))}
            <form novalidate on:submit=submit>
                {address.draw(form, about)}
                {act_button("button primary", words, busy, Signal::stored(lack), send)}
            </form>
            <div role="status">{move || receipt.get().map(|receipt| said(&receipt))}</div>
        </section>
    }
    .into_any()
}

/// The server has the last word; this only catches what is plainly none.
fn judge(text: &str) -> Result<(), String> {
    let text = text.trim();
    if text.is_empty() || (text.contains('@') && !text.contains([' ', ',', ';'])) {
        Ok(())
    } else {
        Err("one address such as ada@example.org, or nothing for your own".into())
    }
}

/// Whether nobody knows yet what becomes of it.
fn is_waiting(receipt: &Receipt) -> bool {
    receipt.state == "queued" && receipt.words.is_none()
}

/// Asks for the receipt once a second while the mail waits.
fn follow(receipt: RwSignal<Option<Receipt>>, checks: Query<Checks>) {
    let (clock, who) = (use_clock(), use_who());
    Effect::new(move |_| {
        let _second = clock.now();
        let waiting = receipt.with_untracked(|receipt| receipt.clone().filter(is_waiting));
        let Some(waiting) = waiting.filter(|_| who.is_watching()) else { return };
        spawn_local(async move {
            // What cannot be asked now is asked again in a second.
            let Ok(found) = api::test_receipt(waiting.id).await else { return };
            if !is_waiting(&found) {
                receipt.try_set(Some(found));
                checks.refetch();
            }
        });
    });
}

/// What became of it.
fn said(receipt: &Receipt) -> AnyView {
    let to = &receipt.address;
    let (class, what) = match receipt.state.as_str() {
        "sent" => ("note success", format!("The mail to {to} was taken.")),
        "off" => ("note", format!("The mail to {to} was not sent: mail is off.")),
        "queued" if receipt.words.is_none() => ("note", format!("The mail to {to} is on its way.")),
        "queued" => {
            ("note danger", format!("The mail to {to} was not taken, and is tried again in a minute."))
        }
        _ => ("note danger", format!("The mail to {to} was refused.")),
    };
    let words = receipt.words.clone().map(|words| view! { " The mail server said: " <code>{words}</code> });
    view! { <p class=class>{what}{words}</p> }.into_any()
}
