//! The zone in which times are shown.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::session::use_who;

pub(super) fn zone() -> AnyView {
    let who = use_who();
    let chosen = Memo::new(move |_| who.with(|session| session.preferences.time_zone.clone()).flatten());
    let change = move |event| {
        let name: String = event_target_value(&event);
        let time_zone = (!name.is_empty()).then_some(name);
        who.choose(move |kept| kept.time_zone = time_zone);
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
