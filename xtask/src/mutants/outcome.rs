//! What became of the mutants: a record that a later run goes on from, and the committed result.

use super::{
    catalogue::{name_of, rust_files, sources_of, target_of, Catalogue, Mutant},
    trial::Results,
};
use crate::workspace::{replace_file, Workspace};
use anyhow::{Context, Result};
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::Path,
};

const COMMAND: &str = "cargo xtask mutants --attacks";
const RESULT: &str = "docs/results/mutants-attacks";
const GOVERNANCE: &str = "programs/governance";

/// What became of one mutant.
#[derive(Clone)]
pub struct Outcome {
    key: String,
    /// The mutant's name; empty for the run without a mutant.
    pub name: String,
    rule: String,
    /// Attacks that succeed without the rule, each with what its test complains about.
    succeeded: BTreeMap<String, String>,
    /// Attacks that fail all the same.
    failed: BTreeSet<String>,
}

impl Outcome {
    pub fn new(key: String, mutant: &Mutant, results: Results) -> Self {
        Self {
            key,
            name: mutant.name.clone(),
            rule: mutant.rule.clone(),
            succeeded: results.failed,
            failed: results.passed.into_iter().collect(),
        }
    }

    /// Returns the record of tests that pass without a mutant.
    pub fn unmutated(key: String) -> Self {
        Self {
            key,
            name: String::new(),
            rule: String::new(),
            succeeded: BTreeMap::new(),
            failed: BTreeSet::new(),
        }
    }

    /// Returns whether at least one attack succeeds without the rule.
    pub fn is_killed(&self) -> bool {
        !self.succeeded.is_empty()
    }

    /// Returns one line about every attack.
    pub fn summary(&self) -> String {
        let succeeded = self.succeeded.iter();
        let succeeded = succeeded.map(|(attack, why)| format!("\n    {attack} succeeds: {why}"));
        let failed = self.failed.iter();
        let failed = failed.map(|attack| format!("\n    {attack} FAILS ALL THE SAME"));
        succeeded.chain(failed).collect()
    }

