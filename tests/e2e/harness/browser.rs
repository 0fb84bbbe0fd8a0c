//! One browser session with a profile of its own.

use std::{fmt::Display, time::Duration};

use fantoccini::{
    Client, ClientBuilder,
    elements::{Element, ElementRef},
    error::{CmdError, ErrorStatus},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{Instant, sleep_until};

use super::find::Find;

const FINDER: &str = include_str!("find.js");
/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a condition may take to come true. Nothing in a journey takes this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(40);

/// One browser.
pub struct Browser {
    pub(super) client: Client,
    pub(super) driver: String,
    pub(super) session: String,
    pub(super) home: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser that shows nothing yet.
    pub async fn start(driver: &str, home: &str) -> Self {
        let profile = TempDir::new().expect("a folder for the browser's profile");
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-search-engine-choice-screen",
            "--password-store=basic",
            "--lang=en-GB",
            "--window-size=1440,900",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": 30_000, "pageLoad": 60_000, "implicit": 0 },
        });
        let Value::Object(wanted) = wanted else { unreachable!("written as an object above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(driver)
            .await
            .expect("the browser starts");
        let session = client.session_id().await.ok().flatten().expect("a session has an id");
        Self { client, driver: driver.to_owned(), session, home: home.to_owned(), _profile: profile }
    }

    /// Opens an address of the portal, from the beginning.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.home)).await.expect("the page loads");
    }

    /// Reloads the page.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
    }

    /// The back button.
    pub async fn back(&self) {
        self.client.back().await.expect("the page goes back");
    }

    /// The forward button.
    pub async fn forward(&self) {
        self.client.forward().await.expect("the page goes forward");
    }

    /// Where the browser is: path and query.
    pub async fn place(&self) -> String {
        let url = self.client.current_url().await.expect("a page has an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Everything that is found and shown now.
    pub async fn all(&self, find: &Find) -> Vec<Element> {
        let found = self.finder(find, "return found;").await;
        let ids = found.as_array().into_iter().flatten().filter_map(|one| one[ELEMENT].as_str());
        ids.map(|id| Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))).collect()
    }

    /// Runs a script over what is found; it sees the elements as `found`.
    pub(super) async fn finder(&self, find: &Find, then: &str) -> Value {
        let script = format!("{FINDER}\n{then}");
        // A page that is being left has no document for a moment.
        self.client.execute(&script, vec![json!(find)]).await.unwrap_or(Value::Null)
    }

    /// Runs a script.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    /// Runs a script that says later what it found: its last argument is whom it tells.
    pub async fn script_later(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.expect("the script runs")
    }

    /// Waits until the condition gives a value; fails with what was waited for and what the page shows instead.
    pub async fn until<T>(&self, what: impl Display, condition: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            let now = Instant::now();
            assert!(
                now < deadline,
                "waited in vain for {what}\n  at {}\n{}",
                self.place().await,
                self.text().await
            );
            sleep_until(now + TICK).await;
        }
    }

    /// Waits until it is shown.
    pub async fn shows(&self, find: Find) {
        self.until(&find, async || self.all(&find).await.pop().map(drop)).await;
    }

    /// Waits until it is not shown any more.
    pub async fn shows_no(&self, find: Find) {
        self.until(format!("no {find}"), async || self.all(&find).await.is_empty().then_some(())).await;
    }

    /// Waits until the words are somewhere on the page.
    pub async fn reads(&self, words: &str) {
        self.until(format!("the words `{words}`"), async || self.text().await.contains(words).then_some(()))
            .await;
    }

    /// Presses it with the mouse, as soon as it is there and nothing lies over it.
    pub async fn click(&self, find: Find) {
        self.until(format!("{find} that can be pressed"), async || {
            let element = self.all(&find).await.into_iter().next()?;
            match element.click().await {
                Ok(()) => Some(()),
                Err(error) if is_passing(&error) => None,
                Err(error) => panic!("{find} cannot be pressed: {error}"),
            }
        })
        .await;
    }

    /// Replaces what a field holds, key by key.
    pub async fn fill(&self, find: Find, text: &str) {
        self.until(format!("{find} that can be filled"), async || {
            let element = self.all(&find).await.into_iter().next()?;
            // Selecting and typing over it is what a person does; `clear` leaves the field and shows errors too early.
            let typed = match element.send_keys("\u{e009}a\u{e000}").await {
                Ok(()) if text.is_empty() => element.send_keys("\u{e003}").await,
                Ok(()) => element.send_keys(text).await,
                Err(error) => Err(error),
            };
            match typed {
                Ok(()) => Some(()),
                Err(error) if is_passing(&error) => None,
                Err(error) => panic!("{find} cannot be filled: {error}"),
            }
        })
        .await;
    }

    /// Sets a native date, time or range control, as its picker would.
    pub async fn set(&self, find: Find, value: &str) {
        let then = format!(
            "if (!found.length) return false;
             const control = found[0];
             Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), 'value').set.call(control, {});
             for (const kind of ['input', 'change', 'blur']) control.dispatchEvent(new Event(kind, {{bubbles: true}}));
             return true;",
            json!(value)
        );
        self.until(&find, async || (self.finder(&find, &then).await == json!(true)).then_some(())).await;
    }

    /// Waits until a field holds the text.
    pub async fn holds(&self, find: Find, text: &str) {
        let then = "return found.length ? String(found[0].value) : null;";
        let what = format!("{find} holding `{text}`");
        self.until(what, async || (self.finder(&find, then).await.as_str()? == text).then_some(())).await;
    }

    /// Ends the session and the browser.
    pub async fn close(&self) {
        let _ = self.client.clone().close().await;
    }
}

/// The page was drawn anew between finding and pressing, or something still lies over it: look again.
fn is_passing(error: &CmdError) -> bool {
    error.is_stale_element_reference()
        || error.is_element_not_interactable()
        || matches!(error, CmdError::Standard(known) if known.error == ErrorStatus::ElementClickIntercepted)
        || error.is_no_such_element()
}
