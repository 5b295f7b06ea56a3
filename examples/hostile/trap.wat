;; Ends in a trap, as a panic does.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    unreachable))
