//! The committed result: `docs/results/mutants-*`.

use super::{list::Generated, record::Verdict};
use crate::workspace::{replace_file, Workspace};
use anyhow::{Context, Result};
use serde_json::{json, Value};
use std::{collections::BTreeMap, fs};

/// Why each mutant that survives is none that a test could notice, by its name without line and column.
pub const REASONS: &str = "docs/security/survivors.toml";

/// What is said at the top of the page.
pub struct Heading {
    pub title: &'static str,
    pub command: String,
    pub commit: String,
    /// What was changed and what was run.
    pub method: String,
}

/// Every mutant that was tried.
pub struct Tried {
    pub outcomes: Vec<(Generated, Verdict)>,
}

impl Tried {
    /// Returns those that a test noticed, each with its test.
    fn killed(&self) -> impl Iterator<Item = (&Generated, &str)> {
        let outcomes = self.outcomes.iter();
        outcomes.filter_map(|(mutant, verdict)| match verdict {
            Verdict::Killed(test) => Some((mutant, test.as_str())),
            _ => None,
        })
    }

    /// Returns those that no test noticed.
    pub fn survivors(&self) -> impl Iterator<Item = &Generated> {
        let outcomes = self.outcomes.iter();
        outcomes
            .filter(|(_, verdict)| *verdict == Verdict::Survived)
            .map(|(mutant, _)| mutant)
    }

    pub fn counts(&self) -> Counts {
        let killed = self.killed().count();
        let survived = self.survivors().count();
        Counts {
            killed,
            survived,
            unviable: self.outcomes.len() - killed - survived,
        }
    }
}

/// How many mutants ended how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub killed: usize,
    pub survived: usize,
    /// Do not compile; they are no mutants.
    pub unviable: usize,
}

impl Counts {
    /// Returns the share of the mutants that a test noticed, in basis points, rounded down.
    pub fn killed_bps(self) -> usize {
        let mutants = self.killed + self.survived;
        (self.killed * 10_000)
            .checked_div(mutants)
            .unwrap_or(10_000)
    }

    /// Returns that share as text, in percent.
    pub fn killed_percent(self) -> String {
        let bps = self.killed_bps();
        format!("{}.{:02}", bps / 100, bps % 100)
    }
}

/// Reads the reasons. Without the file there are none.
///
/// # Errors
/// When the file is there and has another form.
pub fn reasons(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    match fs::read_to_string(workspace.root.join(REASONS)) {
        Ok(text) => parse_reasons(&text).with_context(|| format!("cannot read {REASONS}")),
        Err(_) => Ok(BTreeMap::new()),
    }
}

fn parse_reasons(text: &str) -> Result<BTreeMap<String, String>> {
    let table: toml::Table = text.parse()?;
    let rows = table.get("survivor").and_then(toml::Value::as_array);
    let field = |row: &toml::Value, name: &str| {
        let text = row.get(name).and_then(toml::Value::as_str);
        text.map(str::to_owned)
            .with_context(|| format!("a survivor needs `{name}`"))
    };
    rows.into_iter()
        .flatten()
        .map(|row| Ok((field(row, "name")?, field(row, "reason")?)))
        .collect()
}

/// Returns a mutant's name without line and column, which move with every edit above.
pub fn stable_name(name: &str) -> String {
    let Some((place, change)) = name.split_once(": ") else {
        return name.to_owned();
    };
    let file = place.split(':').next().unwrap_or_default();
    format!("{file}: {change}")
}

/// Writes a result to `docs/results/<name>.json` and `.md`.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    workspace: &Workspace,
    name: &str,
    heading: &Heading,
    tried: &Tried,
    reasons: &BTreeMap<String, String>,
) -> Result<()> {
    let path = |extension: &str| {
        let file = format!("docs/results/{name}.{extension}");
        workspace.root.join(file)
    };
    let text = serde_json::to_string_pretty(&to_json(heading, tried, reasons))? + "\n";
    replace_file(&path("json"), text.as_bytes())?;
    let page = page(name, heading, tried, reasons);
    replace_file(&path("md"), page.as_bytes())
}

