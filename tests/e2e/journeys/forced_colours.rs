use domain::role::USER_ADMINISTRATOR;
use fantoccini::key::Key;
use serde_json::json;

use crate::harness::{button, journey, link, role};

/// What is told by more than the background, which the system takes away: the current entry by a bar and a frame, a
/// chip by its frame, the open tab by its line, what cannot be pressed by the system's own grey.
const MARKS: &str = "
    const at = (selector, pseudo) => getComputedStyle(document.querySelector(selector), pseudo);
    const canvas = getComputedStyle(document.body).backgroundColor;
    return {
        forced: matchMedia('(forced-colors: active)').matches,
        bar: at('.nav-entry[aria-current]', '::before').backgroundColor !== canvas,
        entry: at('.nav-entry[aria-current]').outlineStyle,
        chip: at('main .chip').borderTopColor !== canvas && at('main .chip').borderTopStyle,
        tab: at('.tab[aria-current]', '::after').backgroundColor !== canvas,
    }";

const FOCUS: &str = "
    const on = getComputedStyle(document.activeElement);
    return [on.outlineStyle, parseFloat(on.outlineWidth) >= 2,
        on.outlineColor !== getComputedStyle(document.body).backgroundColor]";

#[test]
fn nothing_is_told_by_colour_alone() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.has_forced_colours().await;
        demo.open("/my-roles").await;
        demo.shows(link("Activate User Administrator")).await;
        let marks = demo.script(MARKS, Vec::new()).await;
        let all = json!({ "forced": true, "bar": true, "entry": "solid", "chip": "solid", "tab": true });
        assert_eq!(marks, all);

        for place in [button("Account of"), link("My requests"), link("Activate User Administrator")] {
            demo.tab_to(place).await;
            assert_eq!(demo.script(FOCUS, Vec::new()).await, json!(["solid", true, true]));
        }
        demo.press(Key::Enter).await;
        demo.tab_to(role("slider", "Duration in hours")).await;
        assert_eq!(demo.script(FOCUS, Vec::new()).await, json!(["solid", true, true]));
    });
}
