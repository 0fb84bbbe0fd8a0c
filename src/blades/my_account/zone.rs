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
    let stored = chosen.get_untracked();
    let options = offered(zones(), stored)
        .into_iter()
        .map(|name| {
            let value = name.clone();
            view! { <option value=value.clone() selected=move || chosen.with(|zone| zone.as_ref() == Some(&value))>{name}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="label" for="zone">"Times are shown in"</label>
            <select class="select" id="zone" prop:value=move || chosen.get().unwrap_or_default() on:change=change>
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

/// The zones to choose from: what browsers leave out of their lists can be chosen too, and what was chosen is there.
fn offered(mut known: Vec<String>, chosen: Option<String>) -> Vec<String> {
    for name in [Some("UTC".to_owned()), chosen].into_iter().flatten() {
        if !known.contains(&name) {
            let at = known.partition_point(|other| *other < name);
            known.insert(at, name);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_and_the_chosen_zone_are_offered_by_every_browser() {
        let known = || vec!["Asia/Calcutta".to_owned(), "Europe/Kiev".to_owned()];
        assert_eq!(offered(known(), None), ["Asia/Calcutta", "Europe/Kiev", "UTC"]);
        let chosen = Some("Europe/Kyiv".to_owned());
        assert_eq!(offered(known(), chosen), ["Asia/Calcutta", "Europe/Kiev", "Europe/Kyiv", "UTC"]);
        assert_eq!(offered(Vec::new(), Some("UTC".into())), ["UTC"]);
    }
}
