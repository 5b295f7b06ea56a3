//! What a module cannot take: time, memory.

use std::time::{Duration, Instant};

use assay_runner::{Limits, RunRequest, Runner, RunnerError};

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

/// A module with `loops` nested loops over `locals` locals: compiling it takes memory and time that grow with the product.
fn bomb(loops: usize, locals: usize) -> Vec<u8> {
    let mut text =
        String::from(r#"(module (memory (export "memory") 1) (func (export "_start") (local"#);
    text += &" i32".repeat(locals);
    text += ")";
    for number in 0..loops {
        text += &format!(
            "(loop (local.set {0} (i32.add (local.get {0}) (i32.const 1)))",
            number % locals
        );
    }
    text += &"(br_if 0 (local.get 0)))".repeat(loops);
    text += "))";
    wat::parse_str(text).unwrap()
}

#[test]
fn a_module_that_takes_too_much_memory_to_compile_ends_its_child_only() {
    let limit = 64 << 20;
    let setup = Setup::with(
        |config| config.compile_bytes = limit,
        Box::new(assay_runner::NoAttemptLog),
    );
    let ended = setup.runner.prepare(&bomb(500, 500), LONG);
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
    let killed = setup.runner.prepare(&bomb(900, 900), LONG);
    assert!(
        matches!(killed, Err(RunnerError::CompileLimitExceeded { limit: found }) if found == limit),
        "{killed:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    setup.assert_works();
}