fn to_json(heading: &Heading, tried: &Tried, reasons: &BTreeMap<String, String>) -> Value {
    let counts = tried.counts();
    let survivors: Vec<Value> = tried
        .survivors()
        .map(|mutant| {
            json!({
                "name": mutant.name,
                "reason": reasons.get(&stable_name(&mutant.name)),
                "diff": mutant.diff,
            })
        })
        .collect();
    let killed: BTreeMap<&str, &str> = tried
        .killed()
        .map(|(mutant, test)| (mutant.name.as_str(), test))
        .collect();
    json!({
        "command": heading.command,
        "commit": heading.commit,
        "mutants": counts.killed + counts.survived,
        "killed": counts.killed,
        "killed_percent": counts.killed_percent(),
        "unviable": counts.unviable,
        "survivors": survivors,
        "killed_by": killed,
    })
}

fn page(
    name: &str,
    heading: &Heading,
    tried: &Tried,
    reasons: &BTreeMap<String, String>,
) -> String {
    let counts = tried.counts();
    let mut page = format!(
        "# {}\n\n`{}` at commit {}. {}\nWhich test notices each mutant is in [{name}.json]({name}.json).\n\n\
         | mutants | killed | survived | killed, percent | do not compile |\n|--:|--:|--:|--:|--:|\n\
         | {} | {} | {} | {} | {} |\n\n## Survivors\n\n",
        heading.title,
        heading.command,
        heading.commit,
        heading.method,
        counts.killed + counts.survived,
        counts.killed,
        counts.survived,
        counts.killed_percent(),
        counts.unviable,
    );
    if counts.survived == 0 {
        return page + "None.\n";
    }
    page += "| Mutant | Why no test notices it |\n|---|---|\n";
    for mutant in tried.survivors() {
        let reason = reasons.get(&stable_name(&mutant.name));
        let reason = reason.map_or("**not explained**", String::as_str);
        page += &format!("| `{}` | {reason} |\n", mutant.name.replace('|', "\\|"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn mutant(name: &str) -> Generated {
        Generated {
            name: name.to_owned(),
            package: String::new(),
            file: PathBuf::new(),
            function: String::new(),
            diff: "@@".to_owned(),
        }
    }

    fn tried() -> Tried {
        Tried {
            outcomes: vec![
                (
                    mutant("a.rs:1:2: replace + with -"),
                    Verdict::Killed("t::x".to_owned()),
                ),
                (mutant("a.rs:3:4: replace || with &&"), Verdict::Survived),
                (mutant("a.rs:5:6: replace f with ()"), Verdict::Unviable),
            ],
        }
    }

    #[test]
    fn mutants_that_do_not_compile_do_not_count() {
        let counts = tried().counts();
        assert_eq!((counts.killed, counts.survived, counts.unviable), (1, 1, 1));
        assert_eq!(counts.killed_percent(), "50.00");
        let none = Counts {
            killed: 0,
            survived: 0,
            unviable: 3,
        };
        assert_eq!(none.killed_bps(), 10_000);
    }

    #[test]
    fn a_survivor_is_listed_with_its_reason() {
        let text = "[[survivor]]\nname = \"a.rs: replace || with &&\"\nreason = \"The same.\"\n";
        let reasons = parse_reasons(text).expect("reasons");
        let heading = Heading {
            title: "Mutants",
            command: "c".to_owned(),
            commit: "abc".to_owned(),
            method: "Method.".to_owned(),
        };
        let explained = page("m", &heading, &tried(), &reasons);
        assert!(
            explained.contains("| `a.rs:3:4: replace \\|\\| with &&` | The same. |"),
            "{explained}"
        );
        let json = to_json(&heading, &tried(), &BTreeMap::new());
        assert_eq!(json["survivors"][0]["reason"], Value::Null);
        assert_eq!(json["killed_by"]["a.rs:1:2: replace + with -"], "t::x");
        assert!(parse_reasons("[[survivor]]\nname = \"x\"").is_err());
    }
}
