//! Programs in other languages, as their compilers make them, in the child processes of the command line.

use assay_harness::processes::Workspace;
use assay_runner::{
    ChildConfig, ChildProgram, ChildRunner, ExitStatus, Limits, NoAttemptLog, RunRequest, Runner,
};
use std::{path::Path, time::Duration};
use tempfile::TempDir;

const LIMITS: Limits = Limits {
    fuel: 10_000_000_000,
    memory_bytes: 256 << 20,
    output_bytes: 1 << 10,
};

const LONG: Duration = Duration::from_secs(600);

/// The last line has no end, as many texts.
const INPUT: &[u8] = b"a batch of tasks\n\nis verified by recomputation";
const OUTPUT: &str = "program 1
slept 90
lines 3 words 8 longest recomputation
third 0.333333
";

/// A runner as a node has it, with children of the command line, and its folder.
fn runner(workspace: &Workspace) -> (ChildRunner, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let program = ChildProgram {
        path: workspace.assay.clone(),
        arguments: vec!["run-child".into()],
    };
    let config = ChildConfig {
        // The compiler of a build for tests is slow, and other tests run beside it.
        compile_time: LONG,
        ..ChildConfig::new(program, folder.path().into(), LONG)
    };
    let runner = ChildRunner::new(config, Box::new(NoAttemptLog)).unwrap();
    (runner, folder)
}

/// Runs a module of `target/modules` and returns its output.
fn output_of(runner: &ChildRunner, module: &Path, input: &[u8]) -> String {
    let result = runner.run(&RunRequest {
        module: &std::fs::read(module).unwrap(),
        input,
        limits: LIMITS,
        memory_key: [0; 32],
        deadline: None,
    });
    let result = result.unwrap();
    let log = String::from_utf8_lossy(&result.log);
    assert_eq!(
        result.exit,
        ExitStatus::Code(0),
        "{}: {log}",
        module.display()
    );
    String::from_utf8(result.output).unwrap()
}

/// Flags, sleeping, buffered reading and printing run as the standard libraries do them.
#[test]
fn a_program_has_one_output_in_five_languages() {
    let workspace = Workspace::of_test();
    let (runner, _folder) = runner(&workspace);
    for language in ["c", "cpp", "go", "rust", "zig"] {
        let module = workspace.module(&format!("words-{language}"));
        assert_eq!(output_of(&runner, &module, INPUT), OUTPUT, "{language}");
    }
}

const SCRIPT: &str = "
import json, math, statistics, time
time.sleep(60)
numbers = [math.sqrt(n) for n in range(1000)]
print(json.dumps({'mean': statistics.fmean(numbers), 'year': time.gmtime().tm_year}))
";

/// The interpreter is 26 MB with 11,448 functions and 24,171 data segments, and passes the check of modules.
#[test]
fn a_script_runs_in_the_pinned_python() {
    let workspace = Workspace::of_test();
    let (runner, _folder) = runner(&workspace);
    let python = workspace.root.join("target/modules/python-3.12.0.wasm");
    let output = output_of(&runner, &python, SCRIPT.as_bytes());
    // The same script under CPython on Linux: the mean is correctly rounded, and the clock starts in 2000.
    assert_eq!(output, "{\"mean\": 21.06583311087905, \"year\": 2000}\n");
}
