//! Builds and tests of the whole workspace in one feature set, so that no crate is compiled twice for two commands.
//!
//! Cargo gives a dependency the features that the packages and targets of one command ask for together. So each command
//! here names the whole workspace, and includes targets with development dependencies: a build of the binaries alone would
//! compile about 150 dependencies again, with fewer features.

use crate::{
    process,
    report::{Counts, Report},
    workspace::Workspace,
};
use anyhow::{bail, ensure, Context, Result};
use std::{
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// Returns a command on everything but this program, which cargo builds for itself.
fn everything(workspace: &Workspace, verb: &str) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args([
        verb,
        "--locked",
        "--ignore-rust-version",
        "--workspace",
        "--exclude",
        "xtask",
    ]);
    cargo
}

/// Builds `assay` and the other binaries, with the examples, and returns the folder of the binaries.
///
/// # Errors
/// When something does not build.
pub fn build_binaries(workspace: &Workspace) -> Result<PathBuf> {
    process::announce("building the binaries");
    // The examples are targets with development dependencies; they bring the feature set of the tests.
    process::run(everything(workspace, "build").args(["--bins", "--examples"]))?;
    Ok(workspace.scratch.join("debug"))
}

/// Builds everything that [`test`] runs, and the binaries.
///
/// # Errors
/// When something does not build.
pub fn build_all(workspace: &Workspace) -> Result<()> {
    process::announce("building the binaries and the tests");
    process::run(everything(workspace, "build").args(["--bins", "--examples", "--tests"]))
}

/// Runs tests, shows their output as it comes and records each suite.
///
/// # Errors
/// When a test fails or none ran.
pub fn test(workspace: &Workspace, arguments: &[&str], report: &mut Report) -> Result<()> {
    run(&mut cargo_test(workspace, arguments), report)
}

/// Runs this program's own tests.
///
/// # Errors
/// When a test fails or none ran.
pub fn test_xtask(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args([
        "test",
        "--locked",
        "--ignore-rust-version",
        "--package",
        "xtask",
    ]);
    run(&mut cargo, report)
}

/// Returns the command that runs tests of the workspace; a failing suite does not keep the next from running.
pub fn cargo_test(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut cargo = everything(workspace, "test");
    cargo.arg("--no-fail-fast").args(arguments);
    cargo
}

/// Runs a `cargo test`, shows its output as it comes and records each suite.
///
/// # Errors
/// When a test fails or none ran.
pub fn run(cargo_test: &mut Command, report: &mut Report) -> Result<()> {
    // One pipe for both streams: the names of the suites are on stderr and their results on stdout.
    let (output, input) = io::pipe().context("cannot make a pipe")?;
    let mut child = cargo_test
        .stdin(Stdio::null())
        .stdout(input.try_clone()?)
        .stderr(input)
        .spawn()
        .context("cannot start cargo")?;
    // The command keeps its ends of the pipe open; without this the reader would wait for them for ever.
    cargo_test.stdout(Stdio::null()).stderr(Stdio::null());
    let counts = record(BufReader::new(output), report)?;
    let status = child.wait()?;
    if counts.failed > 0 {
        bail!(
            "{} tests failed and {} passed; see above",
            counts.failed,
            counts.passed
        );
    }
    ensure!(
        status.success(),
        "`cargo test` failed ({status}); see above"
    );
    ensure!(counts.passed > 0, "no test ran");
    Ok(())
}

/// Copies the lines of a `cargo test` and adds its suites to `report`. Returns the sum of their tests.
fn record(lines: impl BufRead, report: &mut Report) -> Result<Counts> {
    let mut sum = Counts::default();
    let mut suite = Suite::new("compilation of the tests".to_owned());
    for line in lines.lines() {
        let line = line?;
        sum.add_line(&line);
        let Some((status, rest)) = cargo_status(&line) else {
            println!("{line}");
            suite.counts.add_line(&line);
            continue;
        };
        eprintln!("{line}");
        if let Some(name) = suite_name(status, rest) {
            suite.close(report);
            suite = Suite::new(name);
        }
    }
    suite.close(report);
    Ok(sum)
}

/// The suite that is running.
struct Suite {
    name: String,
    started: Instant,
    counts: Counts,
}

impl Suite {
    fn new(name: String) -> Self {
        Self {
            name,
            started: Instant::now(),
            counts: Counts::default(),
        }
    }

    fn close(self, report: &mut Report) {
        report.add(self.name, self.started.elapsed(), self.counts);
    }
}

/// Splits a line that cargo itself wrote: a word right-aligned in twelve columns, then what it is about.
fn cargo_status(line: &str) -> Option<(&str, &str)> {
    let (status, rest) = line.split_at_checked(12)?;
    let word = status.trim_start();
    let is_word = word.starts_with(|first: char| first.is_ascii_uppercase())
        && word
            .chars()
            .all(|letter| letter.is_ascii_alphabetic() || letter == '-');
    is_word.then_some((word, rest.strip_prefix(' ')?))
}

/// Returns the name of the suite that a status line begins: of an integration test its own, such as `market`; of unit tests
/// that of the crate.
fn suite_name(status: &str, rest: &str) -> Option<String> {
    match status {
        "Doc-tests" => Some(format!("{rest} (doc)")),
        "Running" => {
            let (source, executable) = rest.strip_suffix(')')?.rsplit_once(" (")?;
            let file = Path::new(executable).file_name()?.to_str()?;
            let (name, _hash) = file.rsplit_once('-')?;
            if source.starts_with("unittests ") {
                Some(format!("{name} (unit)"))
            } else {
                Some(name.to_owned())
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_named_after_their_executables() {
        let name = |line| cargo_status(line).and_then(|(status, rest)| suite_name(status, rest));
        assert_eq!(
            name("     Running tests/market/main.rs (target/debug/deps/market-0f3c5d)").as_deref(),
            Some("market")
        );
        assert_eq!(
            name("     Running unittests src/lib.rs (/scratch/debug/deps/assay_client-9a)")
                .as_deref(),
            Some("assay_client (unit)")
        );
        assert_eq!(
            name("   Doc-tests assay_client").as_deref(),
            Some("assay_client (doc)")
        );
        assert_eq!(name("   Compiling assay-client v0.1.0 (/app/client)"), None);
        assert_eq!(
            name("test Running tests/market/main.rs (deps/market-0)"),
            None
        );
    }

    #[test]
    fn results_are_recorded_with_the_suite_that_printed_them() {
        let output = "   Compiling assay-market v0.1.0
     Running unittests src/lib.rs (target/debug/deps/assay_market-1a)

running 2 tests
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/staking/main.rs (target/debug/deps/staking-2b)
test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        let mut report = Report::default();
        let sum = record(output.as_bytes(), &mut report).expect("readable text");
        assert_eq!((sum.passed, sum.failed), (3, 1));
        let table = report.to_string();
        assert!(
            table.contains("assay_market (unit)                     0      2\n"),
            "{table}"
        );
        assert!(
            table.contains("staking                                 0      2\n"),
            "{table}"
        );
    }
}
