//! Runs named tests of attacks against a folder of bytecode.

use super::catalogue::target_of;
use crate::{process, workspace::Workspace};
use anyhow::{ensure, Context, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
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
        let mut copies = BTreeMap::new();
        for built in executables(&messages)? {
            // A later build of something else must not replace it in the middle of a run.
            let copy = folder.join(&built.name);
            fs::copy(built.executable, &copy)?;
            copies.insert(built.name, copy);
        }
        let log = workspace.scratch.join("mutants").join("tests.log");
        Ok(Self {
            executables: copies,
            log,
        })
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

/// A test target that cargo has built.
pub struct Built {
    pub name: String,
    /// The root file of its source.
    pub source: PathBuf,
    pub executable: PathBuf,
}

/// Returns the test targets and libraries with unit tests among what `cargo test --no-run --message-format=json` printed.
///
/// # Errors
/// When it printed something else.
pub fn executables(messages: &str) -> Result<Vec<Built>> {
    let mut found = Vec::new();
    for line in messages.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        let target = &message["target"];
        let is_test = target["kind"][0] == "test" || message["profile"]["test"] == true;
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let (name, source) = (text(&target["name"]), text(&target["src_path"]));
        let executable = text(&message["executable"]);
        if let (true, Some(name), Some(source), Some(executable)) =
            (is_test, name, source, executable)
        {
            found.push(Built {
                name,
                source: source.into(),
                executable: executable.into(),
            });
        }
    }
    Ok(found)
}

/// Returns the names of the tests of a target.
///
/// # Errors
/// When it cannot be started.
pub fn list(executable: &Path) -> Result<Vec<String>> {
    let printed = process::output(Command::new(executable).args(["--list", "--format=terse"]))?;
    let tests = printed.lines().filter_map(|l| l.strip_suffix(": test"));
    Ok(tests.map(str::to_owned).collect())
}

/// Runs the tests of a target until one fails, and returns its name; an empty one if the target ended or hung without saying
/// which.
///
/// # Errors
/// When it cannot be started.
pub fn first_failure(
    executable: &Path,
    bytecode: &Path,
    arguments: &[&str],
    limit: Duration,
) -> Result<Option<String>> {
    let mut child = Command::new(executable)
        .args(arguments)
        .env(BYTECODE, bytecode)
        .env("RUST_BACKTRACE", "0")
        // A property that fails is not searched for its smallest case, and not written down.
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", executable.display()))?;
    let output = child.stdout.take().context("a test without output")?;
    let (sender, lines) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(|line| line.ok()) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let end = Instant::now() + limit;
    let failed = loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if let Some(test) = failed_test(&line) {
                    break Some(test.to_owned());
                }
            }
            Err(RecvTimeoutError::Timeout) => break Some(String::new()),
            Err(RecvTimeoutError::Disconnected) => {
                let succeeded = child.wait()?.success();
                break (!succeeded).then(String::new);
            }
        }
    };
    // It may have ended by itself.
    drop(child.kill());
    child.wait()?;
    drop(lines);
    // The reader ends with the output.
    drop(reader.join());
    Ok(failed)
}

/// Returns the name of a test that one of libtest's lines says has failed.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
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
    fn a_failed_test_is_seen_in_its_line() {
        let line = "test escrow::first ... FAILED";
        assert_eq!(failed_test(line), Some("escrow::first"));
        assert_eq!(failed_test("test escrow::second ... ok"), None);
    }

    #[test]
    fn built_targets_are_read_from_what_cargo_prints() {
        let messages = r#"{"reason":"compiler-artifact","target":{"kind":["test"],"name":"a","src_path":"/a.rs"},"profile":{"test":true},"executable":"/t/a-1"}
{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"l","src_path":"/l.rs"},"profile":{"test":true},"executable":"/t/l-1"}
{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"d","src_path":"/d.rs"},"profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}"#;
        let built = executables(messages).expect("messages of cargo");
        let names: Vec<&str> = built.iter().map(|built| built.name.as_str()).collect();
        assert_eq!(names, ["a", "l"]);
    }

    #[test]
    fn a_target_that_fails_or_hangs_is_noticed() {
        let run = |script: &str| {
            let arguments = ["-c", script];
            let limit = Duration::from_millis(500);
            let shell = Path::new("/bin/sh");
            first_failure(shell, Path::new(""), &arguments, limit).expect("a shell")
        };
        assert_eq!(run("echo 'test a ... ok'"), None);
        assert_eq!(
            run("echo 'test a::b ... FAILED'; exec sleep 9"),
            Some("a::b".to_owned())
        );
        assert_eq!(run("exit 101"), Some(String::new()));
        assert_eq!(run("exec sleep 9"), Some(String::new()));
    }

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
