//! What a module cannot take: time, memory.

use std::time::{Duration, Instant};

use assay_runner::{check_module, Limits, RunRequest, Runner, RunnerError};

use crate::programs::command;
use crate::{Setup, KEY, LIMITS, LONG};

const ENDLESS: Limits = Limits {
    fuel: u64::MAX,
    ..LIMITS
};

#[test]
fn an_endless_loop_is_killed_at_its_deadline_and_at_the_limit_of_this_machine() {
    let endless = command("(loop $again (br $again))");
    let module = wat::parse_str(&endless).unwrap();
    let limit = Duration::from_millis(400);
    let setup = Setup::with(
        |config| config.wall_limit = limit,
        Box::new(assay_runner::NoAttemptLog),
    );
    setup.runner.prepare(&module, LONG).unwrap();
    for after in [None, Some(Duration::from_millis(150))] {
        let started = Instant::now();
        let stopped = setup.runner.run(&RunRequest {
            module: &module,
            input: b"",
            limits: ENDLESS,
            memory_key: KEY,
            deadline: after.map(|after| started + after),
        });
        match after {
            None => assert!(
                matches!(stopped, Err(RunnerError::LocalLimitExceeded { limit: found }) if found == limit),
                "{stopped:?}"
            ),
            Some(_) => assert!(
                matches!(stopped, Err(RunnerError::DeadlineExceeded { .. })),
                "{stopped:?}"
            ),
        }
        let took = started.elapsed();
        assert!(
            took >= after.unwrap_or(limit) && took < limit * 4,
            "{took:?}"
        );
    }
    setup.assert_works();
}

/// A module within the limits of the check that takes seconds and hundreds of megabytes to compile: loops inside one another, and
/// many locals that change in the innermost.
fn slow_module() -> Vec<u8> {
    const LOOPS: usize = 60;
    const LOCALS: usize = 2_000;
    let mut text =
        String::from(r#"(module (memory (export "memory") 1) (func (export "_start") (local"#);
    text += &" i32".repeat(LOCALS);
    text += ")";
    text += &"(loop ".repeat(LOOPS);
    for local in 0..LOCALS {
        text += &format!("(local.set {local} (i32.add (local.get {local}) (i32.const 1)))");
    }
    text += &"(br_if 0 (local.get 0)))".repeat(LOOPS);
    text += "))";
    let module = wat::parse_str(text).unwrap();
    assert_eq!(check_module(&module), Ok(()));
    module
}

#[test]
fn a_module_that_takes_too_much_memory_to_compile_ends_its_child_only() {
    let limit = 64 << 20;
    let setup = Setup::with(
        |config| config.compile_bytes = limit,
        Box::new(assay_runner::NoAttemptLog),
    );
    let ended = setup.runner.prepare(&slow_module(), LONG);
    assert!(
        matches!(ended, Err(RunnerError::ChildOutOfMemory { limit_bytes }) if limit_bytes == limit),
        "{ended:?}"
    );
    setup.assert_works();
}

#[test]
fn a_module_that_takes_too_long_to_compile_is_killed() {
    let limit = Duration::from_millis(300);
    let setup = Setup::with(
        |config| config.compile_time = limit,
        Box::new(assay_runner::NoAttemptLog),
    );
    let started = Instant::now();
    let killed = setup.runner.prepare(&slow_module(), LONG);
    assert!(
        matches!(killed, Err(RunnerError::CompileLimitExceeded { limit: found }) if found == limit),
        "{killed:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    setup.assert_works();
}
