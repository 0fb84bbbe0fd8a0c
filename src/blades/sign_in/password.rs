//! The new password right after a one-time one.

use domain::wire::api::NewPassword;
use leptos::prelude::*;

use super::{button, head};
use crate::{
    api,
    components::note,
    forms::{Form, Input},
    parts::{Field, PASSWORD_HINT, judge_password},
    session::use_who,
};

pub(super) fn new_password() -> AnyView {
    let who = use_who();
    let form = Form::default();
    let (new, again) = (Input::new(judge_password), Input::free());
    let differs = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        differs.set(new.whole() != again.whole());
        form.submit(&[new], move || {
            if !differs.get_untracked() {
                let body = NewPassword { current: None, new: new.whole() };
                form.mutation.run(api::set_first_password(body), move |session| who.take(session));
            }
        });
    };
    let mut about_new = Field::new("New password", "new").required().hint(PASSWORD_HINT);
    (about_new.kind, about_new.fill) = ("password", "new-password");
    let mut about_again = Field::new("New password, again", "again").required();
    (about_again.kind, about_again.fill) = ("password", "new-password");
    let wrong = Signal::derive(move || {
        let apart = differs.get() && new.get() != again.get();
        apart.then(|| "The two passwords differ.".to_owned()).or_else(|| form.wrong(&["new"]).get())
    });
    view! {
        {head("Set a new password", "The password you used was good for one sign-in.")}
        <form novalidate on:submit=submit>
            {note(wrong)}
            {new.draw(form, about_new)}
            {again.draw(form, about_again)}
            {button(form, "Set password", "Setting")}
        </form>
    }
    .into_any()
}
