//! The events of the governance program, one for each state change, by topic.
//!
//! An event does not repeat the arguments of its instruction: to rebuild an account, an indexer needs the instruction and its
//! event.

mod execution;
mod guardian;
mod lock;
mod vote;

use anchor_lang::{event::sol_log_data, Event};
use bytemuck::{bytes_of, Pod};

pub use execution::*;
pub use guardian::*;
pub use lock::*;
pub use vote::*;

/// Logs an event as Anchor's `emit!` does.
#[inline(always)]
pub(crate) fn emit<E: Event + Pod>(event: E) {
    log(E::DISCRIMINATOR, bytes_of(&event));
}

/// Logs the two parts as one. Out of line, for size: there are many events.
#[inline(never)]
fn log(discriminator: &[u8], event: &[u8]) {
    sol_log_data(&[&[discriminator, event].concat()]);
}
