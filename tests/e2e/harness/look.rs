//! What a page shows, and what the browser complained about.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{browser::Browser, find::Find};

/// One row of a table: what stands under each heading.
pub type Cells = BTreeMap<String, String>;

/// Everything that a policy or a bug would leave in the browser's log. Refused requests are part of many journeys and
/// stand there too; they are no complaint.
const COMPLAINTS: [&str; 5] =
    ["Content Security Policy", "panicked at", "Uncaught", "RuntimeError", "Permissions policy violation"];

impl Browser {
    /// The words on the page: of the open dialog alone where one is open over everything.
    pub async fn text(&self) -> String {
        let script = "return (document.body ? document.body.innerText : '').replace(/\\s+/g, ' ').trim()";
        let text = self.client.execute(script, Vec::new()).await.unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The rows of the first table that is shown, by the words of its header; none while it loads.
    pub async fn rows(&self) -> Vec<Cells> {
        let then = r"
            const table = Array.from(document.querySelectorAll('table')).find(one => one.checkVisibility());
            if (!table || table.querySelector('[aria-busy=true]')) return [];
            const heads = Array.from(table.querySelectorAll('thead th'), one => words(spoken(one)));
            return Array.from(table.querySelectorAll('tbody tr'), line => Object.fromEntries(
                Array.from(line.children, (cell, at) => [heads[at] || String(at), words(spoken(cell))])));";
        serde_json::from_value(self.finder(&Find::default(), then).await).unwrap_or_default()
    }

    /// Waits until a row shows all these cells: the heading, and how the cell begins.
    pub async fn has_row(&self, cells: &[(&str, &str)]) -> Cells {
        self.until(format!("a row with {cells:?}"), async || {
            self.rows().await.into_iter().find(|row| has(row, cells))
        })
        .await
    }

    /// Waits until no row shows all these cells, on a page whose table is there.
    pub async fn has_no_row(&self, cells: &[(&str, &str)]) {
        self.until(format!("no row with {cells:?}"), async || {
            let rows = self.rows().await;
            (!rows.is_empty() && !rows.iter().any(|row| has(row, cells))).then_some(())
        })
        .await;
    }

    /// Waits until the screen shows what it has: nothing is loading any more.
    pub async fn has_settled(&self) {
        let script = "return !!document.querySelector('h1')
            && !document.querySelector('[aria-busy=true], .skeleton')";
        self.until("a screen with nothing loading", async || {
            (self.script(script, Vec::new()).await == json!(true)).then_some(())
        })
        .await;
    }

    /// The control's words for why it cannot be pressed now; none where it can.
    pub async fn disabled_because(&self, find: Find) -> Option<String> {
        let then = "
            if (!found.length) return null;
            const control = found[0];
            if (!control.disabled && control.getAttribute('aria-disabled') !== 'true') return [false, ''];
            const by = control.getAttribute('aria-describedby');
            const why = by ? by.split(/\\s+/).map(id => spoken(document.getElementById(id))).join(' ') : '';
            return [true, words(why || control.getAttribute('title'))];";
        self.until(&find, async || {
            let answer = self.finder(&find, then).await;
            let why = answer.get(1)?.as_str()?.to_owned();
            Some((answer[0] == json!(true)).then_some(why))
        })
        .await
    }

    /// Waits until the control cannot be pressed, and says why.
    pub async fn refuses(&self, find: Find) -> String {
        let what = format!("{find} that is disabled with a reason");
        self.until(what, async || self.disabled_because(find.clone()).await.filter(|why| !why.is_empty()))
            .await
    }

    /// Waits until the field is marked as wrong, and what stands beside it, and is read out with it, has these words.
    pub async fn faults(&self, find: Find, words: &str) {
        let then = "
            if (!found.length || found[0].getAttribute('aria-invalid') !== 'true') return null;
            const by = (found[0].getAttribute('aria-describedby') || '').split(/\\s+/);
            return words(by.map(id => spoken(document.getElementById(id))).join(' '));";
        let what = format!("{find} that is faulted with `{words}`");
        self.until(what, async || {
            self.finder(&find, then).await.as_str().filter(|text| text.contains(words)).map(drop)
        })
        .await;
    }

    /// Waits until the control can be pressed.
    pub async fn allows(&self, find: Find) {
        let what = format!("{find} that can be pressed");
        self.until(what, async || self.disabled_because(find.clone()).await.is_none().then_some(())).await;
    }

    /// What the browser wrote into its log since it was last asked.
    pub(super) async fn log(&self) -> Vec<String> {
        let log = self.ask_driver("se/log", &json!({ "type": "browser" })).await;
        let lines = log["value"].as_array().cloned().unwrap_or_default();
        lines.iter().filter_map(|line| line["message"].as_str().map(ToOwned::to_owned)).collect()
    }

    /// Fails if a policy was violated, or the portal broke, since this was last asked.
    pub async fn is_content(&self) {
        let mut log = self.log().await;
        log.retain(|line| COMPLAINTS.iter().any(|complaint| line.contains(complaint)));
        assert!(log.is_empty(), "the browser complains at {}:\n{}", self.place().await, log.join("\n"));
    }

    /// Light or dark, as the system would say.
    pub async fn prefers(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features })).await;
    }

    /// Colours that the system imposes, as for people who see little.
    pub async fn has_forced_colours(&self) {
        let features = json!([{ "name": "forced-colors", "value": "active" }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features })).await;
    }

    /// A window of another width.
    pub async fn is_wide(&self, width: u32) {
        self.has_size(width, 900).await;
    }

    /// A window of another width and height.
    pub async fn has_size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size).await;
    }

    /// From now on these addresses cannot be reached, and no others; `*` stands for anything.
    pub async fn cannot_reach(&self, addresses: &[&str]) {
        self.devtools("Network.enable", &json!({})).await;
        self.devtools("Network.setBlockedURLs", &json!({ "urls": addresses })).await;
    }

    /// From now on the server's answers come so many milliseconds late.
    pub async fn waits_for_answers(&self, milliseconds: u32) {
        let late = json!({ "offline": false, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.enable", &json!({})).await;
        self.devtools("Network.emulateNetworkConditions", &late).await;
    }

    async fn devtools(&self, command: &str, parameters: &Value) {
        self.ask_driver("goog/cdp/execute", &json!({ "cmd": command, "params": parameters })).await;
    }

    /// What Chromium's driver knows beyond the standard.
    async fn ask_driver(&self, what: &str, body: &Value) -> Value {
        let url = format!("{}/session/{}/{what}", self.driver, self.session);
        let answer = reqwest::Client::new().post(url).json(body).send().await.expect("the driver answers");
        answer.json().await.expect("the driver answers in JSON")
    }
}

fn has(row: &Cells, cells: &[(&str, &str)]) -> bool {
    cells.iter().all(|(head, start)| row.get(*head).is_some_and(|cell| cell.starts_with(start)))
}
