//! Tests of the market's instructions about the seats of a task, on its built bytecode, one file per instruction.

mod claim_task;
mod collect_held;
mod collect_pay;
mod contribute;
mod draw_seat;
mod expire_task;
mod fixtures;
mod hold_pay;
mod life;
mod open_task;
mod penalize_worker;
