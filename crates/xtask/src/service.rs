//! Programs that run beside a task and never outlive it.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    command::{Explain, Failure, Result, program},
    time::wait_until,
};

/// A program that is stopped when this value goes, and also when xtask itself is interrupted or killed: a small shell
/// stands between the two and watches a pipe that only our death or our drop closes.
pub struct Service {
    watcher: Child,
}

const WATCHER: &str = r#"
trap : INT TERM HUP
signal=$1; litter=$2; shift 2
"$@" </dev/null & served=$!
cat >/dev/null
kill -s "$signal" "$served" 2>/dev/null
{ wait "$served"; } 2>/dev/null
[ -z "$litter" ] || rm -rf -- "$litter"
"#;

impl Service {
    /// Starts `command` and waits until it listens; `signal` asks it to stop, `litter` is a folder to remove afterwards.
    pub fn start(command: &Command, port: u16, signal: &str, litter: Option<&str>) -> Result<Self> {
        let mut shell = program("sh");
        shell.args(["-c", WATCHER, "sh", signal, litter.unwrap_or("")]).arg(command.get_program());
        shell.args(command.get_args()).stdin(Stdio::piped()).stdout(Stdio::null());
        let name = command.get_program().to_string_lossy().into_owned();
        // It may run as somebody to whom the repository's folder is closed.
        shell.current_dir(env::temp_dir());
        let watcher = shell.spawn().explain(format_args!("`{name}` did not start"))?;
        let service = Self { watcher };
        if wait_until(Duration::from_mins(1), || listens(port)) {
            return Ok(service);
        }
        Err(Failure(format!("`{name}` did not listen within a minute")))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

/// Whether something listens on this loopback port.
pub fn listens(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}

/// A loopback port that is free now.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).explain("no free port")?;
    Ok(listener.local_addr().explain("no free port")?.port())
}
