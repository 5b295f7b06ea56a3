//! The events of the market program, one for each state change, grouped as the instructions are.
//!
//! An event does not repeat the arguments of its instruction: to rebuild an account, an indexer needs the instruction and
//! its event.

mod admin;
mod epoch;
mod job;
mod round;
mod task;
mod worker;

pub(crate) use assay_shared::event::emit;

pub use admin::*;
pub use epoch::*;
pub use job::*;
pub use round::*;
pub use task::*;
pub use worker::*;
