//! The table of what works: each line of the acceptance list once, and no proof that is not there.

use std::{fs, path::Path};

const TABLE: &str = "tests/acceptance.md";
const LINES: usize = 248;

/// The names in backticks.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// What is wrong with the name of a file, or of a test in it.
fn missing(name: &str) -> Option<String> {
    let (path, test) = name.split_once("::").map_or((name, None), |(path, test)| (path, Some(test)));
    let Ok(content) = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)) else {
        return Some(format!("`{path}` is no file"));
    };
    let test = test?;
    // Right above the function stands what makes it a test; in a macro of properties, too.
    let place = content.find(&format!("fn {test}("));
    let is_test = place.is_some_and(|at| {
        content[..at].lines().rev().take(4).any(|line| line.trim().starts_with("#[") && line.contains("test"))
    });
    (!is_test).then(|| format!("`{test}` is no test of `{path}`"))
}

#[test]
fn the_acceptance_table_has_each_line_once_and_every_proof_is_there() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)).expect("the table");
    let mut findings = Vec::new();
    let (mut ids, mut works) = (Vec::new(), 0);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| line.starts_with("| C")) {
        let mut add = |what: String| findings.push(format!("{TABLE}:{}: {what}", number + 1));
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[id, asks, state, shown] = &cells[..] else {
            add("not four cells".into());
            continue;
        };
        ids.push(id);
        if asks.is_empty() || shown.is_empty() {
            add(format!("{id} has an empty cell"));
        }
        match state {
            "works" => {
                works += 1;
                if named(shown).next().is_none() {
                    add(format!("{id} works, and nothing shows it"));
                }
                named(shown).filter_map(missing).for_each(|what| add(format!("{id}: {what}")));
            }
            "open" => {}
            other => add(format!("{id} is `{other}`, not works or open")),
        }
    }
    let wanted: Vec<String> = (1..=LINES).map(|number| format!("C{number:03}")).collect();
    if ids != wanted {
        let off = wanted.iter().zip(&ids).find(|(wanted, id)| wanted != *id);
        findings
            .push(format!("{TABLE}: C001 to C{LINES}, each once, in order; {} lines, {off:?}", ids.len()));
    }
    let count = format!("{works} of {LINES} work, {} are open.", LINES.saturating_sub(works));
    if !text.contains(&count) {
        findings.push(format!("{TABLE}: its head should say: {count}"));
    }
    assert!(findings.is_empty(), "\n\n{}\n", findings.join("\n"));
}
