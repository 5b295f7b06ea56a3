//! Tests of the market's instructions about checks and rounds, on its built bytecode, one file per instruction.

mod claim_round;
mod close_round;
mod collect_award;
mod collect_check;
mod contribute_round;
mod count_dispute;
mod decide_round;
mod fixtures;
mod life;
mod open_check;
mod open_round;
