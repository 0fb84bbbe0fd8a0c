//! What is shown once, with a button that copies it.

use core::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Icon, icon};

/// How long "Copied" stands.
const SAID: Duration = Duration::from_secs(3);

/// A password, a secret, a code.
pub fn secret(name: &'static str, text: String) -> AnyView {
    let shown = view! { <code>{text.clone()}</code> };
    view! { <div class="secret" role="group" aria-label=name>{shown}{copy(name, text)}</div> }.into_any()
}

/// Several codes.
pub fn codes(name: &'static str, codes: &[String]) -> AnyView {
    let all = codes.join("\n");
    let rows = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
    view! {
        <div class="secret" role="group" aria-label=name><ul class="codes">{rows}</ul>{copy(name, all)}</div>
    }
    .into_any()
}

fn copy(name: &'static str, text: String) -> AnyView {
    let said = RwSignal::new("Copy");
    let press = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            // On a page without TLS there is none.
            let written =
                !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(&text)).await.is_ok();
            said.try_set(if written { "Copied" } else { "Select and copy it by hand" });
            set_timeout(
                move || {
                    said.try_set("Copy");
                },
                SAID,
            );
        });
    };
    view! {
        <button type="button" class="button" aria-label=move || format!("{} {}", said.get(), name) on:click=press>
            {icon(Icon::Copy)}
            <span aria-live="polite">{said}</span>
        </button>
    }
    .into_any()
}
