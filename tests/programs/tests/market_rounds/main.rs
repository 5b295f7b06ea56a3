//! Tests of the market's instructions about checks and rounds, on its built bytecode, one file per instruction.

mod life;
