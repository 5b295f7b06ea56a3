//! The events of the governance program, one for each state change, by topic.
//!
//! An event does not repeat the arguments of its instruction: to rebuild an account, an indexer needs the instruction and its
//! event.

mod execution;
mod guardian;
mod lock;
mod vote;

use anchor_lang::Event;
use assay_shared::event::emit_shared;
use bytemuck::Pod;

pub use execution::*;
pub use guardian::*;
pub use lock::*;
pub use vote::*;

/// Logs an event as Anchor's `emit!` does.
#[inline(always)]
pub(crate) fn emit<E: Event + Pod>(event: E) {
    emit_shared(&event);
}
