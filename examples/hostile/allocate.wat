;; Takes memory until none is given, then exits with code 0: the memory limit, not the machine, must say no.
;; Each page is written to, so that it is really used. A refusal (-1) instead of a trap ends the loop.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (local $page i32)
    (loop $again
      (local.set $page (memory.grow (i32.const 1)))
      (if (i32.ne (local.get $page) (i32.const -1))
        (then
          (i32.store (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1))
          (br $again))))))
