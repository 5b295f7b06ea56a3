//! A provider's node: claims tasks, runs them, delivers the results and sends the cranks that are due. It can be killed at
//! any time: after a restart it continues.
//!
//! Once a tick, `node`
//!
//! 1. reads the worker, the jobs, their checks and rounds, and the clock from the chain;
//! 2. moves every seat of ours one step on (`duty`): run, contribute, open, publish, collect;
//! 3. claims further seats that the worker's rank admits it to (`policy`), of tasks whose content is here already
//!    (`prefetch`); a watcher runs open results again instead and challenges those that are wrong;
//! 4. runs tasks of attested jobs, which nobody claims, and submits them with the signatures of attesters (`attested`);
//! 5. sends all that together in few transactions (`action`), then the cranks that are due.
//!
//! An attester is a service of its own (`attester`): it runs such tasks again and signs what it finds right.
//!
//! Threads fetch and run tasks (`executor`) and upload results and inputs (`publisher`) meanwhile. `retry` decides what happens after
//! a failure.
//!
//! The chain says how far each seat is, and the journal says which result belongs to its task. `duty` joins the two in
//! every tick, after a restart as at any other time, and nothing else decides what is sent. So a kill costs no more than the
//! time until the next start. A result has no salt: if the journal is lost, running the task again finds the same one.

mod action;
mod attested;
mod attester;
mod calibrate;
mod config;
mod content_stores;
mod duty;
#[cfg(test)]
mod duty_tests;
mod error;
mod event;
mod executor;
mod journal;
mod node;
mod output_store;
mod policy;
mod posting;
mod prefetch;
mod private_dir;
mod publisher;
mod read_check;
mod retry;
mod sandbox;
mod seat_id;
mod sender;
mod serde_ext;
mod task_spec;
#[cfg(test)]
mod test_support;
mod worker_pool;

pub use assay_runner::{serve_child, ChildProgram, ExitStatus, Probe, Protection, Protections};
pub use attested::AttesterList;
pub use attester::{attest, AttesterConfig, AttesterEvent, Rate, Verification};
pub use config::{ExternalCommand, NodeConfig, RunnerChoice, SelfTest, WatchConfig};
pub use error::NodeError;
pub use event::NodeEvent;
pub use journal::JournalError;
pub use policy::{AmountByMint, PriceFloor, WholeTokens};
pub use sandbox::probe_sandbox;
pub use seat_id::{JobId, SeatAccount, SeatId, TaskId};

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
    node::Node::start(config, None, log)?.run(stop)
}

/// Runs a watcher until `stop` is set. It claims no seats: it runs a share of all open results again, challenges those that
/// are wrong under the bond of its worker, and sees the rounds through. Otherwise it behaves as [`run`].
///
/// # Errors
/// As [`run`], and [`NodeError::NoShare`].
pub fn watch(
    config: WatchConfig,
    log: &mut dyn FnMut(&NodeEvent),
    stop: &AtomicBool,
) -> Result<(), NodeError> {
    if !(1..=10_000).contains(&config.share_bps) {
        return Err(NodeError::NoShare);
    }
    node::Node::start(config.node, Some(config.share_bps), log)?.run(stop)
}
