;; Divides and loads in an endless loop. Each step needs the result of the last one, so that no processor can run ahead.
;; This makes it slower per unit of fuel than most programs.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (local $x i64)
    (local.set $x (i64.const -1))
    (loop $again
      (local.set $x
        (i64.add
          (i64.div_u
            (local.get $x)
            (i64.or
              (i64.load (i32.and (i32.wrap_i64 (local.get $x)) (i32.const 0xfff8)))
              (i64.const 3)))
          (i64.const 0x9e3779b97f4a7c15)))
      (br $again))))
