//! A source file as the tidy test sees it: code without comments and string contents, its strings, and its paths.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One file of the tree.
#[derive(Clone)]
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// As it stands in the file.
    pub text: String,
    /// The code: comments and what is inside strings are blank, and so is the inline test module.
    code: String,
    strings: Vec<(usize, String)>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file with that extension (any, where it is empty) under the folders.
pub fn files(folders: &[&str], extension: &'static str) -> impl Iterator<Item = Source> {
    let mut found = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut found);
    }
    found.sort();
    let wanted =
        move |path: &PathBuf| extension.is_empty() || path.extension().is_some_and(|is| is == extension);
    found.into_iter().filter(wanted).filter_map(|path| {
        let text = fs::read_to_string(&path).ok()?;
        let name = path.strip_prefix(root()).ok()?.to_string_lossy().replace('\\', "/");
        Some(Source::new(name, text))
    })
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let skipped = ["target", "dist", "node_modules", ".git", ".cache"];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if skipped.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

impl Source {
    pub fn read(path: &str) -> Self {
        Self::new(path.into(), fs::read_to_string(root().join(path)).unwrap())
    }

    fn new(path: String, text: String) -> Self {
        let (mut code, mut strings) = if Path::new(&path).extension().is_some_and(|is| is == "rs") {
            blank(&text)
        } else {
            (text.clone(), Vec::new())
        };
        if let Some(start) = code.find("#[cfg(test)]\nmod ").filter(|start| code[*start..].contains('{')) {
            let declared = code[start..].lines().nth(1).is_some_and(|line| line.ends_with(';'));
            if !declared {
                let last = code[..start].matches('\n').count();
                strings.retain(|(line, _)| *line <= last);
                code.truncate(start);
            }
        }
        Self { path, text, code, strings }
    }

    /// Tests may know more than what they test.
    pub fn is_test(&self) -> bool {
        let test_file = self.path.ends_with("/tests.rs") || self.path.ends_with("_tests.rs");
        test_file
            || self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.contains("/testkit/")
    }

    /// The same, with the inline test module.
    pub fn with_tests(&self) -> Self {
        Self { code: blank(&self.text).0, ..self.clone() }
    }

