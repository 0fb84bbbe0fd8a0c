//! The page around the program. It is the one that Trunk serves too: its lines for Trunk become the files themselves.

use std::{fs, path::Path};

use super::{File, program::Program, unexpected};
use crate::command::{Explain, Result};

/// The page, and the files that it names beside the program.
pub fn build(root: &Path, program: &Program) -> Result<(String, Vec<File>)> {
    let page = fs::read_to_string(root.join("index.html")).explain("index.html")?;
    let icon = File::new("icon", "svg", fs::read(root.join("style/icon.svg")).explain("style/icon.svg")?);
    let style = File::new("portal", "css", styles(&root.join("style"))?.into_bytes());
    // The page may hold no script of its own: the content security policy forbids it.
    let loader = File::new("loader", "js", loader(program).into_bytes());
    let page = filled(&page, program, [&icon.name, &style.name, &loader.name])?;
    Ok((page, vec![icon, style, loader]))
}

/// The program begins as soon as it is there, and does not wait for the styles as a script usually does. Only the body
/// that it draws into must have been read.
fn loader(program: &Program) -> String {
    let Program { script, main, .. } = program;
    format!(
        "import init from '/{script}';\n\
         if (document.readyState === 'loading') \
         await new Promise(read => document.addEventListener('DOMContentLoaded', read, {{ once: true }}));\n\
         await init({{ module_or_path: '/{main}' }});\n"
    )
}

/// Everything is asked for at once, not one after the other.
fn filled(page: &str, program: &Program, [icon, style, loader]: [&str; 3]) -> Result<String> {
    let Program { script, link, main, .. } = program;
    let program = [
        format!("<link rel=\"preload\" href=\"/{main}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"),
        format!("<link rel=\"modulepreload\" href=\"/{script}\">"),
        format!("<link rel=\"modulepreload\" href=\"/{link}\">"),
        format!("<script type=\"module\" async src=\"/{loader}\"></script>"),
    ];
    let lines = [
        ("rel=\"icon\"", format!("<link rel=\"icon\" href=\"/{icon}\">")),
        ("rel=\"css\"", format!("<link rel=\"stylesheet\" href=\"/{style}\">")),
        ("rel=\"rust\"", program.join("\n    ")),
    ];
    let mut page = page.to_owned();
    for (mark, line) in lines {
        let start = page.match_indices("<link data-trunk").map(|(at, _)| at);
        let found = start.filter_map(|at| Some((at, at + page[at..].find('>')? + 1)));
        let (from, to) = { found }
            .find(|(from, to)| page[*from..*to].contains(mark))
            .ok_or_else(|| unexpected(&format!("index.html has no line for Trunk with {mark}")))?;
        page.replace_range(from..to, &line);
    }
    if page.contains("data-trunk") || page.matches("<script").count() != 1 || page.contains("<style") {
        return Err(unexpected("index.html holds something that nobody expected"));
    }
    Ok(page)
}

/// Which style file is right is decided by cascade layers, so only the layers' own order has to come first.
fn styles(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let first = folder.join("tokens.css");
    files.sort_by_key(|path| (*path != first, path.clone()));
    files.iter().map(|path| fs::read_to_string(path).explain(path.display())).collect()
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) -> Result {
    for entry in fs::read_dir(folder).explain("style")?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "css") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head>\n<link data-trunk rel=\"icon\" href=\"i.svg\">\n<link data-trunk rel=\"css\" href=\"p.css\">\n\
                        <link data-trunk rel=\"rust\" href=\"Cargo.toml\"\n data-wasm-opt=\"z\">\n</head><body></body>";

    fn fill(page: &str) -> Result<String> {
        let name = |name: &str| String::from(name);
        let program = Program {
            files: Vec::new(),
            script: name("p-1.js"),
            link: name("c-1.js"),
            main: name("p-1.wasm"),
        };
        filled(page, &program, ["i-1.svg", "p-1.css", "l-1.js"])
    }

    #[test]
    fn each_line_for_trunk_becomes_what_it_stands_for() {
        let page = fill(PAGE).ok().unwrap();
        for part in [
            "<link rel=\"icon\" href=\"/i-1.svg\">",
            "<link rel=\"stylesheet\" href=\"/p-1.css\">",
            "href=\"/p-1.wasm\" as=\"fetch\"",
            "<link rel=\"modulepreload\" href=\"/p-1.js\">",
            "<script type=\"module\" async src=\"/l-1.js\"></script>\n</head>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("trunk") && !page.contains("wasm-opt"), "{page}");
    }

    #[test]
    fn a_page_with_another_script_is_refused() {
        assert!(fill("<body></body>").is_err());
        assert!(fill(&format!("{PAGE}<script>more()</script>")).is_err());
    }
}