    fn to_json(&self) -> Value {
        json!({
            "key": self.key,
            "name": self.name,
            "rule": self.rule,
            "succeeded": self.succeeded,
            "failed": self.failed,
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let succeeded = value.get("succeeded")?.as_object()?.iter();
        let failed = value.get("failed")?.as_array()?.iter();
        Some(Self {
            key: text("key")?,
            name: text("name")?,
            rule: text("rule")?,
            succeeded: succeeded
                .map(|(attack, why)| Some((attack.clone(), why.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
            failed: failed
                .map(|attack| attack.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        })
    }
}

/// Every attack of some outcomes.
pub struct Attacks<'a> {
    /// Succeed without a rule.
    pub succeeded: BTreeSet<&'a str>,
    /// Fail without each of the rules that name them.
    pub failed: BTreeSet<&'a str>,
}

impl<'a> Attacks<'a> {
    pub fn of(outcomes: &'a [Outcome]) -> Self {
        let names = |outcome: &'a Outcome| outcome.succeeded.keys().map(String::as_str);
        let succeeded: BTreeSet<&str> = outcomes.iter().flat_map(names).collect();
        let failed = outcomes.iter().flat_map(|outcome| &outcome.failed);
        let failed = failed.map(String::as_str);
        Self {
            failed: failed.filter(|name| !succeeded.contains(name)).collect(),
            succeeded,
        }
    }
}

/// What a result follows from, as it was when the run began.
pub struct Sources {
    /// Hash of the code of every program that another one calls or is built from.
    called: u64,
    /// Hash of the code of governance, which no program calls.
    governance: u64,
    /// The text of every test target.
    tests: BTreeMap<String, String>,
}

impl Sources {
    /// Reads the sources of the programs in `root`, and those of the tests.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(workspace: &Workspace, root: &Path, attacks: &BTreeSet<&str>) -> Result<Self> {
        let (mut called, mut governance) = (DefaultHasher::new(), DefaultHasher::new());
        for file in rust_files(&root.join("programs"))? {
            let is_governance = file.starts_with(root.join(GOVERNANCE));
            let hasher = if is_governance {
                &mut governance
            } else {
                &mut called
            };
            code_of(&fs::read_to_string(&file)?).hash(hasher);
        }
        let mut tests = BTreeMap::new();
        for attack in attacks {
            let target = target_of(attack);
            if !tests.contains_key(target) {
                let mut text = String::new();
                for file in sources_of(workspace, target)? {
                    text += &fs::read_to_string(file)?;
                }
                tests.insert(target.to_owned(), text);
            }
        }
        Ok(Self {
            called: called.finish(),
            governance: governance.finish(),
            tests,
        })
    }

    /// Returns the name under which a result is recorded: a hash of the mutant, of the programs, and of the named tests with
    /// what they share with others. Governance counts where a mutant or a test names it. The harness is left out: it decides
    /// nothing.
    pub fn key(&self, mutant: Option<&Mutant>, attacks: &BTreeSet<&str>) -> String {
        let mut hasher = DefaultHasher::new();
        self.called.hash(&mut hasher);
        attacks.hash(&mut hasher);
        let mut is_governance = false;
        if let Some(mutant) = mutant {
            mutant.name.hash(&mut hasher);
            for edit in &mutant.edits {
                (&edit.file, &edit.original, &edit.mutant).hash(&mut hasher);
                is_governance |= edit.file.starts_with(GOVERNANCE);
            }
        }
        let targets: BTreeSet<&str> = attacks.iter().map(|attack| target_of(attack)).collect();
        let names: BTreeSet<&str> = attacks.iter().map(|attack| name_of(attack)).collect();
        for target in targets {
            let text = self.tests.get(target).map_or("", String::as_str);
            is_governance |= text.contains("govern");
            without_other_tests(text, &names).hash(&mut hasher);
        }
        if is_governance {
            self.governance.hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }
}

/// Returns a source without lines that hold only a comment.
fn code_of(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect()
}

/// Returns a source without the tests that are not named.
fn without_other_tests(text: &str, names: &BTreeSet<&str>) -> String {
    let mut parts = text.split("#[test]\n");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (test, rest) = part.split_once("\n}\n").unwrap_or((part, ""));
        let name = test.strip_prefix("fn ").and_then(|t| t.split('(').next());
        if name.is_some_and(|name| names.contains(name)) {
            left += test;
        }
        left += rest;
    }
    left
}

/// The outcomes so far, one JSON object a line.
pub struct Record {
    outcomes: Vec<Outcome>,
    file: File,
}

impl Record {
    /// Opens `target/mutants/outcomes.jsonl`, and reads the committed result. A line that is cut off is left out.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(workspace: &Workspace) -> Result<Self> {
        let path = workspace.scratch.join("mutants").join("outcomes.jsonl");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let values = text.lines().filter_map(|l| serde_json::from_str(l).ok());
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let committed = fs::read_to_string(workspace.root.join(format!("{RESULT}.json")));
        let committed = outcomes_of(&committed.unwrap_or_default());
        Ok(Self {
            outcomes: values
                .filter_map(|v| Outcome::from_json(&v))
                .chain(committed)
                .collect(),
            file: file.with_context(|| format!("cannot open {}", path.display()))?,
        })
    }

    pub fn find(&self, key: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.key == key)
    }

    /// Adds an outcome at once, so that a run that is cut short loses nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, outcome: Outcome) -> Result<()> {
        writeln!(self.file, "{}", outcome.to_json())?;
        self.outcomes.push(outcome);
        Ok(())
    }
}

/// Returns the outcomes of a committed result, so that another machine goes on from it, too. Those of other sources have other
/// keys and are not found.
fn outcomes_of(result: &str) -> Vec<Outcome> {
    let result: Value = serde_json::from_str(result).unwrap_or_default();
    let outcomes = result["outcomes"].as_array().into_iter().flatten();
    outcomes.filter_map(Outcome::from_json).collect()
}

/// Writes the result of a run that began at `commit`.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    workspace: &Workspace,
    catalogue: &Catalogue,
    commit: &str,
    outcomes: &[Outcome],
    attacks: &Attacks,
) -> Result<()> {
    let survivors = outcomes.iter().filter(|outcome| !outcome.is_killed());
    let survivors: Vec<&str> = survivors.map(|outcome| outcome.name.as_str()).collect();
    let mutants: Vec<Value> = outcomes.iter().map(Outcome::to_json).collect();
    let result = json!({
        "command": COMMAND,
        "commit": commit,
        "mutants": outcomes.len(),
        "killed": outcomes.len() - survivors.len(),
        "survivors": survivors,
        "attacks_that_succeed": attacks.succeeded.len(),
        "attacks_that_fail_all_the_same": attacks.failed,
        "attacks_without_mutant": catalogue.without_mutant,
        "outcomes": mutants,
    });
    let text = format!("{}\n", serde_json::to_string_pretty(&result)?);
    let path = |extension: &str| workspace.root.join(format!("{RESULT}.{extension}"));
    replace_file(&path("json"), text.as_bytes())?;
    let page = page(commit, catalogue, outcomes, attacks);
    replace_file(&path("md"), page.as_bytes())
}

