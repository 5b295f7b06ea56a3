//! The governance program on its built bytecode, one file per instruction.

mod begin_unlock;
mod cast_vote;
mod close_proposal;
mod close_vote;
mod execute_proposal;
mod identity;
mod initialize;
mod lock_tokens;
mod propose;
mod sequences;
mod withdraw_lock;
