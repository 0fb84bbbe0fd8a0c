//! Where a reader was on a screen, so that it is there again when the screen comes back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::components::lead_to;

/// Frames to wait for a list that must be read anew: about a second.
const PATIENCE: u32 = 60;

/// How far down, and at which link.
#[derive(Clone)]
pub struct Place {
    top: f64,
    link: Option<Link>,
}

/// Several rows may lead to one screen, so the address alone does not tell which link it was.
#[derive(Clone)]
struct Link {
    href: String,
    nth: usize,
}

impl Place {
    /// Where the reader is now.
    pub fn here() -> Self {
        let here = document().active_element();
        let link = here.and_then(|here| {
            let href = here.get_attribute("href")?;
            let nth = links(&href).iter().position(|one| *one == here)?;
            Some(Link { href, nth })
        });
        Self { top: top(), link }
    }

    /// Leads there as soon as it is drawn, unless the reader has gone on meanwhile.
    pub fn lead_back(self) {
        self.wait(PATIENCE, None);
    }

    fn wait(self, frames: u32, before: Option<f64>) {
        request_animation_frame(move || {
            let now = top();
            if before.is_some_and(|before| (before - now).abs() > 1.0) || !is_waiting() {
                return;
            }
            let link = self.link.as_ref().and_then(Link::element);
            let is_drawn = if self.link.is_some() { link.is_some() } else { room() >= self.top };
            if !is_drawn && frames > 0 {
                self.wait(frames - 1, Some(now));
                return;
            }
            if let Some(link) = link {
                lead_to(&link);
            }
            window().scroll_to_with_x_and_y(0.0, self.top);
        });
    }
}

impl Link {
    fn element(&self) -> Option<Element> {
        let mut all = links(&self.href);
        (!all.is_empty()).then(|| all.swap_remove(self.nth.min(all.len() - 1)))
    }
}

/// The links of the screen that lead there.
fn links(href: &str) -> Vec<Element> {
    let found = document().query_selector_all("main a[href]").ok();
    let all = found.into_iter().flat_map(|found| (0..found.length()).filter_map(move |n| found.get(n)));
    all.filter_map(|one| one.dyn_into::<Element>().ok())
        .filter(|one| one.get_attribute("href").as_deref() == Some(href))
        .collect()
}

/// Whether the focus is still where a new screen puts it.
fn is_waiting() -> bool {
    document().active_element().is_none_or(|here| matches!(here.tag_name().as_str(), "BODY" | "H1"))
}

fn top() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// How far down the page can be moved.
fn room() -> f64 {
    let height = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let window = height(window().inner_height()).unwrap_or_default();
    document().document_element().map_or(0.0, |page| f64::from(page.scroll_height()) - window)
}
