//! Wall-clock limits.

use std::time::{Duration, Instant};

use assay_runner::{Limits, RunRequest, Runner, RunnerError, WasmRunner};

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

#[test]
fn a_limit_beyond_all_time_is_none() {
    for limit in [Duration::MAX, Duration::from_secs(u64::MAX / 40)] {
        let runner = WasmRunner::new(limit).unwrap();
        let result = try_run(&runner, &echo(), b"hello", LIMITS).unwrap();
        assert_eq!(result.output, b"hello");
    }
}
