//! Programs that the tests share.

/// A command with one page of memory, the usual imports and `body` as its `_start`.
pub fn command(body: &str) -> String {
    format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
            (memory (export "memory") 1)
            ;; Prints `len` bytes at `at`, through the buffer list at 0; the count goes to 8.
            (func $print (param $at i32) (param $len i32)
                (i32.store (i32.const 0) (local.get $at))
                (i32.store (i32.const 4) (local.get $len))
                (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable)))
            (func (export "_start") {body}))"#
    )
}

/// Copies stdin to stdout, 100 bytes at a time.
pub fn echo() -> String {
    command(
        "(loop $more
            (i32.store (i32.const 0) (i32.const 64))
            (i32.store (i32.const 4) (i32.const 100))
            (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (if (i32.load (i32.const 8)) (then
                (call $print (i32.const 64) (i32.load (i32.const 8)))
                (br $more))))",
    )
}

/// Prints the wall clock, the monotonic clock and 64 random bytes.
pub fn world() -> String {
    command(
        "(drop (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 16)))
         (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 24)))
         (drop (call $random_get (i32.const 32) (i32.const 64)))
         (call $print (i32.const 16) (i32.const 80))",
    )
}
