;; Writes "partial" to stdout and exits with code 3: a failed run is a result too, and its digest holds the exit code.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  ;; One buffer: 7 bytes from address 16. Address 8 takes the count of bytes written.
  (data (i32.const 0) "\10\00\00\00\07\00\00\00")
  (data (i32.const 16) "partial")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $proc_exit (i32.const 3))))
