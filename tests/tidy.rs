//! What the tree promises and no compiler checks: who may know whom, how large a file may be, where colours and paths
//! stand. A finding names its place as `file:line`, and the promise it breaks.
#![cfg(not(target_arch = "wasm32"))]

#[path = "tidy/acceptance.rs"]
mod acceptance;
#[path = "tidy/source.rs"]
mod source;

use source::{Source, files};

/// Collects findings, so that one run shows all of them.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, source: &Source, line: usize, what: impl std::fmt::Display) {
        self.0.push(format!("{}:{line}: {what}", source.path));
    }

    /// Every place in the code (no comment, no string, no test) that says one of the words.
    fn words(&mut self, source: &Source, words: &[&str], because: &str) {
        for word in words {
            for line in source.lines_with(word) {
                self.add(source, line, format_args!("`{word}`: {because}"));
            }
        }
    }

    /// Every path to one of the modules, given from the root of the crate.
    fn modules(&mut self, source: &Source, banned: &[&str], because: &str) {
        for (line, path) in source.paths() {
            if banned.iter().any(|name| path.first().is_some_and(|first| first == name)) {
                self.add(source, line, format_args!("`{}`: {because}", path.join("::")));
            }
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "\n\n{}\n", self.0.join("\n"));
    }
}

fn rust() -> impl Iterator<Item = Source> {
    files(&["src", "tests", "crates"], "rs")
}

fn within(sources: impl Iterator<Item = Source>, folder: &'static str) -> impl Iterator<Item = Source> {
    sources.filter(move |source| source.path.starts_with(folder))
}

#[test]
fn the_rules_know_no_clock_no_chance_and_no_frame_around_them() {
    let mut findings = Findings::default();
    let outside = [
        "tokio::",
        "sqlx::",
        "axum::",
        "leptos::",
        "web_sys::",
        "tracing::",
        "getrandom::",
        "rand::",
        "SystemTime",
        "Utc::now",
        "Instant::now",
        "new_v4",
        "now_v7",
    ];
    for source in within(rust(), "crates/domain/src/") {
        findings.words(&source, &outside, "domain runs in a browser, a server and a simulator alike");
    }
    let crates =
        ["tokio", "sqlx", "axum", "leptos", "web-sys", "tracing", "getrandom", "rand", "server", "testkit"];
    depends_on_none(&mut findings, "crates/domain/Cargo.toml", &crates);
    depends_on_none(&mut findings, "crates/server/Cargo.toml", &["portal", "testkit", "leptos"]);
    depends_on_none(&mut findings, "crates/testkit/Cargo.toml", &["portal", "leptos"]);
    depends_on_none(&mut findings, "Cargo.toml", &["server", "testkit", "tokio", "sqlx", "axum"]);
    findings.none();
}

