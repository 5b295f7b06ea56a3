;; Counts the days without rain. Input: one byte a day, millimeters. Output: the count, eight bytes, the least first.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  ;; Addresses: 0 and 4 name the buffer of a call, 8 takes its count of bytes, 16 the output. The input is read from 65536 on.
  (func (export "_start")
    (local $at i32) (local $end i32) (local $dry i64)
    (loop $more
      (i32.store (i32.const 0) (i32.const 65536))
      (i32.store (i32.const 4) (i32.const 65536))
      (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8))
        (then
          (local.set $at (i32.const 65536))
          (local.set $end (i32.add (i32.const 65536) (i32.load (i32.const 8))))
          (loop $day
            (local.set $dry
              (i64.add (local.get $dry) (i64.extend_i32_u (i32.eqz (i32.load8_u (local.get $at))))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $day (i32.lt_u (local.get $at) (local.get $end))))
          (br $more))))
    (i64.store (i32.const 16) (local.get $dry))
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 8))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