    /// The numbers of the lines whose code holds the word.
    pub fn lines_with(&self, word: &str) -> Vec<usize> {
        let starts_word = word.starts_with(|c: char| c.is_alphanumeric());
        let holds = |line: &str| {
            line.match_indices(word).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !starts_word || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        self.code.lines().enumerate().filter(|(_, line)| holds(line)).map(|(number, _)| number + 1).collect()
    }

    /// The string literals of the code, with their lines.
    pub fn strings(&self) -> Vec<(usize, String)> {
        self.strings.clone()
    }

    /// The values in a style sheet: what stands after a colon, line by line, without comments.
    pub fn css_values(&self) -> Vec<(usize, String)> {
        let mut values = Vec::new();
        let mut comment = false;
        for (number, line) in self.text.lines().enumerate() {
            let mut kept = String::new();
            let mut rest = line;
            while let Some((before, after)) = rest.split_once(if comment { "*/" } else { "/*" }) {
                if !comment {
                    kept.push_str(before);
                }
                comment = !comment;
                rest = after;
            }
            if !comment {
                kept.push_str(rest);
            }
            let value = kept.split_once(':').map(|(_, value)| value.trim_end_matches(['{', ' ']).to_owned());
            values.extend(value.filter(|_| !kept.trim_end().ends_with('{')).map(|value| (number + 1, value)));
        }
        values
    }

    /// The file's place in its crate: `["blades", "my_roles", "panel"]`.
    pub fn module(&self) -> Vec<String> {
        let inside = self.path.split_once("src/").map_or(self.path.as_str(), |(_, inside)| inside);
        let mut names: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        names.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
        names
    }

    /// Every `crate::` and `super::` path of the code, from the root of the crate, groups taken apart.
    pub fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut found = Vec::new();
        for start in ["crate::", "super::"] {
            for (at, _) in self.code.match_indices(start) {
                let before = self.code[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let line = self.code[..at].matches('\n').count() + 1;
                let mut leaves = Vec::new();
                leaf(&self.code[at..], Vec::new(), &mut leaves);
                found.extend(leaves.into_iter().map(|path| (line, self.absolute(path))));
            }
        }
        found.retain(|(_, path)| !path.is_empty());
        found
    }

    fn absolute(&self, path: Vec<String>) -> Vec<String> {
        let mut from = self.module();
        let mut rest = path.into_iter().peekable();
        if rest.next_if(|name| name == "crate").is_some() {
            return rest.collect();
        }
        while rest.next_if(|name| name == "super").is_some() {
            from.pop();
        }
        from.extend(rest);
        from
    }
}

/// Reads one path, with its groups, and gives what comes after it.
fn leaf<'a>(text: &'a str, mut path: Vec<String>, leaves: &mut Vec<Vec<String>>) -> &'a str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    if end > 0 {
        path.push(text[..end].to_owned());
    }
    let mut rest = &text[end..];
    if let Some(next) = rest.strip_prefix("::") {
        return leaf(next, path, leaves);
    }
    if let Some(next) = rest.strip_prefix('{').filter(|_| end == 0) {
        rest = next.trim_start();
        while !rest.is_empty() && !rest.starts_with('}') {
            let after = leaf(rest, path.clone(), leaves);
            // `name as other` and whatever else is not a path is stepped over.
            let skip = after.find([',', '}']).unwrap_or(after.len());
            rest = after[skip..].trim_start_matches([',', ' ', '\n']);
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
    leaves.push(path);
    rest
}

/// Blanks comments and string contents, keeping every line where it is, and gives the strings apart.
fn blank(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes: Vec<char> = text.chars().collect();
    let (mut code, mut strings, mut at, mut line) = (String::with_capacity(text.len()), Vec::new(), 0, 1);
    let starts = |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| bytes.get(at + i) == Some(&c));
    while at < bytes.len() {
        let string = bytes[at] == '"';
        let end = if starts(at, "//") {
            (at..bytes.len()).find(|i| bytes[*i] == '\n').unwrap_or(bytes.len())
        } else if starts(at, "/*") {
            (at + 2..bytes.len()).find(|i| starts(*i, "*/")).map_or(bytes.len(), |i| i + 2)
        } else if string {
            let hashes = code.chars().rev().take_while(|c| *c == '#').count();
            let raw = code.trim_end_matches('#').ends_with('r') && (hashes > 0 || code.ends_with('r'));
            let close = string_end(&bytes, at + 1, raw.then_some(hashes));
            strings.push((line, bytes[at + 1..close].iter().collect()));
            code.push('"');
            at += 1;
            close
        } else if bytes[at] == '\'' && starts(at + 2, "'") {
            at + 3
        } else if bytes[at] == '\'' && starts(at + 1, "\\") {
            (at + 3..bytes.len()).find(|i| bytes[*i] == '\'').map_or(bytes.len(), |i| i + 1)
        } else {
            code.push(bytes[at]);
            line += usize::from(bytes[at] == '\n');
            at += 1;
            continue;
        };
        for c in &bytes[at..end.min(bytes.len())] {
            code.push(if *c == '\n' { '\n' } else { ' ' });
            line += usize::from(*c == '\n');
        }
        at = end;
        if string && at < bytes.len() {
            code.push('"');
            at += 1;
        }
    }
    (code, strings)
}

/// Where the closing quote stands.
fn string_end(bytes: &[char], from: usize, raw: Option<usize>) -> usize {
    let mut at = from;
    while at < bytes.len() {
        match (bytes[at], raw) {
            ('\\', None) => at += 1,
            ('"', None) => return at,
            ('"', Some(hashes)) if bytes[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes => {
                return at;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[test]
fn the_reader_tells_code_from_text() {
    let text = "use crate::{api, data::{Key, now}}; // crate::blades\nlet a = \"/x \\\" y\"; let q = '\"'; r#\"z\"#; super::b::c();\n";
    let source = Source::new("src/blades/a/mod.rs".into(), text.into());
    let strings: Vec<_> = source.strings().into_iter().map(|(_, text)| text).collect();
    assert_eq!(strings, ["/x \\\" y", "z"]);
    let paths: Vec<_> =
        source.paths().into_iter().map(|(line, path)| format!("{line} {}", path.join("::"))).collect();
    assert_eq!(paths, ["1 api", "1 data::Key", "1 data::now", "2 blades::b::c"]);
    assert!(source.lines_with("blades").is_empty());
}
