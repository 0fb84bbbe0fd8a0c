//! The mails of the lab: what everybody would find in his mail, each with its one link.

use domain::wire::mail::{LabMail, LabMails};
use leptos::prelude::*;

use crate::{
    api,
    data::{Key, Load, Query, use_clock, use_zone},
    session::use_who,
};

/// So many seconds pass between two looks.
const EVERY: u32 = 2;

pub(super) fn mails() -> AnyView {
    let query = Query::<LabMails>::new(|| (Key::LabMails, Box::pin(api::lab_mails())));
    let (clock, who) = (use_clock(), use_who());
    let waited = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let _second = clock.now();
        waited.update_value(|seconds| *seconds += 1);
        if who.is_watching() && waited.get_value() >= EVERY && !query.is_busy_untracked() {
            waited.set_value(0);
            query.refetch();
        }
    });
    let known = Memo::new(move |_| match query.get() {
        Load::Loading => None,
        Load::Failed(error) => Some(Err(error.sentence())),
        Load::Ready(found) => Some(Ok(found.mails.clone())),
    });
    let list = Memo::new(move |_| known.get().and_then(Result::ok).unwrap_or_default());
    let state = Memo::new(move |_| {
        known.with(|known| match known {
            None => (true, None),
            Some(Err(why)) => (false, Some(why.clone())),
            Some(Ok(_)) => (false, None),
        })
    });
    let around = move || match state.get() {
        (true, _) => view! { <p role="status"><span class="skeleton">"Loading"</span></p> }.into_any(),
        (_, Some(why)) => view! {
            <p class="note danger" role="alert">{why}</p>
            <button type="button" class="button" on:click=move |_| query.refetch()>"Try again"</button>
        }
        .into_any(),
        (..) if list.with(Vec::is_empty) => {
            view! { <p>"No mails yet. Assign a role to somebody, or activate one."</p> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <section class="section" aria-labelledby="lab-mails">
            <h2 id="lab-mails">"Mails"</h2>
            {around}
            <ul class="lab-mails">
                <For each=move || list.get() key=|mail| format!("{} {}", mail.receipt.id, mail.receipt.state) children=|mail| one(&mail)/>
            </ul>
        </section>
    }
    .into_any()
}

fn one(mail: &LabMail) -> AnyView {
    let zone = use_zone();
    let at = mail.receipt.created_date_time;
    let what = match mail.receipt.state.as_str() {
        "givenUp" => "given up",
        "off" => "not sent: mail is off",
        "withdrawn" => "not sent: decided before",
        other => other,
    }
    .to_owned();
    view! {
        <li>
            <details class="lab-mail">
                <summary>
                    <strong>{mail.subject.clone()}</strong>
                    <span class="quiet">{format!("to {}", mail.receipt.address)}", "{move || zone.date_time(at)}", "{what}</span>
                </summary>
                <p class="lab-mail-text">{mail.text.clone()}</p>
            </details>
            <a class="link" href=mail.path.clone()>{mail.label.clone()}<span class="visually-hidden">{format!(" for {}", mail.receipt.address)}</span></a>
        </li>
    }
    .into_any()
}
