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
fn the_only_argument_is_a_fixed_name() {
    let program = r#"(module
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (if (call $sizes (i32.const 0) (i32.const 4)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 0)) (i32.const 1)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 4)) (i32.const 8)) (then unreachable))
            (i64.store (i32.const 72) (i64.const -1))
            (if (call $get (i32.const 16) (i32.const 64)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 16)) (i32.const 64)) (then unreachable))
            ;; "program\0", and nothing behind it.
            (if (i64.ne (i64.load (i32.const 64)) (i64.const 0x006d6172676f7270)) (then unreachable))
            (if (i64.ne (i64.load (i32.const 72)) (i64.const -1)) (then unreachable))
            (if (i32.ne (call $get (i32.const -1) (i32.const 64)) (i32.const 21)) (then unreachable))
            (if (i32.ne (call $get (i32.const 16) (i32.const 65530)) (i32.const 21)) (then unreachable))))"#;
    let result = run(program, b"", LIMITS);
    assert_eq!(
        result.exit,
        SUCCESS,
        "{}",
        String::from_utf8_lossy(&result.log)
    );
}

#[test]
fn there_is_no_environment() {
    let program = r#"(module
        (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (i64.store (i32.const 0) (i64.const -1))
            (if (call $sizes (i32.const 0) (i32.const 4)) (then unreachable))
            (if (i64.ne (i64.load (i32.const 0)) (i64.const 0)) (then unreachable))
            (if (call $get (i32.const 0) (i32.const 4)) (then unreachable))))"#;
    let result = run(program, b"", LIMITS);
    assert_eq!(
        result.exit,
        SUCCESS,
        "{}",
        String::from_utf8_lossy(&result.log)
    );
}

/// A program that polls with subscriptions at 0, events at 512 and their number at 400, and reads clocks: `$now`.
fn poller(body: &str) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
        (memory (export "memory") 1)
        (func $now (param $clock i32) (result i64)
            (if (call $time (local.get $clock) (i64.const 0) (i32.const 408)) (then unreachable))
            (i64.sub (i64.load (i32.const 408)) (i64.const 946684800000000000)))
        ;; Subscription at `$at`: user data, clock, nanoseconds, flags.
        (func $clock (param $at i32) (param $data i64) (param $clock i32) (param $time i64) (param $flags i32)
            (i64.store (local.get $at) (local.get $data))
            (i32.store8 offset=8 (local.get $at) (i32.const 0))
            (i32.store offset=16 (local.get $at) (local.get $clock))
            (i64.store offset=24 (local.get $at) (local.get $time))
            (i32.store16 offset=40 (local.get $at) (local.get $flags)))
        ;; Subscription at `$at`: user data, type, stream.
        (func $stream (param $at i32) (param $data i64) (param $type i32) (param $fd i32)
            (i64.store (local.get $at) (local.get $data))
            (i32.store8 offset=8 (local.get $at) (local.get $type))
            (i32.store offset=16 (local.get $at) (local.get $fd)))
        (func $wait (param $count i32) (param $expected i32)
            (if (call $poll (i32.const 0) (i32.const 512) (local.get $count) (i32.const 400)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 400)) (local.get $expected)) (then unreachable)))
        ;; The event at `$at`: user data, error, type.
        (func $event (param $at i32) (param $data i64) (param $error i32) (param $type i32)
            (if (i64.ne (i64.load (local.get $at)) (local.get $data)) (then unreachable))
            (if (i32.ne (i32.load16_u offset=8 (local.get $at)) (local.get $error)) (then unreachable))
            (if (i32.ne (i32.load8_u offset=10 (local.get $at)) (local.get $type)) (then unreachable)))
        (func $is (param $clock i32) (param $expected i64)
            (if (i64.ne (call $now (local.get $clock)) (local.get $expected)) (then unreachable)))
        (func (export "_start") {body}))"#
    )
}

