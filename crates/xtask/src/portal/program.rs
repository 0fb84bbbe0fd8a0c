//! The program: compiled, cut into chunks, given its JavaScript, and made small.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{File, hash_of, unexpected};
use crate::{
    command::{Explain, Result, cargo, program, run},
    environment,
};

/// What the compiler may emit. `--all-features` would let the optimiser write what browsers refuse.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The program's files, and the names of those that it starts with.
pub struct Program {
    pub files: Vec<File>,
    /// The module of the browser's own language.
    pub script: String,
    /// The one that loads chunks.
    pub link: String,
    /// What everything starts with.
    pub main: String,
}

pub fn build() -> Result<Program> {
    let work = environment::cache().join("portal");
    if work.exists() {
        fs::remove_dir_all(&work).explain("the last build of the portal")?;
    }
    let (cut, bound) = (work.join("cut"), work.join("bound"));
    fs::create_dir_all(&cut).explain(".cache/portal")?;
    compile()?;
    let whole = environment::target().join("wasm32-unknown-unknown/wasm/portal.wasm");
    run(program("wasm-split-cli").args(["--target", "web", "--out-name", "portal"]).arg(whole).arg(&cut))?;
    let mut bind = program("wasm-bindgen");
    bind.args([
        "--target",
        "web",
        "--no-typescript",
        "--no-demangle",
        "--keep-lld-exports",
        "--out-name",
        "portal",
    ]);
    run(bind.arg("--out-dir").arg(&bound).arg(cut.join("portal.wasm")))?;

    let mut modules = vec![(String::from("portal_bg.wasm"), bound.join("portal_bg.wasm"))];
    for entry in fs::read_dir(&cut).explain(".cache/portal")?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != "portal.wasm" && Path::new(&name).extension().is_some_and(|extension| extension == "wasm")
        {
            modules.push((name, entry.path()));
        }
    }
    modules.sort();
    let modules =
        modules.into_iter().map(|(name, path)| Ok((name, optimised(&path)?))).collect::<Result<_>>()?;
    let read = |path: PathBuf| fs::read_to_string(&path).explain(path.display());
    named(modules, &read(bound.join("portal.js"))?, &read(cut.join("__wasm_split.js"))?)
}

/// The cutter needs to know what refers to what.
fn compile() -> Result {
    let mut command = cargo(["rustc", "--package", "portal", "--bin", "portal", "--features", "split"]);
    command.args(["--profile", "wasm", "--target", "wasm32-unknown-unknown"]);
    run(command.args(["--", "-C", "link-args=--emit-relocs"]))
}

/// Functions of one kind beside one another: the smaller it gets when it is packed.
fn optimised(module: &Path) -> Result<Vec<u8>> {
    let small = module.with_extension("small");
    let mut command = program("wasm-opt");
    command
        .args([
            "-Oz",
            "--one-caller-inline-max-function-size=0",
            "--reorder-functions-by-name",
            "--strip-debug",
            "--strip-producers",
        ])
        .args(FEATURES);
    run(command.arg(module).arg("--output").arg(&small))?;
    fs::read(&small).explain("an optimised module")
}

/// Gives every file its name. The files name one another in a circle, so they share one hash.
fn named(modules: Vec<(String, Vec<u8>)>, script: &str, link: &str) -> Result<Program> {
    let contents = modules.iter().map(|(_, content)| content.as_slice());
    let hash = hash_of(contents.chain([script.as_bytes(), link.as_bytes()]));
    let (script_name, link_name) = (format!("portal-{hash}.js"), format!("chunks-{hash}.js"));
    // Only where it is fetched: inside the module it keeps its name.
    let mut script = replaced(script, "from \"./__wasm_split.js\"", &format!("from \"./{link_name}\""))?;
    let mut link = replaced(link, "./portal.js", &format!("./{script_name}"))?;
    let mut main = None;
    let mut files = Vec::new();
    for (old, content) in modules {
        let stem = old.trim_end_matches(".wasm").trim_end_matches("_bg").trim_start_matches("split_");
        let name = format!("{stem}-{hash}.wasm");
        if old == "portal_bg.wasm" {
            script = replaced(&script, &old, &name)?;
            main = Some(name.clone());
        } else {
            link = replaced(&link, &format!("./{old}"), &format!("./{name}"))?;
        }
        files.push(File { name, content });
    }
    files.push(File { name: script_name.clone(), content: script.into_bytes() });
    files.push(File { name: link_name.clone(), content: link.into_bytes() });
    let main = main.ok_or_else(|| unexpected("wasm-bindgen wrote no module"))?;
    Ok(Program { files, script: script_name, link: link_name, main })
}

fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    if text.contains(old) {
        Ok(text.replace(old, new))
    } else {
        Err(unexpected(&format!("no file names `{old}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_under_its_new_name() {
        let modules = vec![("portal_bg.wasm".into(), vec![0]), ("split_screens.wasm".into(), vec![1])];
        let script = "import * as one from \"./__wasm_split.js\"; imports = { \"./__wasm_split.js\": one }; 'portal_bg.wasm'";
        let link = "import { initSync } from \"./portal.js\"; fetch(\"./split_screens.wasm\")";
        let program = named(modules, script, link).ok().unwrap();
        let text = |name: &str| {
            let file = program.files.iter().find(|file| file.name == name).unwrap();
            String::from_utf8(file.content.clone()).unwrap()
        };
        let script = text(&program.script);
        assert!(script.contains(&format!("from \"./{}\"", program.link)), "{script}");
        assert!(script.contains("\"./__wasm_split.js\": one") && script.contains(&program.main), "{script}");
        let link = text(&program.link);
        assert!(link.contains(&program.script), "{link}");
        let chunk = program.files.iter().find(|file| file.name.starts_with("screens-")).unwrap();
        assert!(link.contains(&format!("\"./{}\"", chunk.name)), "{link}");
    }

    #[test]
    fn a_chunk_that_nobody_loads_is_refused() {
        let modules = vec![("portal_bg.wasm".into(), vec![0]), ("lost.wasm".into(), vec![1])];
        assert!(named(modules, "from \"./__wasm_split.js\" portal_bg.wasm", "./portal.js").is_err());
    }
}
