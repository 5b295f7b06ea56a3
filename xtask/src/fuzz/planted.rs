//! Bugs that are put into a copy of the programs, each alone, to see whether the search finds them.
//!
//! `tests/fuzz/planted/NAME.patch` says in its first line what is lost by the bug; the rest is a unified diff. Its hunks are
//! found by their text, which occurs once, and not by line numbers.

use super::Search;
use crate::{
    mutants::sandbox::Sandbox,
    process,
    sbf::{Program, Route, PROGRAMS},
    workspace::{replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

/// Transactions in which a bug must be found.
const STEPS: u64 = 200_000;

/// One bug.
pub struct Bug {
    /// Its name: that of its file.
    name: String,
    /// What is lost by it.
    loss: String,
    /// The program that has it.
    program: Program,
    /// The files that it changes, with their new texts.
    files: BTreeMap<PathBuf, String>,
    /// Hash of the patch and of the programs that it is put into.
    key: String,
}

/// Reads every bug.
///
/// # Errors
/// When one cannot be read, or does not fit the programs.
pub fn read(workspace: &Workspace) -> Result<Vec<Bug>> {
    let folder = workspace.root.join("tests/fuzz/planted");
    let sources = sources(workspace)?;
    let mut bugs = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        let bug = Bug::read(&workspace.root, &path, &sources);
        bugs.push(bug.with_context(|| format!("{}", path.display()))?);
    }
    bugs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(bugs)
}

/// Lets the search find the bugs, or those of the given names, and returns the names of those that it does not find.
///
/// # Errors
/// When a bug does not compile or the search does not run.
pub fn search<'a>(
    workspace: &Workspace,
    route: Route,
    search: &Search,
    bugs: &'a [Bug],
    only: &[String],
) -> Result<Vec<&'a str>> {
    let chosen: Vec<&Bug> = bugs
        .iter()
        .filter(|bug| only.is_empty() || only.contains(&bug.name))
        .collect();
    ensure!(!chosen.is_empty(), "there is no such bug");
    let mut missed = Vec::new();
    let mut sandbox = None;
    for (index, bug) in chosen.iter().enumerate() {
        let progress = format!("{} of {}: {}", index + 1, chosen.len(), bug.name);
        let known = bug.found(workspace);
        process::announce(match known {
            Some(_) => format!("{progress} (known)"),
            None => progress,
        });
        if known.is_some() {
            continue;
        }
        let sandbox = match &mut sandbox {
            Some(sandbox) => sandbox,
            none => {
                let prepared = Sandbox::prepare(workspace, route, "fuzz")?;
                prepared.build_all()?;
                none.insert(prepared)
            }
        };
        let bytecode = bug.build(workspace, sandbox)?;
        let found = bug.search(search, &bytecode)?;
        process::announce(match &found {
            Some(found) => {
                let name = found["name"].as_str().unwrap_or_default();
                format!("found by {name} after {} steps", found["after"])
            }
            None => "NOT FOUND".to_owned(),
        });
        match found {
            Some(found) => bug.record(workspace, &found)?,
            None => missed.push(bug.name.as_str()),
        }
    }
    Ok(missed)
}

/// Writes which bugs are found to a file for the search, and returns it.
///
/// # Errors
/// When it cannot be written.
pub fn write_record(workspace: &Workspace, bugs: &[Bug]) -> Result<PathBuf> {
    let rows = bugs.iter().map(|bug| {
        let found = bug.found(workspace).unwrap_or_default();
        json!({
            "bug": bug.name,
            "loss": bug.loss,
            "invariant": found["name"],
            "steps": found["after"],
        })
    });
    let path = folder(workspace).join("record.json");
    let rows = Value::Array(rows.collect());
    replace_file(&path, rows.to_string().as_bytes())?;
    Ok(path)
}