/// Returns the result as a page.
fn page(commit: &str, catalogue: &Catalogue, outcomes: &[Outcome], attacks: &Attacks) -> String {
    let killed = outcomes.iter().filter(|outcome| outcome.is_killed());
    let mut page = format!(
        "# Attacks without the rules that stop them\n\n\
         `{COMMAND}` at commit {commit}. Each line of the table is one mutant: a copy of the programs in\n\
         which one rule is gone, compiled to bytecode. The tests of the attacks on the right pass with the rule and fail\n\
         without it, because the attack succeeds. The edits are in [mutants.toml](../../tests/attacks/mutants.toml), what\n\
         each test complains about in [mutants-attacks.json](mutants-attacks.json).\n\n\
         | mutants | killed | attacks that succeed without their rule | attacks that fail all the same | attacks without a mutant |\n\
         |--:|--:|--:|--:|--:|\n\
         | {} | {} | {} | {} | {} |\n\n\
         | Mutant | Rule that it removes | Attacks that succeed then |\n|---|---|---|\n",
        outcomes.len(),
        killed.count(),
        attacks.succeeded.len(),
        attacks.failed.len(),
        catalogue.without_mutant.len(),
    );
    for outcome in outcomes {
        let names: Vec<String> = outcome
            .succeeded
            .keys()
            .map(|attack| format!("`{}`", name_of(attack)))
            .collect();
        let names = if names.is_empty() {
            "**none**".to_owned()
        } else {
            names.join(", ")
        };
        page += &format!("| {} | {} | {names} |\n", outcome.name, outcome.rule);
    }
    page += "\n## Attacks without a mutant\n\n| Attack | Why |\n|---|---|\n";
    for (attack, reason) in &catalogue.without_mutant {
        page += &format!("| `{}` | {reason} |\n", name_of(attack));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_do_not_count() {
        let text = "/// What it is.\npub fn a() {\n    // Why.\n    b() // c\n}\n";
        assert_eq!(code_of(text), "pub fn a() {\n    b() // c\n}\n");
    }

    #[test]
    fn a_committed_result_is_gone_on_from() {
        let outcome = Outcome {
            key: "0123".to_owned(),
            name: "no-rule".to_owned(),
            rule: "A rule.".to_owned(),
            succeeded: BTreeMap::from([(
                "voting::steals".to_owned(),
                "it was accepted".to_owned(),
            )]),
            failed: BTreeSet::new(),
        };
        let result = json!({ "outcomes": [outcome.to_json(), { "name": "without a key" }] });
        let read = outcomes_of(&result.to_string());
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].to_json(), outcome.to_json());
        assert!(outcomes_of("").is_empty());
    }

    #[test]
    fn other_tests_do_not_count() {
        let text =
            "shared\n#[test]\nfn a() {\n    1\n}\nhelper\n#[test]\nfn b() {\n    2\n}\nend\n";
        let names = BTreeSet::from(["b"]);
        let left = without_other_tests(text, &names);
        assert_eq!(left, "shared\nhelper\nfn b() {\n    2end\n");
    }
}
