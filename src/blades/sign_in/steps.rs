//! The second factor: asked for, or set up first.

use leptos::prelude::*;

use super::{button, head};
use crate::{
    api,
    components::note,
    forms::{Form, Input},
    parts::{Chosen, Field, enrolment},
    session::use_who,
};

pub(super) fn second_factor() -> AnyView {
    let who = use_who();
    let form = Form::default();
    let code =
        Input::new(|text| if text.trim().is_empty() { Err("code is required".into()) } else { Ok(()) });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(&[code], move || {
            form.mutation.run(api::give_second_factor(code.trimmed()), move |session| who.take(session));
        });
    };
    let mut about =
        Field::new("Code", "code").required().hint("Six digits from your app, or a recovery code");
    about.fill = "one-time-code";
    let known = expect_context::<Chosen>().0;
    let lab_hint = move || {
        known.get().and_then(|account| account.code).map(|code| {
            view! { <p class="quiet">"Lab: the code was " <code>{code}</code> " a moment ago."</p> }
        })
    };
    view! {
        {head("Verify your identity", "Your account is protected by a second factor.")}
        <form novalidate on:submit=submit>
            {note(form.wrong(&["code"]))}
            {code.draw(form, about)}
            {lab_hint}
            {button(form, "Verify", "Verifying")}
        </form>
    }
    .into_any()
}

pub(super) fn enrol() -> AnyView {
    let who = use_who();
    let kept = move || {
        who.hold(false);
        who.refresh();
    };
    view! {
        {head("Set up a second factor", "A code from an app on your phone proves that it is you.")}
        {enrolment(move || who.hold(true), kept)}
    }
    .into_any()
}
