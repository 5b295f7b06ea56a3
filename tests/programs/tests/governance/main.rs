//! Tests of the governance program on its built bytecode, one file per instruction.

mod account_substitution;
mod begin_unlock;
mod cast_vote;
mod close_proposal;
mod close_vote;
mod execute_proposal;
mod initialize;
mod lock_tokens;
mod propose;
mod random_operations;
mod withdraw_lock;
