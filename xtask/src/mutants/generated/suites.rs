//! Runs the suites and attacks against a folder of bytecode until one test fails.

use crate::{
    mutants::trial,
    process, suites,
    workspace::{replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The packages whose tests run bytecode.
const PACKAGES: [&str; 4] = [
    "assay-tests-programs",
    "assay-tests-attacks",
    "assay-tests-scenarios",
    "assay-fuzz",
];

/// Test targets of these packages that are left out, and why.
pub const LEFT_OUT: [(&str, &str); 5] = [
    ("admission", "compares settings; runs no bytecode"),
    (
        "compute_units",
        "measures optimized bytecode, and mutants are not optimized",
    ),
    (
        "fuzz",
        "takes minutes for each; what it alone would notice counts as survived",
    ),
    ("golden_vectors", "compares formats; runs no bytecode"),
    ("interfaces", "compares documents; runs no bytecode"),
];

/// A test target.
struct Target {
    name: String,
    executable: PathBuf,
    /// The root file of its source.
    source: PathBuf,
    /// Its tests, as `path::of::the::test`.
    tests: Vec<String>,
    /// How long all of them take without a mutant.
    time: Duration,
}

impl Target {
    /// Runs all tests without a mutant, and returns how many milliseconds that took.
    fn measure(&self, bytecode: &Path) -> Result<u64> {
        process::announce(format!("running {} without a mutant", self.name));
        let started = Instant::now();
        let failed = trial::first_failure(&self.executable, bytecode, &[], LIMIT)?;
        ensure!(
            failed.is_none(),
            "{}::{} fails without a mutant",
            self.name,
            failed.unwrap_or_default()
        );
        Ok(started.elapsed().as_millis().try_into()?)
    }
}

/// The test targets, built.
pub struct Suites {
    targets: Vec<Target>,
}

impl Suites {
    /// Builds the targets, in the feature set of the whole workspace.
    ///
    /// # Errors
    /// When one does not build.
    pub fn build(workspace: &Workspace) -> Result<Self> {
        process::announce("building the suites and attacks");
        let names = names(workspace)?;
        let mut arguments = vec!["--no-run", "--message-format=json-render-diagnostics"];
        arguments.extend(names.iter().flat_map(|name| ["--test", name.as_str()]));
        let messages = process::output(&mut suites::cargo_test(workspace, &arguments))?;
        let folder = workspace.scratch.join("mutants").join("suites");
        fs::create_dir_all(&folder)?;
        let mut targets = Vec::new();
        for built in trial::executables(&messages)? {
            // A later build of something else must not replace it in the middle of a run. Two packages may have targets of one
            // name, so the copy has the name of the file, with cargo's hash.
            let name = built.executable.file_name();
            let executable = folder.join(name.context("an executable without a name")?);
            fs::copy(&built.executable, &executable)?;
            targets.push(Target {
                tests: trial::list(&executable)?,
                name: built.name,
                source: built.source,
                executable,
                time: Duration::MAX,
            });
        }
        ensure!(!targets.is_empty(), "no test target runs bytecode");
        Ok(Self { targets })
    }

    /// Returns the source files of all targets.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn sources(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for target in &self.targets {
            let is_folder = target
                .source
                .file_name()
                .is_some_and(|name| name == "main.rs");
            match target.source.parent() {
                Some(folder) if is_folder => {
                    files.extend(crate::mutants::catalogue::rust_files(folder)?);
                }
                _ => files.push(target.source.clone()),
            }
        }
        // Cargo builds the targets in any order.
        files.sort();
        Ok(files)
    }

    /// Runs everything without a mutant, and puts the quickest target first. `record` keeps the times of a run that passed, with
    /// the hash of what it ran; the same is not run again.
    ///
    /// # Errors
    /// When a test fails.
    pub fn measure(&mut self, bytecode: &Path, hash: &str, record: &Path) -> Result<()> {
        let known = fs::read_to_string(record).unwrap_or_default();
        let known: Value = serde_json::from_str(&known).unwrap_or_default();
        let mut times = serde_json::Map::new();
        for target in &mut self.targets {
            let known = known[hash][&target.name].as_u64();
            let milliseconds = match known {
                Some(milliseconds) => milliseconds,
                None => target.measure(bytecode)?,
            };
            times.insert(target.name.clone(), milliseconds.into());
            target.time = Duration::from_millis(milliseconds);
        }
        self.targets.sort_by_key(|target| target.time);
        let text = serde_json::to_string(&json!({ hash: times }))?;
        replace_file(record, text.as_bytes())
    }

    /// Runs the tests that are named like the file or function that was changed, and then all others, the quickest target
    /// first. Returns the first that fails.
    ///
    /// # Errors
    /// When a target cannot be started.
    pub fn first_failure(&self, bytecode: &Path, topics: &[String]) -> Result<Option<String>> {
        let has_topic = |target: &Target| {
            let mut tests = target.tests.iter();
            tests.any(|test| topics.iter().any(|topic| test.contains(topic.as_str())))
        };
        let topical: Vec<&str> = topics.iter().map(String::as_str).collect();
        let others: Vec<&str> = topics
            .iter()
            .flat_map(|topic| ["--skip", topic.as_str()])
            .collect();
        let first = self.targets.iter().filter(|target| has_topic(target));
        let first = first.map(|target| (target, &topical));
        let then = self.targets.iter().map(|target| (target, &others));
        for (target, arguments) in first.chain(then) {
            // Without a topic the second pass is the only one, and whole.
            let limit = target
                .time
                .saturating_mul(20)
                .max(SHORTEST_LIMIT)
                .min(LIMIT);
            let failed = trial::first_failure(&target.executable, bytecode, arguments, limit)?;
            if let Some(test) = failed {
                return Ok(Some(format!("{}::{test}", target.name)));
            }
        }
        Ok(None)
    }
}

