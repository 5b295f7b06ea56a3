;; Takes memory without end: the job's memory limit, not the machine, must stop it.
;; Each page is written to, so that it is really used. The runner ends the program at the limit (Exit::OutOfMemory) and never
;; answers -1 for it, so that the program cannot go on; an engine that does answer -1 would see it end with code 0.
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