impl Bug {
    fn read(root: &Path, path: &Path, sources: &[u8]) -> Result<Self> {
        let text = fs::read_to_string(path)?;
        let (loss, diff) = text.split_once('\n').context("it is empty")?;
        let mut files = BTreeMap::new();
        for (file, hunks) in parse(diff)? {
            let mut changed = fs::read_to_string(root.join(&file))?;
            for hunk in hunks {
                changed = hunk.apply(&changed)?;
            }
            files.insert(PathBuf::from(file), changed);
        }
        let file = files.keys().next().context("it changes nothing")?;
        let folder = file.components().nth(1).context("it changes no program")?;
        let folder = folder.as_os_str().to_string_lossy();
        let hash = Sha256::new().chain_update(sources).chain_update(&text);
        let name = path.file_stem().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            loss: loss.to_owned(),
            program: Program::parse(&folder).map_err(anyhow::Error::msg)?,
            files,
            key: format!("{:x}", hash.finalize()),
        })
    }

    fn folder(&self, workspace: &Workspace) -> PathBuf {
        folder(workspace).join(&self.name)
    }

    /// Compiles the programs with the bug, and returns the folder of their bytecode.
    fn build(&self, workspace: &Workspace, sandbox: &Sandbox) -> Result<PathBuf> {
        let built = sandbox
            .build_changed(&self.program, &self.files)
            .with_context(|| format!("bug {}", self.name))?;
        let own = self.folder(workspace);
        for program in &PROGRAMS {
            let file = format!("{}.so", program.name());
            replace_file(&own.join(&file), &fs::read(built.join(&file))?)?;
        }
        Ok(own)
    }

    /// Returns the sequence that finds the bug, if the search has one.
    fn search(&self, search: &Search, bytecode: &Path) -> Result<Option<Value>> {
        let save = bytecode.join("found.json");
        if save.exists() {
            fs::remove_file(&save)?;
        }
        let mut command = search.command();
        command.env("ASSAY_BYTECODE", bytecode);
        command.args(["--until-violation", "--steps", &STEPS.to_string()]);
        command.arg("--save").arg(&save).stdout(Stdio::null());
        // It fails when it finds something; if it ended otherwise there is no file.
        let status = command.status().context("the search does not run")?;
        let text = fs::read_to_string(&save);
        let text = text.with_context(|| format!("the search ended with {status}"))?;
        let first = text.lines().next();
        Ok(first.map(serde_json::from_str).transpose()?)
    }

    /// Keeps what found the bug.
    fn record(&self, workspace: &Workspace, found: &Value) -> Result<()> {
        let mut kept = found.clone();
        if let Some(kept) = kept.as_object_mut() {
            kept.retain(|name, _| name != "steps");
            kept.insert("key".to_owned(), json!(self.key));
        }
        let path = self.folder(workspace).join("record.json");
        replace_file(&path, kept.to_string().as_bytes())
    }

    /// Returns what found the bug in these programs before.
    fn found(&self, workspace: &Workspace) -> Option<Value> {
        let text = fs::read(self.folder(workspace).join("record.json")).ok()?;
        let record: Value = serde_json::from_slice(&text).ok()?;
        (record["key"] == self.key).then_some(record)
    }
}

/// Returns the folder of bytecode with bugs, and of what found them.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.artifacts("fuzz").join("planted")
}

/// Returns a hash of all sources of the programs, and of the search: another search may miss what this one finds.
fn sources(workspace: &Workspace) -> Result<Vec<u8>> {
    let mut hash = Sha256::new();
    for folder in ["programs", "tests/fuzz/src"] {
        for file in crate::mutants::rust_files(&workspace.root.join(folder))? {
            hash.update(fs::read(file)?);
        }
    }
    Ok(hash.finalize().to_vec())
}

/// A text that is replaced.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hunk {
    old: String,
    new: String,
}

impl Hunk {
    fn apply(&self, source: &str) -> Result<String> {
        let places = source.matches(&self.old).count();
        ensure!(places == 1, "{places} places fit {:?}", self.old);
        Ok(source.replacen(&self.old, &self.new, 1))
    }
}

/// Returns the hunks of a unified diff by file.
fn parse(diff: &str) -> Result<BTreeMap<String, Vec<Hunk>>> {
    let mut files: BTreeMap<String, Vec<Hunk>> = BTreeMap::new();
    let mut file = None;
    for line in diff.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("--- a/") {
            file = Some(name.trim_end().to_owned());
            continue;
        }
        if line.starts_with("+++ b/") {
            continue;
        }
        let name = file.clone().context("there is no file name")?;
        let hunks = files.entry(name).or_default();
        if line.starts_with("@@ ") {
            hunks.push(Hunk::default());
            continue;
        }
        let hunk = hunks.last_mut().context("there is no hunk")?;
        let (kind, text) = line.split_at_checked(1).context("a line is empty")?;
        ensure!(
            matches!(kind, " " | "-" | "+"),
            "a line begins with {kind:?}"
        );
        if kind != "+" {
            hunk.old += text;
        }
        if kind != "-" {
            hunk.new += text;
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "--- a/x.rs\n+++ b/x.rs\n@@ -8,3 +8,3 @@\n b\n-c\n+C\n d\n";

    #[test]
    fn a_hunk_is_found_by_its_text() {
        let hunks = parse(DIFF).expect("it is a diff").remove("x.rs");
        let hunks = hunks.expect("the file is named");
        assert_eq!(
            hunks[0].apply("a\nb\nc\nd\n").expect("fits"),
            "a\nb\nC\nd\n"
        );
        assert!(hunks[0].apply("a\nb\nc\n").is_err());
        assert!(hunks[0].apply("b\nc\nd\nb\nc\nd\n").is_err());
    }

    #[test]
    fn what_is_no_diff_is_refused() {
        for text in [
            "@@ -1 +1 @@\n",
            "--- a/x\n+a\n",
            "--- a/x\n@@ -1 +1 @@\n?a\n",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ten_bugs_fit_the_programs() {
        let workspace = Workspace::locate().expect("the workspace is here");
        let bugs = read(&workspace).expect("every bug fits");
        assert_eq!(bugs.len(), 23);
    }

    #[test]
    fn ten_bugs_are_in_staking_rewards_and_governance() {
        let workspace = Workspace::locate().expect("the workspace is here");
        let bugs = read(&workspace).expect("every bug fits");
        let beside = bugs
            .iter()
            .filter(|bug| bug.program.name() != "assay_market");
        assert!(beside.count() >= 10);
    }
}
