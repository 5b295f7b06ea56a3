//! Builds and tests of the whole workspace in one feature set, so that no crate is compiled twice for two commands.

use crate::process;
use crate::workspace::Workspace;
use anyhow::{bail, Context, Result};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Tests passed, failed and ignored.
#[derive(Default, Clone, Copy)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
}

/// Everything but this program, which cargo builds for itself.
fn everything(workspace: &Workspace, verb: &str) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args([
        verb,
        "--ignore-rust-version",
        "--workspace",
        "--exclude",
        "xtask",
    ]);
    cargo
}

/// Builds `assay` and the other binaries; answers the folder they are in.
pub fn build_binaries(workspace: &Workspace) -> Result<PathBuf> {
    process::announce("building the binaries");
    process::run(everything(workspace, "build").arg("--bins"))?;
    Ok(workspace.scratch.join("debug"))
}

/// Runs tests, showing their output as it comes, and counts them.
///
/// # Errors
/// When a test fails or none ran.
pub fn test(workspace: &Workspace, arguments: &[&str]) -> Result<Counts> {
    count(
        everything(workspace, "test")
            .arg("--no-fail-fast")
            .args(arguments),
    )
}

/// Runs this program's own tests.
pub fn test_xtask(workspace: &Workspace) -> Result<Counts> {
    let mut cargo = workspace.cargo();
    count(cargo.args(["test", "--ignore-rust-version", "--package", "xtask"]))
}

fn count(command: &mut Command) -> Result<Counts> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let stdout = child.stdout.take().context("cargo has no output")?;
    let mut counts = Counts::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        counts.add(&line);
    }
    let status = child.wait()?;
    if !status.success() || counts.failed > 0 {
        bail!(
            "{} tests failed and {} passed; see above",
            counts.failed,
            counts.passed
        );
    }
    if counts.passed == 0 {
        bail!("no test ran");
    }
    Ok(counts)
}

impl Counts {
    /// Adds one of libtest's closing lines: `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in rest.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            let sum = match what {
                "passed" => &mut self.passed,
                "failed" => &mut self.failed,
                "ignored" => &mut self.ignored,
                _ => continue,
            };
            *sum = sum.saturating_add(number);
        }
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
            ignored: self.ignored.saturating_add(other.ignored),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up_and_others_are_not() {
        let mut counts = Counts::default();
        counts.add("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.10s");
        counts.add("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.5s");
        counts.add("test staking::stake ... 9 passed");
        assert_eq!((counts.passed, counts.failed, counts.ignored), (7, 3, 1));
    }
}
