//! Another password.

use domain::wire::api::NewPassword;
use leptos::prelude::*;

use crate::{
    api,
    components::{Tone, note, use_toasts},
    data::{Family, use_cache},
    forms::{Form, Input},
    parts::{Field, PASSWORD_HINT, judge_password},
};

pub(super) fn password() -> AnyView {
    let (toasts, cache) = (use_toasts(), use_cache());
    let form = Form::default();
    let current =
        Input::new(|text| if text.is_empty() { Err("present password is required".into()) } else { Ok(()) });
    let new = Input::new(judge_password);
    let again = Input::free();
    let differs = RwSignal::new(false);
    let inputs = [current, new, again];
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        differs.set(new.whole() != again.whole());
        form.submit(&inputs, move || {
            if differs.get_untracked() {
                return;
            }
            let body = NewPassword { current: Some(current.whole()), new: new.whole() };
            form.mutation.run(api::change_password(body), move |()| {
                form.reset(&inputs);
                toasts.say(Tone::Success, "Your password was changed");
                cache.invalidate(Family::Account);
            });
        });
    };
    let field = |label, id, fill| {
        let mut about = Field::new(label, id).required();
        (about.kind, about.fill) = ("password", fill);
        about
    };
    let wrong = Signal::derive(move || {
        let apart = differs.get() && new.get() != again.get();
        apart
            .then(|| "The two passwords differ.".to_owned())
            .or_else(|| form.wrong(&["current", "new"]).get())
    });
    view! {
        <form novalidate on:submit=submit>
            {note(wrong)}
            {current.draw(form, field("Present password", "current", "current-password"))}
            {new.draw(form, field("New password", "new", "new-password").hint(PASSWORD_HINT))}
            {again.draw(form, field("New password, again", "again", "new-password"))}
            <button type="submit" class="button" aria-busy=move || form.busy().get().then_some("true")>
                {move || if form.busy().get() { "Changing" } else { "Change password" }}
            </button>
        </form>
    }
    .into_any()
}
