//! What comes from the system's packages: installed where we may, named in one line where we may not.

use crate::{
    command::{Failure, Result, program, run, step},
    environment,
};

pub fn npm() -> Result {
    ensure(&["npm"], &["npm"])
}

pub fn chromium() -> Result {
    // Debian says `chromium`; elsewhere the browser has other names, and its driver finds it.
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let browser = browsers.into_iter().find(|name| environment::find(name).is_some()).unwrap_or("chromium");
    ensure(&[browser, "chromedriver"], &["chromium", "chromium-driver"])
}

pub fn postgresql() -> Result {
    ensure(&["initdb", "postgres"], &["postgresql"])
}

fn ensure(programs: &[&str], packages: &[&str]) -> Result {
    let missing = |names: &[&str]| names.iter().any(|name| environment::find(name).is_none());
    if !missing(programs) {
        return Ok(());
    }
    let wanted = packages.join(" ");
    if environment::find("apt-get").is_none() || !environment::is_root() {
        return Err(Failure(format!("please install {wanted} (Debian: sudo apt-get install {wanted})")));
    }
    step(&format!("Install {wanted} (once)"), || {
        let mut update = program("apt-get");
        run(update.args(["update", "-q"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
        let mut install = program("apt-get");
        install.args(["install", "-q", "-y", "--no-install-recommends"]).args(packages);
        run(install.env("DEBIAN_FRONTEND", "noninteractive"))
    })?;
    if missing(programs) {
        Err(Failure(format!("installed {wanted}, but its programs are not found")))
    } else {
        Ok(())
    }
}
