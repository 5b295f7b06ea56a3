//! What each class of instructions costs. Part of the protocol: nodes of different releases must count the same.

use assay_runner::ExitStatus;

use crate::{run, LIMITS};

/// Returns the fuel of a `_start` with this body, beside that of an empty one.
fn fuel_of(body: &str) -> u64 {
    let fuel = |body: &str| {
        let program = format!(
            r#"(module
                (import "wasi_snapshot_preview1" "sched_yield" (func $host (result i32)))
                (type $nothing (func))
                (memory (export "memory") 1)
                (data $data "0123456789")
                (table $table 4 funcref)
                (elem $functions func $empty $empty $empty)
                (elem (table $table) (i32.const 0) func $empty)
                (global $global (mut i32) (i32.const 0))
                (func $empty)
                (func $tail (return_call $empty))
                (func (export "_start") (local $i i32) (local $x f64) (local $v v128) {body}))"#
        );
        let result = run(&program, b"", LIMITS);
        assert_eq!(result.exit, ExitStatus::Code(0), "{body}");
        result.fuel_used
    };
    fuel(body) - fuel("")
}

#[test]
fn each_class_of_instructions_costs_what_the_protocol_says() {
    for (body, expected) in [
        // They make no code.
        ("nop", 0),
        ("(block)", 0),
        ("(loop)", 0),
        ("return", 0),
        // A constant and a drop, which costs nothing.
        ("(drop (i32.const 1))", 1),
        ("(local.set $i (i32.const 1))", 2),
        ("(global.set $global (global.get $global))", 2),
        ("(drop (i32.add (i32.const 1) (i32.const 2)))", 3),
        ("(drop (i64.div_u (i64.const 1) (i64.const 2)))", 3),
        ("(drop (f64.sqrt (local.get $x)))", 2),
        ("(drop (i32x4.add (local.get $v) (local.get $v)))", 3),
        ("(drop (i32.load (i32.const 0)))", 2),
        ("(i64.store (i32.const 0) (i64.const 1))", 3),
        (
            "(drop (select (i32.const 1) (i32.const 2) (i32.const 0)))",
            4,
        ),
        // Branches.
        ("(if (i32.const 1) (then))", 2),
        ("(if (i32.const 1) (then) (else))", 2),
        ("(block (br 0))", 1),
        ("(block (br_if 0 (i32.const 1)))", 2),
        ("(block (br_table 0 0 0 (i32.const 1)))", 2),
        // Calls cost one more on entry.
        ("(call $empty)", 2),
        ("(call $tail)", 4),
        ("(call_indirect $table (type $nothing) (i32.const 0))", 3),
        // A call into the host, and what WASI takes.
        ("(drop (call $host))", 1 + 64),
        // Memory and tables, with one for each byte or element.
        ("(drop (memory.size))", 1),
        ("(drop (memory.grow (i32.const 1)))", 2),
        (
            "(memory.fill (i32.const 0) (i32.const 0) (i32.const 10))",
            4 + 10,
        ),
        (
            "(memory.copy (i32.const 0) (i32.const 9) (i32.const 10))",
            4 + 10,
        ),
        (
            "(memory.init $data (i32.const 0) (i32.const 0) (i32.const 10))",
            4 + 10,
        ),
        ("(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))", 4),
        ("(data.drop $data)", 1),
        ("(drop (table.get $table (i32.const 0)))", 2),
        ("(table.set $table (i32.const 0) (ref.null func))", 3),
        ("(drop (table.size $table))", 1),
        (
            "(drop (table.grow $table (ref.null func) (i32.const 3)))",
            3 + 3,
        ),
        (
            "(table.fill $table (i32.const 0) (ref.null func) (i32.const 3))",
            4 + 3,
        ),
        (
            "(table.copy $table $table (i32.const 0) (i32.const 1) (i32.const 3))",
            4 + 3,
        ),
        (
            "(table.init $table $functions (i32.const 0) (i32.const 0) (i32.const 3))",
            4 + 3,
        ),
        ("(elem.drop $functions)", 1),
    ] {
        assert_eq!(fuel_of(body), expected, "{body}");
    }
}
