;; Writes 4 KiB of zeros to stdout for ever, whatever the host answers: the output limit or the fuel must end it.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; One buffer: 4096 bytes from address 1024. Address 8 takes the count of bytes written.
  (data (i32.const 0) "\00\04\00\00\00\10\00\00")
  (func (export "_start")
    (loop $again
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $again))))
