//! A provider's node: claims tasks, runs them, delivers the results, runs what is due, and survives being killed.
//!
//! ```text
//! chain ──▶ plan ──▶ step: Claimed → Executed → Committed → Revealed → Collected
//!                      │        ▲
//!                   journal   workshop, publisher (threads that fetch, run, upload)
//! ```
//!
//! The chain says where each seat stands, the journal which result belongs to it; `step::Stage` joins the two, after a
//! restart as in every round. Nothing else decides what is sent, so being killed at any point costs no more than the
//! time until the next start.

mod assignment;
mod config;
mod crew;
mod desk;
mod error;
mod event;
mod gauge;
mod journal;
mod node;
mod outputs;
mod patience;
mod plan;
mod publisher;
#[cfg(test)]
mod sample;
mod scouting;
mod seat_id;
mod step;
mod text;
mod workshop;

pub use config::{NodeConfig, RunnerChoice};
pub use error::NodeError;
pub use event::NodeEvent;
pub use journal::JournalError;
pub use seat_id::{JobId, SeatId};

use std::sync::atomic::AtomicBool;

/// Runs a node until `stop` is set, which it notices between two rounds: at once while it rests, and when the network has
/// answered while it waits for a confirmation. What a round finds on chain or sends is told to `log` after it is
/// journaled.
///
/// Errors: what makes starting pointless (an unreachable network, a wrong key, a damaged journal), and later only what
/// no waiting could mend, such as a full disk. Trouble with the network, jobs and content is told and outlived.
pub fn run(
    config: NodeConfig,
    log: &mut dyn FnMut(&NodeEvent),
    stop: &AtomicBool,
) -> Result<(), NodeError> {
    node::Node::start(config, log)?.work(stop)
}
