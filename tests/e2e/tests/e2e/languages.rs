//! One program in five languages, as their compilers make it.

use assay_harness::processes::Workspace;
use assay_runner::{
    ChildConfig, ChildProgram, ChildRunner, ExitStatus, Limits, NoAttemptLog, RunRequest, Runner,
};
use std::time::Duration;

const LIMITS: Limits = Limits {
    fuel: 10_000_000_000,
    memory_bytes: 256 << 20,
    output_bytes: 1 << 10,
};

/// The last line has no end, as many texts.
const INPUT: &[u8] = b"a batch of tasks\n\nis verified by recomputation";
const OUTPUT: &str = "program 1
slept 90
lines 3 words 8 longest recomputation
third 0.333333
";

/// Flags, sleeping, buffered reading and printing run as the standard libraries do them, in the child of the command line.
#[test]
fn a_program_has_one_output_in_five_languages() {
    let workspace = Workspace::of_test();
    let folder = tempfile::tempdir().unwrap();
    let program = ChildProgram {
        path: workspace.assay.clone(),
        arguments: vec!["run-child".into()],
    };
    let config = ChildConfig::new(program, folder.path().into(), Duration::from_secs(120));
    let runner = ChildRunner::new(config, Box::new(NoAttemptLog)).unwrap();
    for language in ["c", "cpp", "go", "rust", "zig"] {
        let path = workspace.module(&format!("words-{language}"));
        let module = std::fs::read(&path).unwrap();
        let result = runner
            .run(&RunRequest {
                module: &module,
                input: INPUT,
                limits: LIMITS,
                memory_key: [0; 32],
                deadline: None,
            })
            .unwrap();
        let log = String::from_utf8_lossy(&result.log);
        assert_eq!(result.exit, ExitStatus::Code(0), "{language}: {log}");
        let output = String::from_utf8(result.output).unwrap();
        assert_eq!(output, OUTPUT, "{language}: {log}");
    }
}
