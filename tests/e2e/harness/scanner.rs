//! What a mail scanner does with a link: opens it, runs its scripts, and presses whatever it finds.

use serde_json::json;

use super::browser::Browser;

/// More things to press than any screen has.
const PRESSES: usize = 120;

/// Presses the next thing on the page that was not pressed yet, hidden or not, and says which it was; null where
/// everything was. First what an open panel has, in its order, so that a choice comes before its *Confirm*; then the
/// others from the end, so that the top bar with *Sign out* comes last. The press comes after the answer, because it may
/// leave the page.
const PRESS: &str = "
    const [pressed, spared] = arguments;
    const text = one => (one.getAttribute('aria-label') || one.textContent || '').replace(/\\s+/g, ' ').trim();
    const name = one => `${text(one.labels?.[0] || one)} ${one.tagName} ${one.getAttribute('href') || one.name || ''}`;
    const kinds = 'a[href], button, summary, input:is([type=checkbox], [type=radio], [type=submit])';
    const all = Array.from(document.querySelectorAll(kinds));
    const inPanel = one => !!one.closest('dialog[open]');
    const next = [...all.filter(inPanel), ...all.filter(one => !inPanel(one)).reverse()].find(one =>
        !pressed.includes(name(one)) && !spared.some(start => text(one).startsWith(start)));
    if (!next) return null;
    setTimeout(() => next.click());
    return name(next);";

/// Two frames later, what the press has begun is drawn.
const DRAWN: &str = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](true)));";

impl Browser {
    /// Opens an address and presses everything there, one after the other; comes back to it whenever a press has led
    /// away. Gives what was pressed.
    pub async fn presses_everything(&self, address: &str, spared: &[&str]) -> Vec<String> {
        let mut pressed: Vec<String> = Vec::new();
        let mut here = String::new();
        loop {
            if here.is_empty() || self.place().await != here {
                self.open(address).await;
                self.has_settled().await;
                here = self.place().await;
            }
            let next = self.script(PRESS, vec![json!(pressed), json!(spared)]).await;
            let Some(next) = next.as_str() else { return pressed };
            pressed.push(next.to_owned());
            assert!(pressed.len() < PRESSES, "there is no end to what can be pressed: {pressed:#?}");
            // Where the page is left meanwhile, nobody answers.
            let _ = self.client.execute_async(DRAWN, Vec::new()).await;
        }
    }
}
