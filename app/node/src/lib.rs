//! A provider's node: claims tasks, runs them, delivers the results and sends the cranks that are due. It can be killed at
//! any time: after a restart it continues.
//!
//! Once a tick, `node`
//!
//! 1. reads the worker, the jobs and the clock from the chain;
//! 2. moves every seat of ours one step on: `Claimed → Executed → Committed → Revealed → Collected` (`lifecycle`);
//! 3. selects and claims further seats (`policy`), of tasks whose content is here already (`prefetch`);
//! 4. sends cranks that are due.
//!
//! Threads fetch and run tasks (`executor`) and upload results (`publisher`) meanwhile. `retry` decides what happens after
//! a failure.
//!
//! The chain says how far each seat is, and the journal says which result belongs to it. `lifecycle::SeatStage` joins the
//! two in every tick, after a restart as at any other time, and nothing else decides what is sent. So a kill costs no
//! more than the time until the next start.

mod config;
mod error;
mod event;
mod journal;
mod output_store;
mod seat_id;
mod serde_ext;

pub use config::{NodeConfig, RunnerChoice, WatchConfig};
pub use error::NodeError;
pub use event::NodeEvent;
pub use journal::JournalError;
pub use seat_id::{JobId, SeatAccount, SeatId, TaskId};

use std::sync::atomic::AtomicBool;

pub fn run(
    _config: NodeConfig,
    _log: &mut dyn FnMut(&NodeEvent),
    _stop: &AtomicBool,
) -> Result<(), NodeError> {
    Err(NodeError::PoolShutDown)
}

pub fn watch(
    _config: WatchConfig,
    _log: &mut dyn FnMut(&NodeEvent),
    _stop: &AtomicBool,
) -> Result<(), NodeError> {
    Err(NodeError::PoolShutDown)
}
