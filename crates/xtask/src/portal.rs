//! Builds the portal into `dist/`, from where the server's build script embeds it.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use crate::{
    command::{Explain, Failure, Result, program, run, step},
    environment, setup,
};

/// Everything the portal is made of.
const SOURCES: [&str; 8] = [
    "src",
    "style",
    "crates/domain",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "crates/xtask/src/portal.rs",
];

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
        let built = environment::cache().join("trunk");
        let mut trunk = program("trunk");
        trunk.args(["build", "--offline", "--release", "--dist"]).arg(&built);
        // Trunk reads NO_COLOR as a truth value and refuses `1`.
        run(trunk.env_remove("NO_COLOR"))?;
        publish(&built, &dist)?;
        fs::write(&stamp, &fingerprint).explain("the portal's stamp")
    })
}

/// Replaces what the server embeds. The folder itself stays: the server's build script watches it.
fn publish(built: &Path, dist: &Path) -> Result {
    fs::create_dir_all(dist).explain("dist")?;
    for old in fs::read_dir(dist).explain("dist")?.flatten().filter(|old| old.file_name() != ".gitkeep") {
        fs::remove_file(old.path()).explain("dist")?;
    }
    for file in
        fs::read_dir(built).explain("the portal")?.flatten().filter(|file| file.file_name() != "index.html")
    {
        fs::copy(file.path(), dist.join(file.file_name())).explain("dist")?;
    }
    let page = fs::read_to_string(built.join("index.html")).explain("index.html")?;
    let (page, name, loader) = extract_loader(&page)?;
    fs::write(dist.join(name), loader).explain("the loader")?;
    // Last, so that a folder with a page is whole.
    fs::write(dist.join("index.html"), page).explain("index.html")
}

/// The page may hold no script of its own (the content security policy forbids it): the loader becomes a file that is
/// named after what it says.
fn extract_loader(html: &str) -> Result<(String, String, String)> {
    let open = "<script type=\"module\"";
    let missing = || Failure("Trunk wrote no loader into index.html".into());
    let (before, rest) = html.split_once(open).ok_or_else(missing)?;
    let (attributes, rest) = rest.split_once('>').ok_or_else(missing)?;
    let (script, after) = rest.split_once("</script>").ok_or_else(missing)?;
    if attributes.contains("src=") || after.contains("<script") || html.contains("<style") {
        return Err(Failure("index.html holds a script or a style that nobody expected".into()));
    }
    let loader = format!("{}\n", script.trim());
    let mut hash = DefaultHasher::new();
    loader.hash(&mut hash);
    let name = format!("loader-{:016x}.js", hash.finish());
    let html = format!("{before}{open} src=\"/{name}\"></script>{after}");
    Ok((html, name, loader))
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head><link rel=\"modulepreload\" href=\"/portal-1.js\">\n<script type=\"module\">\nimport init \
                        from '/portal-1.js';\n</script>\n</head><body></body>";

    #[test]
    fn the_loader_becomes_a_file() {
        let (html, name, loader) = extract_loader(PAGE).ok().unwrap();
        assert_eq!(loader, "import init from '/portal-1.js';\n");
        assert!(
            html.contains(&format!("<script type=\"module\" src=\"/{name}\"></script>\n</head>")),
            "{html}"
        );
        assert!(html.contains("modulepreload"));
    }

    #[test]
    fn a_page_with_another_script_is_refused() {
        assert!(extract_loader("<body></body>").is_err());
        assert!(extract_loader(&format!("{PAGE}<script>more()</script>")).is_err());
    }
}
