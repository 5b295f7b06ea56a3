;; Counts to 300 million, then copies stdin to stdout until the input ends.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  ;; One buffer: 64 KiB from address 1024. Address 8 takes the count of bytes read; it is the length of what is written.
  (func (export "_start")
    (local $count i32)
    (loop $count_on
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $count_on (i32.lt_u (local.get $count) (i32.const 300000000))))
    (loop $more
      (i32.store (i32.const 0) (i32.const 1024))
      (i32.store (i32.const 4) (i32.const 65536))
      (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8))
        (then
          (i32.store (i32.const 4) (i32.load (i32.const 8)))
          (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
          (br $more))))))
