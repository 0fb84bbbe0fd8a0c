//! Builds the portal into `dist/`, from where the server's build script embeds it.
//!
//! Trunk serves the portal while somebody works on it; what ships is built here, because it is cut into chunks.

mod page;
mod program;

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use crate::{
    command::{Explain, Failure, Result, step},
    environment, setup,
};

/// Everything the portal is made of.
const SOURCES: [&str; 8] = [
    "src",
    "style",
    "crates/domain",
    "index.html",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "crates/xtask/src/portal",
];

/// A file of the portal. Its name holds its hash, as every file but the page is kept by browsers for ever.
struct File {
    name: String,
    content: Vec<u8>,
}

/// Brings `dist/` up to date. Where nothing changed nothing is touched, so that the server is not built again either.
pub fn build() -> Result {
    let root = environment::root();
    let stamp = environment::cache().join("portal.stamp");
    let mut hash = DefaultHasher::new();
    for source in SOURCES {
        digest(&root.join(source), &mut hash).explain(source)?;
    }
    let fingerprint = format!("{:016x}", hash.finish());
    let dist = root.join("dist");
    if fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint) && dist.join("index.html").is_file() {
        return Ok(());
    }
    setup::portal_tools()?;
    step("Build the portal (the first time takes some minutes)", || {
        let program = program::build()?;
        let (page, others) = page::build(&root, &program)?;
        publish(&dist, &page, program.files.iter().chain(&others))?;
        fs::write(&stamp, &fingerprint).explain("the portal's stamp")
    })
}

/// Replaces what the server embeds. The folder itself stays: the server's build script watches it.
fn publish<'a>(dist: &Path, page: &str, files: impl Iterator<Item = &'a File>) -> Result {
    fs::create_dir_all(dist).explain("dist")?;
    for old in fs::read_dir(dist).explain("dist")?.flatten().filter(|old| old.file_name() != ".gitkeep") {
        fs::remove_file(old.path()).explain("dist")?;
    }
    for file in files {
        fs::write(dist.join(&file.name), &file.content).explain("dist")?;
    }
    // Last, so that a folder with a page is whole.
    fs::write(dist.join("index.html"), page).explain("index.html")
}

impl File {
    /// `stem-<hash>.extension`
    fn new(stem: &str, extension: &str, content: Vec<u8>) -> Self {
        Self { name: format!("{stem}-{}.{extension}", hash_of([content.as_slice()])), content }
    }
}

fn hash_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = DefaultHasher::new();
    parts.into_iter().for_each(|part| part.hash(&mut hash));
    format!("{:016x}", hash.finish())
}

fn digest(path: &Path, hash: &mut DefaultHasher) -> io::Result<()> {
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| digest(entry, hash));
    }
    path.hash(hash);
    fs::read(path)?.hash(hash);
    Ok(())
}

/// A sentence for whoever changed one half of the build only.
fn unexpected(what: &str) -> Failure {
    Failure(format!("the portal's build: {what}"))
}
