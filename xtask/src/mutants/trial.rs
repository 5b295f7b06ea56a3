//! Runs named tests of attacks against a folder of bytecode.

use super::catalogue::target_of;
use crate::{process, workspace::Workspace};
use anyhow::{ensure, Context, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PACKAGE: &str = "assay-tests-attacks";
/// The variable by which the harness finds the bytecode.
const BYTECODE: &str = "ASSAY_BYTECODE";
/// Without a rule a test may wait for an end that never comes.
const LONGEST: Duration = Duration::from_secs(600);

/// The built test targets.
pub struct Tests {
    executables: BTreeMap<String, PathBuf>,
    /// Receives what a target prints.
    log: PathBuf,
}

/// What became of some tests.
#[derive(Default)]
pub struct Results {
    /// Tests that passed.
    pub passed: Vec<String>,
    /// Tests that failed, each with the first line of its panic.
    pub failed: BTreeMap<String, String>,
}

impl Tests {
    /// Builds the test targets of the attacks.
    ///
    /// # Errors
    /// When one does not build.
    pub fn build(workspace: &Workspace) -> Result<Self> {
        process::announce("building the tests of the attacks");
        let mut cargo = workspace.cargo();
        cargo.args([
            "test",
            "--no-run",
            "--locked",
            "--ignore-rust-version",
            "--tests",
            "--message-format=json-render-diagnostics",
            "--package",
            PACKAGE,
        ]);
        let messages = process::output(&mut cargo)?;
        let folder = workspace.scratch.join("mutants").join("tests");
        fs::create_dir_all(&folder)?;
        let mut executables = BTreeMap::new();
        for line in messages.lines() {
            let message: serde_json::Value = serde_json::from_str(line)?;
            let target = &message["target"];
            let is_test = target["kind"][0] == "test";
            let (name, executable) = (target["name"].as_str(), message["executable"].as_str());
            if let (true, Some(name), Some(executable)) = (is_test, name, executable) {
                // A later build of something else must not replace it in the middle of a run.
                let copy = folder.join(name);
                fs::copy(executable, &copy)?;
                executables.insert(name.to_owned(), copy);
            }
        }
        let log = workspace.scratch.join("mutants").join("tests.log");
        Ok(Self { executables, log })
    }

    /// Runs tests, each named `target::path::of::the::test`, against the programs of a folder.
    ///
    /// # Errors
    /// When a target cannot be started, or one of the tests was not run.
    pub fn run(&self, bytecode: &Path, attacks: &BTreeSet<&str>) -> Result<Results> {
        let mut results = Results::default();
        let targets: BTreeSet<&str> = attacks.iter().map(|attack| target_of(attack)).collect();
        for target in targets {
            let own: Vec<&str> = attacks
                .iter()
                .copied()
                .filter(|attack| target_of(attack) == target)
                .collect();
            self.run_target(bytecode, target, &own, &mut results)?;
        }
        Ok(results)
    }

    fn run_target(
        &self,
        bytecode: &Path,
        target: &str,
        attacks: &[&str],
        results: &mut Results,
    ) -> Result<()> {
        let executable = self.executables.get(target);
        let executable = executable.with_context(|| format!("no test target {target}"))?;
        let short = |attack: &str| attack.replacen(&format!("{target}::"), "", 1);
        let output = File::create(&self.log)?;
        let mut child = Command::new(executable)
            .arg("--exact")
            .args(attacks.iter().map(|attack| short(attack)))
            .env(BYTECODE, bytecode)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {}", executable.display()))?;
        let started = Instant::now();
        let ended = loop {
            if child.try_wait()?.is_some() {
                break true;
            }
            if started.elapsed() > LONGEST {
                child.kill()?;
                child.wait()?;
                break false;
            }
            thread::sleep(Duration::from_millis(50));
        };
        let printed = fs::read(&self.log)?;
        let printed = String::from_utf8_lossy(&printed);
        for attack in attacks {
            let verdict = verdict(&printed, &short(attack));
            match verdict {
                Some(true) => results.passed.push((*attack).to_owned()),
                Some(false) => {
                    let reason = panic_of(&printed, &short(attack));
                    results.failed.insert((*attack).to_owned(), reason);
                }
                None => {
                    ensure!(!ended, "{attack} was not run; see {}", self.log.display());
                    let reason = format!("no end within {} s", LONGEST.as_secs());
                    results.failed.insert((*attack).to_owned(), reason);
                }
            }
        }
        Ok(())
    }
}

/// Returns whether libtest says that the test passed; `None` if it says nothing.
fn verdict(printed: &str, test: &str) -> Option<bool> {
    let line = format!("test {test} ... ");
    let result = printed
        .lines()
        .find_map(|printed| printed.strip_prefix(&line));
    result.map(|result| result == "ok")
}

/// Returns the first line of a test's panic.
fn panic_of(printed: &str, test: &str) -> String {
    let start = format!("---- {test} stdout ----");
    let after = printed.split_once(&start).map_or("", |(_, after)| after);
    let mut lines = after
        .lines()
        .skip_while(|line| !line.contains("panicked at"));
    let place = lines.next().unwrap_or_default();
    let place = place.split_once("panicked at ").map_or("", |(_, p)| p);
    let message = lines.next().unwrap_or_default();
    let message: String = message.chars().take(160).collect();
    format!("{place} {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "
running 2 tests
test escrow::first ... FAILED
test escrow::second ... ok

failures:

---- escrow::first stdout ----

thread 'escrow::first' (7) panicked at tests/attacks/tests/money/escrow.rs:7:5:
expected NotNode (Custom(7)), but it was accepted:
more
";

    #[test]
    fn verdicts_and_reasons_are_read_from_what_the_tests_print() {
        assert_eq!(verdict(PRINTED, "escrow::second"), Some(true));
        assert_eq!(verdict(PRINTED, "escrow::first"), Some(false));
        assert_eq!(verdict(PRINTED, "first"), None);
        assert_eq!(
            panic_of(PRINTED, "escrow::first"),
            "tests/attacks/tests/money/escrow.rs:7:5: expected NotNode (Custom(7)), but it was accepted:"
        );
    }
}
