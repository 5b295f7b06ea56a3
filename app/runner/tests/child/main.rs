//! Compiling and running in child processes, with real ones.
#![cfg(target_os = "linux")]

mod attempts;
mod ending;
mod isolation;
mod limits;
#[path = "../wasm/programs.rs"]
mod programs;
mod same;

use std::path::PathBuf;
use std::time::Duration;

use assay_runner::{
    AttemptLog, ChildConfig, ChildProgram, ChildRunner, Limits, NoAttemptLog, RunOutput,
    RunRequest, Runner, RunnerError,
};
use tempfile::TempDir;

const LIMITS: Limits = Limits {
    fuel: 10_000_000,
    memory_bytes: 4 << 20,
    output_bytes: 1 << 10,
};
const KEY: [u8; 32] = [7; 32];
const LONG: Duration = Duration::from_secs(60);

/// The program of this crate that serves as a child.
fn program() -> ChildProgram {
    ChildProgram {
        path: PathBuf::from(env!("CARGO_BIN_EXE_assay-runner-child")),
        arguments: Vec::new(),
    }
}

/// A runner with a folder of its own, which is removed with it.
struct Setup {
    runner: ChildRunner,
    dir: TempDir,
}

impl Setup {
    fn new() -> Self {
        Self::with(|_| {}, Box::new(NoAttemptLog))
    }

    fn with(change: impl FnOnce(&mut ChildConfig), attempts: Box<dyn AttemptLog>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = ChildConfig::new(program(), dir.path().join("code"), LONG);
        change(&mut config);
        Self {
            runner: ChildRunner::new(config, attempts).unwrap(),
            dir,
        }
    }

    fn run(&self, program: &str, input: &[u8], limits: Limits) -> Result<RunOutput, RunnerError> {
        self.runner.run(&RunRequest {
            module: &wat::parse_str(program).unwrap(),
            input,
            limits,
            memory_key: KEY,
            deadline: None,
        })
    }

    /// Asserts that the runner still works.
    #[track_caller]
    fn assert_works(&self) {
        let output = self.run(&programs::echo(), b"hello", LIMITS).unwrap();
        assert_eq!(output.output, b"hello");
    }
}

/// Returns the numbers of the processes that this process has started, and of theirs.
fn descendants() -> Vec<u32> {
    let parent_of = |pid: u32| -> Option<u32> {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let is_alive = !status.lines().any(|line| line.starts_with("State:\tZ"));
        let line = status.lines().find(|line| line.starts_with("PPid:"))?;
        let parent = line.split_whitespace().nth(1)?.parse().ok()?;
        is_alive.then_some(parent)
    };
    let all: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent_of(pid)?)))
        .collect();
    let mut found = vec![std::process::id()];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(
            all.iter()
                .filter(|(_, of)| *of == parent)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    found.split_off(1)
}
