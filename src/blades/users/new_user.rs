//! The New user panel, and the one-time password it shows once.

use domain::{
    permission::Permission,
    text::{DisplayName, UserPrincipalName},
    wire::{
        api::ONE_TIME_PASSWORD_DAYS,
        graph::{DirectoryObject, NewUser},
    },
};
use leptos::prelude::*;

use super::lack;
use crate::{
    api,
    components::{Toasts, Tone, act_button, check, note, secret, use_toasts},
    data::{Cache, Family, use_cache},
    forms::{Form, Input},
    history::use_history,
    parts::{Field, SidePanel, focus_on},
};

#[derive(Clone, Copy)]
struct Panel {
    form: Form,
    name: Input,
    principal: Input,
    title: Input,
    enabled: RwSignal<bool>,
    made: RwSignal<Option<DirectoryObject>>,
    cache: Cache,
    toasts: Toasts,
}

/// The panel.
pub(in crate::blades) fn new_user() -> AnyView {
    let panel = Panel {
        form: Form::default(),
        name: Input::new(judge::<DisplayName>),
        principal: Input::new(judge::<UserPrincipalName>),
        title: Input::free(),
        enabled: RwSignal::new(true),
        made: RwSignal::new(None),
        cache: use_cache(),
        toasts: use_toasts(),
    };
    let dirty = Signal::derive(move || {
        panel.made.with(Option::is_none)
            && [panel.name, panel.principal, panel.title].iter().any(|input| input.is_typed())
    });
    let content = move || match panel.made.get() {
        Some(user) => made(&user),
        None => panel.fields(),
    };
    SidePanel { title: Signal::stored("New user".into()), place: "Users", wide: false, dirty }
        .view(content.into_any(), panel.footer())
}

/// The domain's own judgement of a text.
fn judge<T: TryFrom<String, Error = domain::text::TextError>>(text: &str) -> Result<(), String> {
    T::try_from(text.to_owned()).map(drop).map_err(|error| error.0)
}

impl Panel {
    fn fields(self) -> AnyView {
        let name = Field::new("Display name", "displayName").required();
        let principal = Field::new("User principal name", "userPrincipalName")
            .required()
            .hint("What this person signs in with, for example ada@example.org");
        let title = Field::new("Job title", "jobTitle");
        view! {
            <form
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    self.create();
                }
            >
                {note(self.form.wrong(&["displayName", "userPrincipalName", "jobTitle"]))}
                {self.name.draw(self.form, name)}
                {self.principal.draw(self.form, principal)}
                {self.title.draw(self.form, title)}
                {check(
                    "Account enabled",
                    "Off: the person exists but cannot sign in",
                    self.enabled.into(),
                    Signal::stored(false),
                    move |on| self.enabled.set(on),
                )}
                <p class="outcome">{format!("A one-time password is made and shown once. It is good for one sign-in within {ONE_TIME_PASSWORD_DAYS} days, which sets a new one.")}</p>
                <button type="submit" hidden></button>
            </form>
        }
        .into_any()
    }

    fn footer(self) -> AnyView {
        let history = use_history();
        let may = lack(Permission::CreateUsers);
        let buttons = move || {
            let over = self.made.with(Option::is_some);
            let create = (!over).then(|| {
                let busy = self.form.busy();
                let words = move || if busy.get() { "Creating" } else { "Create" };
                act_button("button primary", words, busy, may, move || self.create())
            });
            let word = if over { "Close" } else { "Cancel" };
            view! {
                {create}
                <button type="button" class="button" on:click=move |_| history.close_panel()>{word}</button>
            }
        };
        buttons.into_any()
    }

    fn create(self) {
        let (cache, toasts) = (self.cache, self.toasts);
        self.form.submit(&[self.name, self.principal], move || {
            let title = self.title.trimmed();
            let body = NewUser {
                display_name: Some(self.name.trimmed()),
                user_principal_name: Some(self.principal.trimmed()),
                account_enabled: Some(self.enabled.get_untracked()),
                mail: None,
                job_title: (!title.is_empty()).then_some(title),
                mail_nickname: None,
                user_type: None,
                password_profile: None,
            };
            self.form.mutation.run(api::create_user(body), move |user| {
                cache.invalidate(Family::Users);
                // The button that was pressed goes.
                focus_on("#panel-title");
                // The panel itself says so; whoever has left it by now is told.
                if self.made.try_update(|made| *made = Some(user.clone())).is_none() {
                    let name = user.display_name.unwrap_or_default();
                    toasts.say(Tone::Success, format!("{name} was created"));
                }
            });
        });
    }
}

fn made(user: &DirectoryObject) -> AnyView {
    let name = user.display_name.clone().unwrap_or_default();
    let principal = user.user_principal_name.clone().unwrap_or_default();
    let password = user.password_profile.as_ref().and_then(|profile| profile.password.clone());
    view! {
        <div role="status">
            <p>{format!("{name} was created and signs in as {principal}.")}</p>
            {password.map(|password| view! {
                <p>"The one-time password. " <strong>"It is shown this one time."</strong></p>
                {secret("One-time password", password)}
            })}
        </div>
    }
    .into_any()
}
