//! The release binary as a process: how soon it answers, how much it holds.

use std::{
    env, fs,
    path::PathBuf,
    process::{Child, Stdio, id},
    time::Duration,
};

use serde_json::Value;

use super::{Figure, median};
use crate::{
    command::{Explain, Failure, Result, program},
    environment, http,
    service::free_port,
    time::{Stopwatch, wait_until},
};

/// A lab in a folder of its own, gone when this goes.
pub struct Lab {
    pub port: u16,
    process: Child,
    data: PathBuf,
}

impl Lab {
    pub fn start() -> Result<Self> {
        let data = env::temp_dir().join(format!("pimlico-bench-{}", id()));
        if data.exists() {
            fs::remove_dir_all(&data).explain("the lab's folder")?;
        }
        fs::create_dir_all(&data).explain("the lab's folder")?;
        Ok(Self::serve(data)?.0)
    }

    /// Starts the server and gives the time until its first answer.
    fn serve(data: PathBuf) -> Result<(Self, Duration)> {
        let port = free_port()?;
        let mut server = program(environment::target().join("release/pimlico"));
        server.args(["serve", "--lab", "--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(&data);
        server.stdout(Stdio::null()).stderr(Stdio::null());
        let watch = Stopwatch::start();
        let process = server.spawn().explain("the server did not start")?;
        let lab = Self { port, process, data };
        let answers = || http::get(port, "/api/session", "").is_ok_and(|answer| answer.status == 200);
        if wait_until(Duration::from_mins(1), answers) {
            let elapsed = watch.elapsed();
            return Ok((lab, elapsed));
        }
        Err(Failure("the server did not answer within a minute".into()))
    }

    /// What it holds after it has served some pages and has nothing to do.
    pub fn idle_memory(&self) -> Result<Figure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).explain("/proc")?;
        let kilobytes =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        let kilobytes: f64 = kilobytes.unwrap_or_default().parse().explain("VmRSS")?;
        Ok(Figure {
            name: "idle memory",
            value: kilobytes / 1024.0,
            unit: "MB",
            baseline: "resident, after sign-ins and twenty page loads".into(),
            goal: 40.0,
            limit: None,
        })
    }

    /// Somebody of the lab: user name and password.
    pub fn account(&self, name: &str) -> Result<(String, String)> {
        let file = fs::read_to_string(self.data.join("lab.json")).explain("lab.json")?;
        let lab: Value = serde_json::from_str(&file).explain("lab.json")?;
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let accounts = lab["accounts"].as_array().cloned().unwrap_or_default();
        let found = accounts.iter().find(|account| text(account, "userPrincipalName").starts_with(name));
        let account = found.ok_or_else(|| Failure(format!("the lab has no account `{name}`")))?;
        Ok((text(account, "userPrincipalName"), text(account, "password")))
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.data);
    }
}

/// How long a start takes on a database that is there already.
pub fn figures() -> Result<Vec<Figure>> {
    let mut lab = Lab::start()?;
    let mut times = Vec::new();
    for _ in 0..10 {
        lab.stop();
        let (next, elapsed) = Lab::serve(lab.data.clone())?;
        // The folder goes with the last one only.
        lab.data = PathBuf::new();
        lab = next;
        times.push(elapsed.as_secs_f64() * 1000.0);
    }
    Ok(vec![Figure {
        name: "start to first answer",
        value: median(times),
        unit: "ms",
        baseline: "median of 10, existing database".into(),
        goal: 200.0,
        limit: None,
    }])
}
