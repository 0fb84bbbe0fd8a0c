//! Arrow keys, Home and End, wherever several things stand together: menus, tabs, commands, the navigation, the rows of
//! a table. The Tab key leads to each of them as before; these are the shorter way.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::components::lead_to;

const ITEMS: &str = "a[href], button:not(:disabled), input:not(:disabled)";

/// Where a key leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Back,
    On,
    First,
    Last,
}

/// Listens from now on, wherever the focus is.
pub fn arrow_keys() {
    // Lives as long as the page.
    let _ = window_event_listener(ev::keydown, |event| {
        if let Some(next) = led_to(&event) {
            event.prevent_default();
            lead_to(&next);
        }
    });
}

fn led_to(event: &KeyboardEvent) -> Option<HtmlElement> {
    let held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
    let here: HtmlElement = event.target()?.dyn_into().ok()?;
    if held || event.default_prevented() || has_arrows_of_its_own(&here) {
        return None;
    }
    let key = event.key();
    if key == "ArrowDown" && here.has_attribute("popovertarget") {
        return into_menu(&here);
    }
    if let Some(menu) = around(&here, "[popover]") {
        return walk(&menu, &here, step(&key, "ArrowUp", "ArrowDown")?, true);
    }
    if let Some(row) = around(&here, "[role='tablist'], .tabs, .command-bar") {
        return walk(&row, &here, step(&key, "ArrowLeft", "ArrowRight")?, true);
    }
    if let Some(nav) = around(&here, ".side-nav") {
        return walk(&nav, &here, step(&key, "ArrowUp", "ArrowDown")?, true);
    }
    let row = around(&here, ".table tbody tr")?;
    match key.as_str() {
        "ArrowLeft" => walk(&row, &here, Step::Back, false),
        "ArrowRight" => walk(&row, &here, Step::On, false),
        "ArrowUp" => in_next_row(&row, &here, Element::previous_element_sibling),
        "ArrowDown" => in_next_row(&row, &here, Element::next_element_sibling),
        _ => None,
    }
}

/// Text, numbers, choices and sliders use the keys themselves; a check box does not.
fn has_arrows_of_its_own(here: &HtmlElement) -> bool {
    match here.dyn_ref::<HtmlInputElement>() {
        Some(input) => !matches!(input.type_().as_str(), "checkbox" | "radio"),
        None => matches!(here.tag_name().as_str(), "SELECT" | "TEXTAREA"),
    }
}

fn step(key: &str, back: &str, on: &str) -> Option<Step> {
    match key {
        "Home" => Some(Step::First),
        "End" => Some(Step::Last),
        key if key == back => Some(Step::Back),
        key if key == on => Some(Step::On),
        _ => None,
    }
}

fn around(here: &Element, selector: &str) -> Option<Element> {
    here.closest(selector).ok().flatten()
}

/// What can be reached inside, in order: of radio buttons the one that is chosen, as with Tab.
fn items(group: &Element) -> Vec<HtmlElement> {
    let Ok(found) = group.query_selector_all(ITEMS) else { return Vec::new() };
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|item| item.offset_parent().is_some())
        .filter(|item| item.dyn_ref::<HtmlInputElement>().is_none_or(|i| i.type_() != "radio" || i.checked()))
        .collect()
}

fn walk(group: &Element, here: &HtmlElement, step: Step, round: bool) -> Option<HtmlElement> {
    let items = items(group);
    let at = items.iter().position(|item| item == here)?;
    let last = items.len() - 1;
    let next = match step {
        Step::First => 0,
        Step::Last => last,
        Step::On if at < last => at + 1,
        Step::Back if at > 0 => at - 1,
        Step::On if round => 0,
        Step::Back if round => last,
        Step::On | Step::Back => return None,
    };
    items.into_iter().nth(next)
}

/// The button is pressed, and its menu opens; the first thing in it gets the focus.
fn into_menu(button: &HtmlElement) -> Option<HtmlElement> {
    let menu = document().get_element_by_id(&button.get_attribute("popovertarget")?)?;
    if menu.matches(":popover-open") != Ok(true) {
        button.click();
    }
    items(&menu).into_iter().next()
}

/// The same place in the row above or below, or the first thing in that row.
fn in_next_row(
    row: &Element,
    here: &HtmlElement,
    next: fn(&Element) -> Option<Element>,
) -> Option<HtmlElement> {
    let cell = around(here, "td")?;
    let column = place(&cell);
    let inside = items(&cell).iter().position(|item| item == here)?;
    let mut row = next(row);
    while let Some(there) = row {
        let cell = there.children().item(column);
        let same = cell.map(|cell| items(&cell)).unwrap_or_default();
        let found = same.get(inside).or(same.last()).cloned().or_else(|| items(&there).into_iter().next());
        if found.is_some() {
            return found;
        }
        row = next(&there);
    }
    None
}

fn place(cell: &Element) -> u32 {
    let mut before = 0;
    let mut cell = cell.previous_element_sibling();
    while let Some(found) = cell {
        before += 1;
        cell = found.previous_element_sibling();
    }
    before
}
