//! Embeds the built portal: every file of `dist/` once as it is, once as brotli and once as gzip.
//!
//! The server also builds without a portal; the page then says how to build one.

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=PIMLICO_DIST");
    println!("cargo::rerun-if-changed=build.rs");
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = variable("PIMLICO_DIST").map_or_else(|| here.join("../../dist"), PathBuf::from);
    let out = PathBuf::from(variable("OUT_DIR").unwrap_or_default());
    // The folder is always there (it holds a `.gitkeep`): cargo would build again each time for one that is not.
    println!("cargo::rerun-if-changed={}", dist.display());

    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &mut files)?;
        files.sort();
    }
    // The best compression takes seconds a file; only what is shipped is worth it.
    let release = variable("PROFILE").as_deref() == Some("release");
    let mut table = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        println!("cargo::rerun-if-changed={}", file.display());
        let body = fs::read(file)?;
        fs::write(out.join(format!("{number}.raw")), &body)?;
        fs::write(out.join(format!("{number}.br")), brotli(&body, release)?)?;
        fs::write(out.join(format!("{number}.gz")), gzip(&body, release)?)?;
        let name = file.strip_prefix(&dist).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let part = |kind: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{number}.{kind}\"))");
        let (raw, br, gz) = (part("raw"), part("br"), part("gz"));
        let tag = fingerprint(&body);
        writeln!(
            table,
            "Asset {{ path: \"/{name}\", tag: \"{tag:016x}\", raw: {raw}, brotli: {br}, gzip: {gz} }},"
        )
        .map_err(io::Error::other)?;
    }
    table.push(']');
    File::create(out.join("assets.in"))?.write_all(table.as_bytes())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            files.push(path);
        }
    }
    Ok(())
}

/// FNV-1a: it only has to differ when the file does, and to be the same on every machine.
fn fingerprint(body: &[u8]) -> u64 {
    body.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn brotli(mut body: &[u8], best: bool) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let settings =
        BrotliEncoderParams { quality: if best { 11 } else { 5 }, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut body, &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(body: &[u8], best: bool) -> io::Result<Vec<u8>> {
    let level = if best { Compression::best() } else { Compression::fast() };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(body)?;
    encoder.finish()
}