/// How long a target may take.
const LIMIT: Duration = Duration::from_secs(1_800);
/// A target that takes longer than a multiple of its usual time hangs, but other work on the machine must not look like that.
const SHORTEST_LIMIT: Duration = Duration::from_secs(300);

/// Returns the words by which tests of a changed place may be named: its file, its folder where the file is `mod.rs`, and its
/// function.
pub fn topics(file: &Path, function: &str) -> Vec<String> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let named = if stem == "mod" || stem == "lib" {
        let folder = file.parent().and_then(Path::file_name);
        folder.unwrap_or_default().to_string_lossy()
    } else {
        stem
    };
    let function = function.rsplit("::").next().unwrap_or_default();
    let mut topics = vec![named.into_owned()];
    // Short and common words would name too much.
    if function.len() > 5 && !topics.iter().any(|topic| topic == function) {
        topics.push(function.to_owned());
    }
    topics
}

/// Returns the names of the test targets.
fn names(workspace: &Workspace) -> Result<Vec<String>> {
    let mut metadata = workspace.cargo();
    metadata.args(["metadata", "--no-deps", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&process::output(&mut metadata)?)?;
    let packages = metadata["packages"].as_array();
    let packages = packages.context("cargo metadata lists no packages")?;
    let is_ours = |package: &&Value| {
        let name = package["name"].as_str().unwrap_or_default();
        PACKAGES.contains(&name)
    };
    let targets = packages
        .iter()
        .filter(is_ours)
        .flat_map(|package| package["targets"].as_array().into_iter().flatten());
    Ok(targets
        .filter(|target| target["kind"][0] == "test")
        .filter_map(|target| target["name"].as_str())
        .filter(|name| LEFT_OUT.iter().all(|(left_out, _)| left_out != name))
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_looked_for_by_file_and_function() {
        let file = Path::new("programs/market/src/instructions/task/claim_task.rs");
        assert_eq!(
            topics(file, "ClaimTask::validate"),
            ["claim_task", "validate"]
        );
        assert_eq!(topics(file, "claim_task"), ["claim_task"]);
        let file = Path::new("programs/market/src/game/round/mod.rs");
        assert_eq!(topics(file, "Round::close"), ["round"]);
    }
}
