//! The governance program on its built bytecode, one file per instruction.

mod begin_unlock;
mod close_proposal;
mod close_vote;
mod execute;
mod identity;
mod initialize;
mod lock;
mod propose;
mod sequences;
mod vote;
mod withdraw_lock;
