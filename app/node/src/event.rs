//! What a node tells about its work: one event per step, for people and as JSON for programs.

use crate::{seat_id::SeatId, text};
use assay_client::Address;
use serde::Serialize;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NodeEvent {
    /// The node has read its journal and begins.
    Started {
        #[serde(with = "text::address")]
        node: Address,
        #[serde(with = "text::address")]
        worker: Address,
        /// Results in the journal that may still have to be delivered.
        resumed: usize,
        /// Fuel that a task is counted on to burn in a second; none with an external command.
        #[serde(with = "text::amount_if_any")]
        fuel_per_second: Option<u64>,
    },
    Claimed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The result is in the journal; nothing of it was sent.
    Executed {
        #[serde(flatten)]
        seat: SeatId,
        exit_code: u32,
        #[serde(with = "text::hash")]
        digest: [u8; 32],
        #[serde(with = "text::amount")]
        fuel_used: u64,
        milliseconds: u64,
    },
    Committed {
        #[serde(flatten)]
        seat: SeatId,
    },
    Revealed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The seat was paid, or its bond returned.
    Collected {
        #[serde(flatten)]
        seat: SeatId,
        accepted: bool,
    },
    /// A crank moved a task on.
    Settled {
        #[serde(with = "text::address")]
        job: Address,
        task: u32,
    },
    Expired {
        #[serde(with = "text::address")]
        job: Address,
        task: u32,
    },
    Penalized {
        #[serde(with = "text::address")]
        job: Address,
        #[serde(with = "text::address")]
        worker: Address,
        seats: Vec<u32>,
    },
    Closed {
        #[serde(with = "text::address")]
        job: Address,
    },
    Tallied {
        epoch: u64,
        #[serde(with = "text::amount")]
        weight: u64,
    },
    EpochFinalized {
        epoch: u64,
    },
    EpochSkipped {
        epoch: u64,
    },
    /// A task that the node leaves alone, for now or for good.
    Avoided {
        #[serde(with = "text::address")]
        job: Address,
        task: u32,
        reason: String,
    },
    /// A seat that the node holds but cannot deliver.
    Lost {
        #[serde(flatten)]
        seat: SeatId,
        reason: String,
    },
    /// The hot key cannot pay the fees of what it holds or could claim. Told once until it can again.
    NoSol {
        #[serde(with = "text::address")]
        node: Address,
    },
    /// Something did not work and is tried again. Told once while it lasts.
    Trouble {
        reason: String,
    },
    Stopped,
}

impl fmt::Display for NodeEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started {
                node,
                worker,
                resumed,
                fuel_per_second,
            } => {
                write!(
                    f,
                    "node {node} works as {worker}, {resumed} results in its journal"
                )?;
                match fuel_per_second {
                    Some(rate) => write!(f, ", at least {rate} fuel a second"),
                    None => Ok(()),
                }
            }
            Self::Claimed { seat } => write!(f, "claimed {seat}"),
            Self::Executed {
                seat,
                exit_code,
                milliseconds,
                ..
            } => {
                write!(
                    f,
                    "ran {seat}: exit code {exit_code} after {milliseconds} ms"
                )
            }
            Self::Committed { seat } => write!(f, "committed {seat}"),
            Self::Revealed { seat } => write!(f, "revealed {seat}"),
            Self::Collected {
                seat,
                accepted: true,
            } => write!(f, "was paid for {seat}"),
            Self::Collected {
                seat,
                accepted: false,
            } => {
                write!(f, "got the bond of {seat} back: the task was refunded")
            }
            Self::Settled { job, task } => write!(f, "settled task {task} of job {job}"),
            Self::Expired { job, task } => {
                write!(f, "ended what was overdue in task {task} of job {job}")
            }
            Self::Penalized { job, worker, seats } => {
                write!(
                    f,
                    "penalized worker {worker} for seats {seats:?} of job {job}"
                )
            }
            Self::Closed { job } => write!(f, "closed job {job}"),
            Self::Tallied { epoch, weight } => {
                write!(f, "tallied weight {weight} of epoch {epoch}")
            }
            Self::EpochFinalized { epoch } => write!(f, "finalized epoch {epoch}"),
            Self::EpochSkipped { epoch } => {
                write!(f, "skipped epoch {epoch}, in which nobody worked")
            }
            Self::Avoided { job, task, reason } => {
                write!(f, "leaves task {task} of job {job} alone: {reason}")
            }
            Self::Lost { seat, reason } => write!(f, "cannot deliver {seat}: {reason}"),
            Self::NoSol { node } => {
                write!(f, "the node key {node} has too little SOL to pay fees with; send it some, the node keeps trying")
            }
            Self::Trouble { reason } => write!(f, "trying again: {reason}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}
