//! The zone in which times are shown.

use domain::wire::api::Preferences;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    session::{Who, use_who},
};

/// Keeps a changed choice; where it was not kept, the session that is asked next still says the old one.
pub(super) fn keep(who: Who, change: impl FnOnce(Preferences) -> Preferences) {
    let kept = untrack(|| who.with(|session| session.preferences.clone())).unwrap_or_default();
    let next = change(kept);
    spawn_local(async move {
        let _ = api::set_preferences(next).await;
        who.refresh();
    });
}

pub(super) fn zone() -> AnyView {
    let who = use_who();
    let chosen = Memo::new(move |_| who.with(|session| session.preferences.time_zone.clone()).flatten());
    let change = move |event| {
        let name: String = event_target_value(&event);
        let time_zone = (!name.is_empty()).then_some(name);
        keep(who, move |kept| Preferences { time_zone, ..kept });
    };
    let options = zones()
        .into_iter()
        .map(|name| {
            let value = name.clone();
            view! { <option value=value.clone() selected=move || chosen.with(|zone| zone.as_ref() == Some(&value))>{name}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="label" for="zone">"Times are shown in"</label>
            <select class="select" id="zone" on:change=change>
                <option value="" selected=move || chosen.with(Option::is_none)>"The zone of this browser"</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// The zones that this browser knows.
fn zones() -> Vec<String> {
    let named = |on: &JsValue, name: &str| js_sys::Reflect::get(on, &name.into());
    let list = || {
        let intl = named(&js_sys::global(), "Intl")?;
        let ask: js_sys::Function = named(&intl, "supportedValuesOf")?.dyn_into()?;
        ask.call1(&intl, &"timeZone".into())?.dyn_into::<js_sys::Array>()
    };
    // A browser that cannot say leaves the choice of its own zone.
    list().map(|list| list.iter().filter_map(|name| name.as_string()).collect()).unwrap_or_default()
}
