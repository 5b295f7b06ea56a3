;; Looks for a way out: accepts a connection on, and sends through, every file descriptor from 0 to 63, then opens a file
;; under every one of them. Exits with code 1 if anything worked, 0 if all was refused.
(module
  (import "wasi_snapshot_preview1" "sock_accept"
    (func $sock_accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send"
    (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  ;; One buffer: the byte at address 16. Address 8 takes what calls give back. The path is "." at address 16.
  (data (i32.const 0) "\10\00\00\00\01\00\00\00")
  (data (i32.const 16) ".")
  (func $must_fail (param $errno i32)
    (if (i32.eqz (local.get $errno))
      (then (call $proc_exit (i32.const 1)))))
  (func (export "_start")
    (local $fd i32)
    (loop $again
      (call $must_fail (call $sock_accept (local.get $fd) (i32.const 0) (i32.const 8)))
      (call $must_fail
        (call $sock_send (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
      (call $must_fail
        (call $path_open (local.get $fd) (i32.const 0) (i32.const 16) (i32.const 1)
          (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $fd) (i32.const 64))))))
