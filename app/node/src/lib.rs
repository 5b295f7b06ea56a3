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

mod calibrate;
mod config;
mod error;
mod event;
mod executor;
mod journal;
mod lifecycle;
mod node;
mod output_store;
mod policy;
mod prefetch;
mod publisher;
mod retry;
mod seat_id;
mod sender;
mod serde_ext;
mod task_spec;
#[cfg(test)]
mod test_support;
mod worker_pool;

pub use config::{NodeConfig, RunnerChoice};
pub use error::NodeError;
pub use event::NodeEvent;
pub use journal::JournalError;
pub use seat_id::{JobId, SeatId};

use std::sync::atomic::AtomicBool;

/// Runs a node until `stop` is set. The node checks `stop` between two ticks: at once while it waits for the next tick,
/// and after the confirmation of a transaction that it has sent. An event goes to `log` after it is journaled.
///
/// # Errors
/// At start: the network cannot be reached, a key or an option is wrong, the journal is damaged. Later only what no
/// retry can repair, such as a full disk. Failures of the network, of jobs and of content are reported as events and
/// retried.
pub fn run(
    config: NodeConfig,
    log: &mut dyn FnMut(&NodeEvent),
    stop: &AtomicBool,
) -> Result<(), NodeError> {
    node::Node::start(config, log)?.run(stop)
}