#[test]
fn clocks_move_by_what_is_slept() {
    let body = "
        (call $is (i32.const 0) (i64.const 0))
        (call $clock (i32.const 0) (i64.const 42) (i32.const 1) (i64.const 3600000000000) (i32.const 0))
        (call $wait (i32.const 1) (i32.const 1))
        (call $event (i32.const 512) (i64.const 42) (i32.const 0) (i32.const 0))
        (call $is (i32.const 0) (i64.const 3600000000000))
        (call $is (i32.const 1) (i64.const 3600000000000))
        ;; Again, from there.
        (call $wait (i32.const 1) (i32.const 1))
        (call $is (i32.const 1) (i64.const 7200000000000))
        ;; An absolute time that is over takes no time.
        (call $clock (i32.const 0) (i64.const 1) (i32.const 0) (i64.const 5) (i32.const 1))
        (call $wait (i32.const 1) (i32.const 1))
        (call $is (i32.const 1) (i64.const 7200000000000))
        ;; One that is not moves the clock there.
        (call $clock (i32.const 0) (i64.const 1) (i32.const 0) (i64.const 946692000000000007) (i32.const 1))
        (call $wait (i32.const 1) (i32.const 1))
        (call $is (i32.const 1) (i64.const 7200000000007))
        ;; For ever ends at the end of time.
        (call $clock (i32.const 0) (i64.const 1) (i32.const 0) (i64.const -1) (i32.const 0))
        (call $wait (i32.const 1) (i32.const 1))
        (call $is (i32.const 1) (i64.const 17500059273709551615))";
    assert_eq!(run(&poller(body), b"", LIMITS).exit, SUCCESS);
}

#[test]
fn the_earliest_of_several_times_ends_the_wait() {
    let body = "
        (call $clock (i32.const 0) (i64.const 1) (i32.const 0) (i64.const 30) (i32.const 0))
        (call $clock (i32.const 48) (i64.const 2) (i32.const 1) (i64.const 20) (i32.const 0))
        (call $clock (i32.const 96) (i64.const 3) (i32.const 0) (i64.const 946684800000000020) (i32.const 1))
        (call $wait (i32.const 3) (i32.const 2))
        (call $event (i32.const 512) (i64.const 2) (i32.const 0) (i32.const 0))
        (call $event (i32.const 544) (i64.const 3) (i32.const 0) (i32.const 0))
        (call $is (i32.const 0) (i64.const 20))";
    assert_eq!(run(&poller(body), b"", LIMITS).exit, SUCCESS);
}

#[test]
fn streams_are_ready_at_once_and_what_is_unknown_is_an_error_of_its_own() {
    let body = "
        (call $clock (i32.const 0) (i64.const 1) (i32.const 0) (i64.const 30) (i32.const 0))
        (call $stream (i32.const 48) (i64.const 2) (i32.const 1) (i32.const 0))
        (call $stream (i32.const 96) (i64.const 3) (i32.const 2) (i32.const 1))
        (call $stream (i32.const 144) (i64.const 4) (i32.const 1) (i32.const 1))
        (call $clock (i32.const 192) (i64.const 5) (i32.const 4) (i64.const 30) (i32.const 0))
        (call $wait (i32.const 5) (i32.const 4))
        (call $event (i32.const 512) (i64.const 2) (i32.const 0) (i32.const 1))
        (if (i64.ne (i64.load (i32.const 528)) (i64.const 3)) (then unreachable))
        (if (i32.load16_u (i32.const 536)) (then unreachable))
        (call $event (i32.const 544) (i64.const 3) (i32.const 0) (i32.const 2))
        (call $event (i32.const 576) (i64.const 4) (i32.const 8) (i32.const 1))
        (call $event (i32.const 608) (i64.const 5) (i32.const 28) (i32.const 0))
        (call $is (i32.const 0) (i64.const 0))
        ;; An unknown type is an error of the whole call.
        (i32.store8 (i32.const 56) (i32.const 3))
        (if (i32.ne (call $poll (i32.const 0) (i32.const 512) (i32.const 2) (i32.const 400)) (i32.const 28)) (then unreachable))";
    assert_eq!(run(&poller(body), b"abc", LIMITS).exit, SUCCESS);
    let at_end = "
        (call $stream (i32.const 0) (i64.const 2) (i32.const 1) (i32.const 0))
        (call $wait (i32.const 1) (i32.const 1))
        (if (i32.ne (i32.load16_u (i32.const 536)) (i32.const 1)) (then unreachable))";
    assert_eq!(run(&poller(at_end), b"", LIMITS).exit, SUCCESS);
}

#[test]
fn a_list_of_events_to_wait_for_is_paid_for_and_not_empty() {
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