/// Looks at what is shipped (`[dependencies]`), not at what tests need.
fn depends_on_none(findings: &mut Findings, manifest: &str, banned: &[&str]) {
    let source = Source::read(manifest);
    let mut shipped = false;
    for (number, line) in source.text.lines().enumerate() {
        if line.starts_with('[') {
            shipped = line == "[dependencies]";
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        if shipped && banned.contains(&name) {
            findings.add(
                &source,
                number + 1,
                format_args!("`{name}` is on the other side of a line between crates"),
            );
        }
    }
}

#[test]
fn the_kit_is_dumb_and_no_screen_knows_another() {
    let mut findings = Findings::default();
    for source in within(rust(), "src/components/") {
        let above = ["api", "data", "session", "routes", "blades"];
        findings.modules(&source, &above, "the kit takes props and gives callbacks, nothing else");
    }
    for source in within(rust(), "src/api/") {
        findings.words(&source, &["leptos"], "an endpoint is an async function; signals are data's business");
    }
    for source in within(rust(), "src/blades/") {
        let own = source.module().get(1).cloned();
        for (line, path) in source.paths() {
            let other = path.get(1).filter(|_| path[0] == "blades");
            if other.is_some() && own.is_some() && other != own.as_ref() {
                findings.add(
                    &source,
                    line,
                    "a blade knows no other blade; share through the kit or the domain",
                );
            }
        }
    }
    findings.none();
}

#[test]
fn the_server_keeps_its_layers() {
    let mut findings = Findings::default();
    for source in within(rust(), "crates/server/src/") {
        let at = |folder: &str| source.path.starts_with(&format!("crates/server/src/{folder}"));
        if at("storage/") {
            let above = [
                "graph",
                "arm",
                "api",
                "engine",
                "directory",
                "router",
                "extract",
                "caller",
                "middleware",
                "lab",
            ];
            findings.modules(&source, &above, "storage answers questions; it does not know who asks");
            findings.words(&source, &["axum::"], "storage does not know who asks");
        } else {
            findings.words(
                &source,
                &["sqlx::"],
                "SQL stands in storage/, where it is tested on both databases",
            );
            for (line, text) in source.strings() {
                let verb = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "]
                    .iter()
                    .find(|verb| text.starts_with(**verb));
                if let Some(verb) = verb {
                    findings.add(&source, line, format_args!("`{verb}`: SQL stands in storage/"));
                }
            }
        }
        if at("graph/") || at("arm/") || at("engine/") || at("api/") || at("directory/") {
            findings.words(
                &source,
                &["reqwest::", "lettre::"],
                "enqueue a job instead of calling out of a request",
            );
        }
        if at("graph/") || at("arm/") {
            findings.words(&source, &["storage.write("], "a face changes state through the engine only");
        }
        if !["router.rs", "api/mod.rs", "graph/mod.rs"].iter().any(|file| at(file)) {
            findings.words(
                &source,
                &[".route("],
                "routes stand in router.rs, and in the one list of each face that it nests",
            );
        }
    }
    findings.none();
}

#[test]
fn time_and_environment_come_in_through_one_door() {
    let mut findings = Findings::default();
    for source in rust().filter(|source| !source.is_test()) {
        let clocks = ["clock.rs", "data/now.rs", "xtask/src/time.rs"];
        if !clocks.iter().any(|file| source.path.ends_with(file)) {
            let words =
                ["SystemTime::now", "Instant::now", "Utc::now", "Local::now", "Date::now", "Date::new_0"];
            findings.words(&source, &words, "time comes from the injected clock");
        }
        if !["config.rs", "xtask/src/environment.rs", "build.rs"]
            .iter()
            .any(|file| source.path.ends_with(file))
        {
            findings.words(
                &source,
                &["env::var(", "env::var_os(", "env::vars("],
                "only one file reads the environment",
            );
        }
    }
    findings.none();
}

#[test]
fn files_stay_small() {
    let mut findings = Findings::default();
    let mut sizes = Vec::new();
    for source in rust() {
        let size = source.text.lines().count();
        let limit = if source.is_test() { 600 } else { 500 };
        if size > limit {
            findings.add(
                &source,
                size,
                format_args!("{size} lines, at most {limit}; split it by what its parts do"),
            );
        }
        sizes.push(size);
    }
    sizes.sort_unstable();
    let (median, most) = (sizes[sizes.len() / 2], sizes[sizes.len() * 95 / 100]);
    if median > 110 {
        findings.0.push(format!("the median file has {median} lines, at most 110"));
    }
    if most > 350 {
        findings.0.push(format!("of twenty files one has more than {most} lines, at most 350"));
    }
    findings.none();
}

#[test]
fn colours_stand_in_tokens_and_addresses_in_routes() {
    let mut findings = Findings::default();
    for source in files(&["style"], "css").filter(|source| source.path != "style/tokens.css") {
        for (line, text) in source.css_values() {
            if is_colour(&text) {
                findings.add(
                    &source,
                    line,
                    format_args!("`{}`: raw colours stand in tokens.css only", text.trim()),
                );
            }
        }
    }
    for source in within(rust(), "src/").filter(|source| source.path != "src/routes.rs" && !source.is_test())
    {
        for (line, text) in source.strings() {
            let address =
                text.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
            if address && !source.path.starts_with("src/api/") {
                findings.add(&source, line, format_args!("`{text}`: addresses are built in routes.rs"));
            }
            if text.len() > 3 && is_colour(&text) {
                findings.add(&source, line, format_args!("`{text}`: raw colours stand in tokens.css only"));
            }
        }
        findings.words(&source, &[" style=\""], "use a class, or set a custom property with `style:--name`");
    }
    findings.none();
}

fn is_colour(value: &str) -> bool {
    let functions = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab(", "hwb("];
    let hex = value.split('#').skip(1).any(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        let whole = !rest[digits..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
        [3, 4, 6, 8].contains(&digits) && whole
    });
    let named = value.split([' ', ',', '(', ')']).any(|word| ["white", "black"].contains(&word));
    hex || named || functions.iter().any(|function| value.contains(function))
}

#[test]
fn nothing_is_left_unfinished() {
    let mut findings = Findings::default();
    for source in rust() {
        let whole = source.with_tests();
        let words = ["#[ignore", "should_panic", "todo!(", "unimplemented!(", "dbg!(", "thread::sleep"];
        findings.words(&whole, &words, "nothing is left for later and nothing sleeps");
        findings.words(
            &whole,
            &["#[allow(", "#![allow("],
            "say `expect` and the reason, so that it goes when it may",
        );
        if !source.is_test() {
            findings.words(&source, &[".unwrap()"], "handle it, or `expect` the invariant in words");
        }
    }
    findings.none();
}

#[test]
fn the_repository_speaks_of_the_product_alone() {
    let mut findings = Findings::default();
    let places = [concat!("/", "root/"), concat!("/", "work/"), concat!("/", "home/"), concat!("/", "tmp/")];
    let hosts =
        [concat!("registry.", "npmjs"), concat!("index.", "crates.io"), concat!("static.", "crates.io")];
    for source in files(&[""], "") {
        for (number, line) in source.text.lines().enumerate() {
            for found in places.iter().chain(&hosts).filter(|word| line.contains(**word)) {
                findings.add(
                    &source,
                    number + 1,
                    format_args!("`{found}`: a place that only one machine knows"),
                );
            }
        }
    }
    findings.none();
}

#[test]
fn the_map_in_the_readme_names_folders_that_are_there_and_every_folder_of_the_portal() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the readme can be read");
    let map = readme.split("## The map").nth(1).and_then(|rest| rest.split("\n## ").next());
    let rows = map.expect("the readme has a map").lines().filter_map(|line| line.split('|').nth(1));
    let named: Vec<&str> = rows.flat_map(|cell| cell.split('`')).filter(|word| word.ends_with('/')).collect();
    let gone: Vec<_> = named.iter().filter(|name| !root.join(name).is_dir()).collect();
    assert!(gone.is_empty(), "README.md: no such folders: {gone:?}");
    let folders = std::fs::read_dir(root.join("src")).expect("the portal can be read").flatten();
    let folders = folders.filter(|entry| entry.path().is_dir());
    let missing: Vec<_> = folders
        .map(|entry| format!("src/{}/", entry.file_name().to_string_lossy()))
        .filter(|name| !named.contains(&name.as_str()))
        .collect();
    assert!(missing.is_empty(), "README.md: the map lacks {missing:?}");
}
