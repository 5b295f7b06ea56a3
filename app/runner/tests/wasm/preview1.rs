//! The WASI preview 1 functions.

use assay_runner::ExitStatus;

use crate::programs::command;
use crate::{run, LIMITS};

/// Runs a program that calls one function once and exits with the number that it returned.
fn call(name: &str, params: &str, arguments: &str) -> ExitStatus {
    let program = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "{name}" (func $call (param {params}) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
            (memory (export "memory") 1)
            (func (export "_start") (call $proc_exit (call $call {arguments}))))"#
    );
    run(&program, b"", LIMITS).exit
}

const SUCCESS: ExitStatus = ExitStatus::Code(0);
const BADF: ExitStatus = ExitStatus::Code(8);
const FAULT: ExitStatus = ExitStatus::Code(21);
const INVAL: ExitStatus = ExitStatus::Code(28);
const SPIPE: ExitStatus = ExitStatus::Code(70);

#[test]
fn there_are_no_files_and_no_directories() {
    let path_open = "i32 i32 i32 i32 i32 i64 i64 i32 i32";
    let arguments = "(i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)";
    assert_eq!(call("path_open", path_open, arguments), BADF);
    assert_eq!(
        call("fd_prestat_get", "i32 i32", "(i32.const 3) (i32.const 0)"),
        BADF
    );
    assert_eq!(
        call("fd_filestat_get", "i32 i32", "(i32.const 3) (i32.const 0)"),
        BADF
    );
    assert_eq!(
        call("sock_shutdown", "i32 i32", "(i32.const 3) (i32.const 0)"),
        BADF
    );
}

#[test]
fn streams_go_one_way_and_have_no_position() {
    let list = "(i32.const 0) (i32.const 1) (i32.const 8)";
    assert_eq!(
        call(
            "fd_read",
            "i32 i32 i32 i32",
            &format!("(i32.const 1) {list}")
        ),
        BADF
    );
    assert_eq!(
        call(
            "fd_write",
            "i32 i32 i32 i32",
            &format!("(i32.const 0) {list}")
        ),
        BADF
    );
    assert_eq!(
        call(
            "fd_seek",
            "i32 i64 i32 i32",
            "(i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0)"
        ),
        SPIPE
    );
    assert_eq!(
        call("fd_fdstat_get", "i32 i32", "(i32.const 0) (i32.const 0)"),
        SUCCESS
    );
    assert_eq!(
        call("fd_fdstat_get", "i32 i32", "(i32.const 3) (i32.const 0)"),
        BADF
    );
}

#[test]
fn bad_addresses_are_answered_and_not_followed() {
    let write = |arguments: &str| call("fd_write", "i32 i32 i32 i32", arguments);
    assert_eq!(
        write("(i32.const 1) (i32.const 65532) (i32.const 1) (i32.const 8)"),
        FAULT
    );
    assert_eq!(
        write("(i32.const 1) (i32.const 0) (i32.const -1) (i32.const 8)"),
        ExitStatus::OutOfFuel
    );
    assert_eq!(
        write("(i32.const 1) (i32.const 0) (i32.const 1) (i32.const 65533)"),
        FAULT
    );
    assert_eq!(
        call("random_get", "i32 i32", "(i32.const 65535) (i32.const 2)"),
        FAULT
    );
    assert_eq!(
        call(
            "clock_time_get",
            "i32 i64 i32",
            "(i32.const 0) (i64.const 0) (i32.const -1)"
        ),
        FAULT
    );
    assert_eq!(
        call(
            "clock_time_get",
            "i32 i64 i32",
            "(i32.const 9) (i64.const 0) (i32.const 0)"
        ),
        INVAL
    );
}

#[test]
fn there_are_no_arguments_and_no_environment() {
    for name in ["args", "environ"] {
        let program = format!(
            r#"(module
                (import "wasi_snapshot_preview1" "{name}_sizes_get" (func $sizes (param i32 i32) (result i32)))
                (import "wasi_snapshot_preview1" "{name}_get" (func $get (param i32 i32) (result i32)))
                (memory (export "memory") 1)
                (func (export "_start")
                    (i64.store (i32.const 0) (i64.const -1))
                    (if (call $sizes (i32.const 0) (i32.const 4)) (then unreachable))
                    (if (i64.ne (i64.load (i32.const 0)) (i64.const 0)) (then unreachable))
                    (if (call $get (i32.const 0) (i32.const 4)) (then unreachable))))"#
        );
        assert_eq!(run(&program, b"", LIMITS).exit, SUCCESS);
    }
}

#[test]
fn sleeping_takes_no_time() {
    // One subscription to the monotonic clock, an hour ahead, with user data 42.
    let program = r#"(module
        (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (i64.store (i32.const 0) (i64.const 42))
            (i32.store (i32.const 16) (i32.const 1))
            (i64.store (i32.const 24) (i64.const 3600000000000))
            (if (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 96)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 96)) (i32.const 1)) (then unreachable))
            (if (i64.ne (i64.load (i32.const 64)) (i64.const 42)) (then unreachable))
            (if (i32.load16_u (i32.const 72)) (then unreachable))))"#;
    assert_eq!(run(program, b"", LIMITS).exit, SUCCESS);
    let endless = "(i32.const 0) (i32.const 64) (i32.const -1) (i32.const 96)";
    assert_eq!(
        call("poll_oneoff", "i32 i32 i32 i32", endless),
        ExitStatus::OutOfFuel
    );
    assert_eq!(
        call(
            "poll_oneoff",
            "i32 i32 i32 i32",
            &endless.replace("-1", "0")
        ),
        INVAL
    );
}

#[test]
fn buffers_are_written_and_read_in_order() {
    // Two buffers out of order in memory, read into and then printed from.
    let program = command(
        "(i32.store (i32.const 16) (i32.const 200)) (i32.store (i32.const 20) (i32.const 3))
         (i32.store (i32.const 24) (i32.const 100)) (i32.store (i32.const 28) (i32.const 3))
         (drop (call $fd_read (i32.const 0) (i32.const 16) (i32.const 2) (i32.const 8)))
         (if (i32.ne (i32.load (i32.const 8)) (i32.const 6)) (then unreachable))
         (call $print (i32.const 100) (i32.const 3))
         (call $print (i32.const 200) (i32.const 3))",
    );
    assert_eq!(run(&program, b"abcdefgh", LIMITS).output, b"defabc");
}
