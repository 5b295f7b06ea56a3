;; Prints what must not differ between machines: the wall clock, the monotonic clock, 16 random bytes, and the sizes of
;; the arguments and the environment. Errors are ignored: a refused call leaves zeros. A host that runs it to the end
;; must print the same 48 bytes every time.
(module
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; One buffer: 48 bytes from address 16. Address 8 takes the count of bytes written.
  (data (i32.const 0) "\10\00\00\00\30\00\00\00")
  (func (export "_start")
    (drop (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 16)))
    (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 24)))
    (drop (call $random_get (i32.const 32) (i32.const 16)))
    (drop (call $args_sizes_get (i32.const 48) (i32.const 52)))
    (drop (call $environ_sizes_get (i32.const 56) (i32.const 60)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
