use domain::role::USER_ADMINISTRATOR;
use serde_json::json;

use crate::harness::{journey, link, role};

/// How far the words of the open panel are from the left edge, and its right edge from that of what is seen.
const MARGINS: &str = "
    const panel = document.querySelector('dialog.panel[open]');
    const settled = panel.getAnimations().every(one => one.playState === 'finished');
    return [settled, panel.querySelector('h2').getBoundingClientRect().left,
        panel.querySelector('[role=tabpanel]').getBoundingClientRect().left,
        document.documentElement.clientWidth - panel.getBoundingClientRect().right]";

/// How many ticks are drawn under the slider, by how far they are apart, and how many values it has.
const TICKS: &str = "
    const slider = document.querySelector('.slider');
    const ticks = getComputedStyle(slider, '::before');
    const probe = slider.appendChild(document.createElement('i'));
    probe.style.cssText = 'position: absolute; width: ' + ticks.width;
    const tile = probe.appendChild(document.createElement('i'));
    tile.style.cssText = 'display: block; width: ' + ticks.backgroundSize.split(', ')[1].replace(/ \\S+$/, '');
    const drawn = (parseFloat(ticks.width) - 1) / tile.getBoundingClientRect().width + 1;
    probe.remove();
    const range = slider.querySelector('input');
    return [Math.round(drawn * 100) / 100, (range.max - range.min) / range.step + 1]";

#[test]
fn a_panel_keeps_its_margins_on_a_telephone() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.is_wide(390).await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(role("slider", "Duration in hours")).await;
        demo.until("a panel that has come in", async || {
            (demo.script(MARGINS, Vec::new()).await[0] == json!(true)).then_some(())
        })
        .await;
        assert_eq!(demo.script(MARGINS, Vec::new()).await, json!([true, 16, 16, 0]));
    });
}

#[test]
fn the_slider_has_a_tick_for_each_half_hour() {
    journey(async |j| {
        j.server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let demo = j.browser_of("demouser").await;
        demo.open("/my-roles").await;
        demo.click(link("Activate User Administrator")).await;
        demo.shows(role("slider", "Duration in hours")).await;
        // From half an hour to the eight of the policy.
        assert_eq!(demo.script(TICKS, Vec::new()).await, json!([16, 16]));
    });
}
