//! The lab: its people, and the engine's clock, which can be moved ahead.

mod mails;

use domain::{time::Span, wire::api::MoveClock};
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, note, use_toasts},
    data::{use_clock, use_zone},
    forms::{Form, Input},
    parts::{Chosen, Field, lab_accounts, lab_query, page_head},
    session::use_who,
};

pub(super) fn lab() -> AnyView {
    let who = use_who();
    let chosen = expect_context::<Chosen>().0;
    let query = lab_query();
    let become_other = move |account| {
        chosen.set(Some(account));
        who.leave();
    };
    view! {
        {page_head(
            Signal::stored("Lab".to_owned()),
            "Invented people, and a clock that can be moved. Nothing here exists outside a lab.",
        )}
        {clock()}
        {mails::mails()}
        <h2>"Lab accounts"</h2>
        {lab_accounts(query, become_other)}
    }
    .into_any()
}

/// Moves the engine's clock; it never goes back, because what has ended stays ended.
fn clock() -> AnyView {
    let (clock, zone, toasts) = (use_clock(), use_zone(), use_toasts());
    let form = Form::default();
    let to =
        Input::new(|text| if text.is_empty() { Err("date and time are required".into()) } else { Ok(()) });
    let go = move |body: MoveClock| {
        form.mutation.run(api::move_clock(body), move |lab| {
            let time = untrack(|| zone.date_time(lab.engine_time));
            toasts.say(Tone::Success, format!("The clock is at {time}"));
        });
    };
    let ahead = move |words: &'static str, by: Span| {
        let advance = MoveClock { advance_minutes: Some(by.as_minutes()), to: None };
        view! { <button type="button" class="button" on:click=move |_| go(advance.clone())>{words}</button> }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(&[to], move || {
            go(MoveClock { advance_minutes: None, to: zone.from_input(&to.whole()) });
        });
    };
    let mut about = Field::new("To a date and time", "to");
    about.kind = "datetime-local";
    about.hint = Signal::derive(move || zone.label(clock.now_untracked()));
    view! {
        <section class="section" aria-labelledby="lab-clock">
            <h2 id="lab-clock">"Engine clock"</h2>
            <p>
                <strong>{move || zone.date_time(clock.now())}</strong>
                ". Requests, schedules and audit follow it; sign-in and one-time codes do not."
            </p>
            {note(form.wrong(&["to"]))}
            <p class="actions">
                {ahead("+5 min", Span::minutes(5))}
                {ahead("+1 h", Span::hours(1))}
                {ahead("+8 h", Span::hours(8))}
            </p>
            <form novalidate class="lab-to" on:submit=submit>
                {to.draw(form, about)}
                <button type="submit" class="button">"Move the clock"</button>
            </form>
        </section>
    }
    .into_any()
}
