//! What the tests need beside them: a database of their own and a driver for the browser.

use std::{env, process::id};

use crate::{
    command::{Result, program, run},
    environment,
    service::{Service, free_port},
};

/// Something that runs, and where it is found.
pub struct Running {
    pub url: String,
    pub port: u16,
    _service: Service,
}

/// A cluster in a temporary folder. `initdb` refuses the superuser, so it runs as the system's `postgres` then.
pub fn postgres() -> Result<Running> {
    let folder = env::temp_dir().join(format!("pimlico-postgres-{}", id())).to_string_lossy().into_owned();
    let port = free_port()?;
    let as_postgres = |name: &str| {
        let file = environment::find(name).unwrap_or_else(|| name.into());
        if !environment::is_root() {
            return program(file);
        }
        let mut command = program("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(file);
        command
    };
    let mut initdb = as_postgres("initdb");
    initdb.args(["--pgdata", &folder, "--username", "pimlico", "--auth", "trust", "--encoding", "UTF8"]);
    initdb.args(["--locale", "C", "--no-sync"]).stdout(std::process::Stdio::null());
    // The folder of the repository may be closed to that user.
    run(initdb.current_dir(env::temp_dir()))?;

    let mut server = as_postgres("postgres");
    server.args(["-D", &folder, "-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    // It stays as durable as it is shipped: the server refuses a database that would lose acknowledged changes.
    for setting in ["unix_socket_directories=", "max_connections=300", "log_min_messages=fatal"] {
        server.args(["-c", setting]);
    }
    let service = Service::start(&server, port, "INT", Some(&folder))?;
    Ok(Running { url: format!("postgres://pimlico@127.0.0.1:{port}/postgres"), port, _service: service })
}

pub fn chromedriver() -> Result<Running> {
    let port = free_port()?;
    let mut driver = program("chromedriver");
    driver.args([&format!("--port={port}"), "--log-level=SEVERE"]);
    let service = Service::start(&driver, port, "TERM", None)?;
    Ok(Running { url: format!("http://127.0.0.1:{port}"), port, _service: service })
}
