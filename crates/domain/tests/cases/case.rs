//! One case, as it is written. The same files are played against the domain, the server and the portal.

use std::{fs, path::Path};

use domain::decide::Finding;
use serde::Deserialize;

use crate::given::{Asked, Given};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What the file is about, for its reader.
    #[expect(dead_code, reason = "read by people")]
    about: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The rule of the policy that it is about, where it is about one: its id on the wire.
    pub rule: Option<String>,
    /// What holds, as a sentence.
    pub that: String,
    #[serde(default)]
    pub given: Given,
    pub ask: Asked,
    pub then: Then,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Then {
    /// The status of a granted request.
    pub status: Option<String>,
    /// What it does: `create active now..+8h from E1`, `move A1 -1h..+2h`, `end E1 removed`.
    #[serde(default)]
    pub does: Vec<String>,
    /// The code of a refusal.
    pub refused: Option<String>,
    /// Each finding as `Rule field: allowed`, or `field: allowed` where no policy rule speaks.
    pub findings: Option<Vec<String>>,
    /// The rules that were asked, `Rule yes` or `Rule no`.
    pub trace: Option<Vec<String>>,
}

impl Then {
    pub fn words(&self) -> String {
        format!(
            "  status {:?}\n  does {:?}\n  refused {:?}\n  findings {:?}\n  trace {:?}",
            self.status, self.does, self.refused, self.findings, self.trace
        )
    }
}

/// A finding in the words of a case.
pub fn finding_words(finding: &Finding) -> String {
    let rule = finding.rule.map_or(String::new(), |rule| format!("{} ", rule.as_str()));
    format!("{rule}{}: {}", finding.field, finding.allowed)
}

/// Every file of a folder, by name, with its cases.
pub fn read(folder: &Path) -> Vec<(String, Vec<Case>)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path: &Path| {
        let name = path.display().to_string();
        let file: File = serde_json::from_str(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, file.cases)
    };
    files.iter().map(|path| read(path)).collect()
}
