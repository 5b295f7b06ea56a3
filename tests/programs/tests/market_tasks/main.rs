//! Tests of the market's instructions about the seats of a task, on its built bytecode, one file per instruction.

mod life;
