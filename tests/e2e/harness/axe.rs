//! axe: what it finds on a page is a failure.

use std::{fs, sync::LazyLock};

use serde_json::json;

use super::{browser::Browser, journey::setting};

static AXE: LazyLock<String> = LazyLock::new(|| {
    let file = setting("PIMLICO_AXE", "the path of `axe.min.js`");
    fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("`{file}` in PIMLICO_AXE cannot be read: {error}"))
});

const RUN: &str = "
    const done = arguments[0];
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] }).then(
        result => done(result.violations.map(one => `${one.id}: ${one.help}\\n`
            + one.nodes.map(node => `    ${node.html}\\n    ${node.failureSummary}`).join('\\n'))),
        error => done([String(error)]));";

impl Browser {
    /// Looks at the page in both themes.
    pub async fn is_accessible(&self) {
        for theme in ["light", "dark"] {
            self.prefers(theme).await;
            self.settles().await;
            let findings = self.findings().await;
            assert!(findings.is_empty(), "axe, {theme}, at {}:\n{}", self.place().await, findings.join("\n"));
        }
    }

    /// A colour that is on its way from one theme to the other is neither.
    async fn settles(&self) {
        self.until("the end of all motion", async || {
            let script = "return document.getAnimations().filter(one => one.playState === 'running'
                && one.effect.getComputedTiming().endTime !== Infinity).length";
            (self.script(script, Vec::new()).await == json!(0)).then_some(())
        })
        .await;
    }

    async fn findings(&self) -> Vec<String> {
        if self.script("return typeof axe", Vec::new()).await == json!("undefined") {
            self.client.execute(AXE.as_str(), Vec::new()).await.expect("axe loads");
        }
        // What the page itself did is judged before; axe reads styles in ways that the policy forbids to a page.
        self.is_content().await;
        let found = self.client.execute_async(RUN, Vec::new()).await.expect("axe runs");
        self.log().await;
        let lines = found.as_array().into_iter().flatten();
        lines.map(|line| line.as_str().map_or_else(|| line.to_string(), ToOwned::to_owned)).collect()
    }
}
