//! Wall-clock limits, and compiling in the background.

use std::time::{Duration, Instant};

use assay_runner::{ExitStatus, Limits, RunRequest, Runner, RunnerError, WasmRunner};

use crate::programs::{command, echo};
use crate::{runner, try_run, KEY, LIMITS};

#[test]
fn a_program_that_takes_too_long_is_an_error_of_this_machine_and_the_next_one_runs() {
    let limit = Duration::from_millis(300);
    let runner = WasmRunner::new(limit).unwrap();
    let endless = command("(loop $again (br $again))");
    let started = Instant::now();
    let stopped = try_run(
        &runner,
        &endless,
        b"",
        Limits {
            fuel: u64::MAX,
            ..LIMITS
        },
    );
    assert!(
        matches!(stopped, Err(RunnerError::LocalLimitExceeded { limit: found }) if found == limit),
        "{stopped:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(
        try_run(&runner, &echo(), b"hello", LIMITS).unwrap().output,
        b"hello"
    );
}

#[test]
fn a_program_is_stopped_when_its_outcome_is_of_no_use_any_more() {
    let module = wat::parse_str(command("(loop $again (br $again))")).unwrap();
    let started = Instant::now();
    let stopped = runner().run(&RunRequest {
        module: &module,
        input: b"",
        limits: Limits {
            fuel: u64::MAX,
            ..LIMITS
        },
        memory_key: KEY,
        deadline: Some(started + Duration::from_millis(300)),
    });
    assert!(
        matches!(stopped, Err(RunnerError::DeadlineExceeded { .. })),
        "{stopped:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// Returns a module that takes a while to compile. Another `number` makes another module.
fn large(number: u32) -> Vec<u8> {
    let function = "(func (param i64) (result i64) (local.get 0)".to_string()
        + &"(i64.add (local.get 0))".repeat(100)
        + ")";
    let program = format!(
        r#"(module (memory (export "memory") 1) (func (export "_start") (drop (i32.const {number}))) {})"#,
        function.repeat(300)
    );
    wat::parse_str(program).unwrap()
}

#[test]
fn a_module_that_takes_too_long_to_compile_does_not_hold_up_the_node() {
    let runner = WasmRunner::new(Duration::from_millis(20)).unwrap();
    let module = large(0);
    let request = RunRequest {
        module: &module,
        input: b"",
        limits: LIMITS,
        memory_key: KEY,
        deadline: None,
    };
    let first = runner.run(&request);
    assert!(
        matches!(first, Err(RunnerError::LocalLimitExceeded { .. })),
        "{first:?}"
    );
    // Compiling goes on in the background, and a later run finds the module compiled.
    let started = Instant::now();
    while runner.run(&request).is_err() {
        assert!(started.elapsed() < Duration::from_secs(60));
    }
}

#[test]
fn a_module_prepared_ahead_runs_at_once() {
    // Too short to compile the module, long enough to run a program that does nothing.
    let runner = WasmRunner::new(Duration::from_millis(20)).unwrap();
    let module = large(1);
    runner.prepare(&module, Duration::from_secs(60)).unwrap();
    let request = RunRequest {
        module: &module,
        input: b"",
        limits: LIMITS,
        memory_key: KEY,
        deadline: None,
    };
    assert_eq!(runner.run(&request).unwrap().exit, ExitStatus::Code(0));
    // An invalid module is no error here.
    runner.prepare(b"junk", Duration::from_secs(60)).unwrap();
}

#[test]
fn a_flood_of_modules_is_compiled_two_at_a_time() {
    let runner = WasmRunner::new(Duration::from_secs(60)).unwrap();
    let answers: Vec<_> = (10..14)
        .map(|number| runner.prepare(&large(number), Duration::ZERO))
        .collect();
    let queued = |answer: &Result<(), RunnerError>| {
        matches!(answer, Err(RunnerError::CompileQueueFull { .. }))
    };
    assert!(answers[2..].iter().all(queued), "{answers:?}");
    // Modules that had to wait left the queue. They are compiled when somebody asks again.
    runner.prepare(&large(13), Duration::from_secs(60)).unwrap();
}

#[test]
fn a_limit_beyond_all_time_is_none() {
    for limit in [Duration::MAX, Duration::from_secs(u64::MAX / 40)] {
        let runner = WasmRunner::new(limit).unwrap();
        let result = try_run(&runner, &echo(), b"hello", LIMITS).unwrap();
        assert_eq!(result.output, b"hello");
    }
}
