//! Operations on many bytes or elements that reach outside.

use assay_runner::{ExitStatus, Limits, RunOutput};

use crate::{run, KEY, LIMITS};

/// Each operation, with a length that reaches outside, and that length.
const OPERATIONS: &[(&str, u64)] = &[
    (
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 65537))",
        65_537,
    ),
    (
        "(memory.copy (i32.const 0) (i32.const 1) (i32.const 65536))",
        65_536,
    ),
    (
        "(memory.init $data (i32.const 0) (i32.const 0) (i32.const 2000))",
        2_000,
    ),
    (
        "(table.fill $table (i32.const 0) (ref.null func) (i32.const 2001))",
        2_001,
    ),
    (
        "(table.copy $table $table (i32.const 0) (i32.const 1) (i32.const 2000))",
        2_000,
    ),
    (
        "(table.init $table $functions (i32.const 0) (i32.const 0) (i32.const 1000))",
        1_000,
    ),
];

fn run_with(body: &str, fuel: u64) -> RunOutput {
    let program = format!(
        r#"(module
            (memory (export "memory") 1)
            (data $data "0123456789")
            (table $table 2000 funcref)
            (elem $functions func $empty $empty)
            (func $empty)
            (func (export "_start") {body}))"#
    );
    run(&program, b"", Limits { fuel, ..LIMITS })
}

/// What a run uses beside the length: the module's start, the entry of `_start`, three operands, and the operation.
const BESIDE: u64 = 6;

/// The length is paid before the bounds are checked, so fuel decides which of the two rules is broken first.
#[test]
fn an_operation_that_reaches_outside_runs_out_of_fuel_if_its_length_cannot_be_paid_and_else_is_a_trap(
) {
    for (body, length) in OPERATIONS {
        for (fuel, exit) in [
            (2, ExitStatus::OutOfFuel),
            (*length, ExitStatus::OutOfFuel),
            (length + BESIDE, ExitStatus::OutOfFuel),
            (length + BESIDE + 1, ExitStatus::Trap),
            (LIMITS.fuel, ExitStatus::Trap),
        ] {
            let result = run_with(body, fuel);
            assert_eq!(result.exit, exit, "{body} with {fuel} fuel");
            assert!(result.output.is_empty());
        }
    }
}

/// It must not be cheaper to ask for more than there is.
#[test]
fn a_length_beyond_every_memory_is_out_of_fuel() {
    let fill = "(memory.fill (i32.const 0) (i32.const 1) (i32.sub (memory.size) (i32.const 2)))";
    assert_eq!(run_with(fill, LIMITS.fuel).exit, ExitStatus::OutOfFuel);
}

/// Wasmtime looks at the fuel only at the next loop or call if the module names a length of up to 128.
#[test]
fn a_short_operation_of_fixed_length_that_reaches_outside_is_a_trap_whatever_the_fuel() {
    let fill =
        |length: u32| format!("(memory.fill (i32.const 65535) (i32.const 1) (i32.const {length}))");
    // With less, `_start` is not entered.
    for fuel in [3, 100, LIMITS.fuel] {
        assert_eq!(run_with(&fill(128), fuel).exit, ExitStatus::Trap, "{fuel}");
    }
    assert_eq!(run_with(&fill(129), 100).exit, ExitStatus::OutOfFuel);
    assert_eq!(run_with(&fill(129), 1_000).exit, ExitStatus::Trap);
}

/// No byte is written, because the bounds of the whole operation are checked first.
#[test]
fn an_operation_that_reaches_outside_changes_nothing() {
    let result = run_with(OPERATIONS[0].0, LIMITS.fuel);
    // After such a trap the last 16 bytes are not hashed.
    let unchanged = *blake3::keyed_hash(&KEY, &[0; 65_536 - 16]).as_bytes();
    assert_eq!(result.memory_hash, unchanged);
}
