//! A machine that is short of memory has no result, because its result would differ from that of other machines.
#![cfg(target_os = "linux")]

use std::env;
use std::process::Command;

use assay_runner::{ExitStatus, Limits, RunnerError};
use rustix::process::{setrlimit, Resource, Rlimit};

use crate::programs::{command, echo};
use crate::{run, runner, try_run, LIMITS};

/// Set in a process that a test starts in order to limit its memory.
const POOR: &str = "ASSAY_TEST_POOR";

/// Runs the test of this name again in a process of its own, which must pass it. Returns true in that process.
fn in_a_process_of_its_own(test: &str) -> bool {
    if env::var_os(POOR).is_some() {
        return true;
    }
    let this = env::current_exe().unwrap();
    let ended = Command::new(this)
        .args(["--exact", test, "--nocapture"])
        .env(POOR, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(
        said.contains("1 passed"),
        "no test has the name {test}: {said}"
    );
    false
}

/// Limits a resource to `more` bytes above what this process uses of it now, by the line `field` of `/proc/self/status`.
fn limit(resource: Resource, field: &str, more: u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    let current = Some(kib * 1024 + more);
    setrlimit(
        resource,
        Rlimit {
            current,
            maximum: None,
        },
    )
    .unwrap();
}

#[test]
fn a_machine_without_memory_to_grow_into_has_no_outcome() {
    if !in_a_process_of_its_own("host::a_machine_without_memory_to_grow_into_has_no_outcome") {
        return;
    }
    let grow = command(
        "(if (i32.eq (memory.grow (i32.const 8192)) (i32.const -1)) (then (call $proc_exit (i32.const 9))))",
    );
    let limits = Limits {
        memory_bytes: 1 << 30,
        ..LIMITS
    };
    assert_eq!(run(&grow, b"", limits).exit, ExitStatus::Code(0));
    limit(Resource::Data, "VmData:", 64 << 20);
    let poor = try_run(runner(), &grow, b"", limits);
    assert!(matches!(poor, Err(RunnerError::HostError(_))), "{poor:?}");
    assert_eq!(run(&echo(), b"hello", LIMITS).output, b"hello");
}

#[test]
fn a_machine_without_addresses_for_a_memory_has_no_outcome() {
    if !in_a_process_of_its_own("host::a_machine_without_addresses_for_a_memory_has_no_outcome") {
        return;
    }
    assert_eq!(run(&echo(), b"hello", LIMITS).output, b"hello");
    limit(Resource::As, "VmSize:", 256 << 20);
    let poor = try_run(runner(), &echo(), b"hello", LIMITS);
    assert!(matches!(poor, Err(RunnerError::HostError(_))), "{poor:?}");
}
