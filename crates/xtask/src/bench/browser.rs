//! A real Chromium, spoken to through its driver.

use serde_json::{Value, json};

use crate::{
    command::{Failure, Result},
    http,
    test::services::{self, Running},
};

pub struct Browser {
    driver: Running,
    session: String,
}

impl Browser {
    pub fn start() -> Result<Self> {
        let driver = services::chromedriver()?;
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,900"];
        let options =
            json!({ "goog:chromeOptions": { "args": arguments }, "timeouts": { "script": 60_000 } });
        let answer =
            http::post(driver.port, "/session", &json!({ "capabilities": { "alwaysMatch": options } }))?;
        let session = answer["value"]["sessionId"].as_str().map(str::to_owned);
        let session = session.ok_or_else(|| Failure(format!("the browser did not start: {answer}")))?;
        Ok(Self { driver, session })
    }

    pub fn open(&self, url: &str) -> Result {
        self.command("url", &json!({ "url": url })).map(drop)
    }

    /// Runs the body of an async function in the page and gives what it returns.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (...args) => {{ {body} }})(...arguments).then(done, error => done('failed: ' + error));"
        );
        let value = self.command("execute/async", &json!({ "script": script, "args": arguments }))?;
        match value.as_str().and_then(|text| text.strip_prefix("failed: ")) {
            Some(why) => Err(Failure(format!("in the page: {why}"))),
            None => Ok(value),
        }
    }

    /// One command of the browser's own protocol.
    pub fn devtools(&self, name: &str, parameters: &Value) -> Result {
        self.command("goog/cdp/execute", &json!({ "cmd": name, "params": parameters })).map(drop)
    }

    fn command(&self, name: &str, body: &Value) -> Result<Value> {
        let path = format!("/session/{}/{name}", self.session);
        Ok(http::post(self.driver.port, &path, body)?["value"].take())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = http::delete(self.driver.port, &format!("/session/{}", self.session));
    }
}
