//! What is taken from the surroundings: the repository's place, tools on the path, who runs this.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// One variable, if it is set to something.
#[expect(clippy::disallowed_methods, reason = "this file is where xtask reads its environment")]
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The root of the repository. Cargo tells at run time, so that a moved folder still works.
pub fn root() -> PathBuf {
    let manifest = variable("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let manifest = Path::new(&manifest);
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// Where tools and stamps are kept. Deleting it costs time and nothing else.
pub fn cache() -> PathBuf {
    root().join(".cache")
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    variable("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that runs this.
pub fn cargo() -> String {
    variable("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The search path with the repository's own tools in front.
pub fn path() -> String {
    let cache = cache();
    let mut dirs = vec![cache.join("tools/bin"), cache.join("npm/node_modules/.bin")];
    if let Some(path) = variable("PATH") {
        dirs.extend(env::split_paths(&path));
    }
    // `initdb` and `postgres` stand outside the search path on Debian and Ubuntu.
    if let Ok(versions) = Path::new("/usr/lib/postgresql").read_dir() {
        dirs.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    dirs.retain(|dir| !dir.to_string_lossy().contains(':'));
    dirs.iter().map(|dir| dir.to_string_lossy().into_owned()).collect::<Vec<_>>().join(":")
}

/// Where a program stands on that path.
pub fn find(program: &str) -> Option<PathBuf> {
    path().split(':').map(|dir| Path::new(dir).join(program)).find(|file| file.is_file())
}

/// Whether system packages may be installed, and whether daemons will refuse to run as us.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
