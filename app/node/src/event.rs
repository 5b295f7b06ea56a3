//! What a node reports: one event for each step, as text for people and as JSON for programs.

use crate::{seat_id::SeatId, serde_ext};
use assay_client::Address;
use serde::Serialize;
use std::fmt;

/// An event of a node. In JSON, `event` is the name in snake case; amounts of 64 bits are strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NodeEvent {
    /// The node has read its journal and begins to work.
    Started {
        /// Address of the node key.
        #[serde(with = "serde_ext::address")]
        node: Address,
        #[serde(with = "serde_ext::address")]
        worker: Address,
        /// Results in the journal that are not collected yet.
        resumed: usize,
        /// Fuel per second that a task is expected to burn; none with an external command.
        #[serde(with = "serde_ext::optional_amount")]
        fuel_per_second: Option<u64>,
    },
    /// A seat was claimed.
    Claimed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The run of a seat has ended and its result is in the journal. No part of the result was sent yet.
    Executed {
        #[serde(flatten)]
        seat: SeatId,
        exit_code: u32,
        /// Digest of the result record.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
        #[serde(with = "serde_ext::amount")]
        fuel_used: u64,
        /// Duration of the run.
        milliseconds: u64,
    },
    /// The result of a seat was committed.
    Committed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The result of a seat was revealed.
    Revealed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// A seat was paid, or its bond returned.
    Collected {
        #[serde(flatten)]
        seat: SeatId,
        /// True if the result was accepted and paid, false if the task was refunded.
        accepted: bool,
    },
    /// The node settled a task.
    Settled {
        #[serde(with = "serde_ext::address")]
        job: Address,
        task: u32,
    },
    /// The node expired overdue seats of a task.
    Expired {
        #[serde(with = "serde_ext::address")]
        job: Address,
        task: u32,
    },
    /// The node penalized a worker.
    Penalized {
        #[serde(with = "serde_ext::address")]
        job: Address,
        #[serde(with = "serde_ext::address")]
        worker: Address,
        /// The seats, by number in the job.
        seats: Vec<u32>,
    },
    /// The node closed a finished job.
    Closed {
        #[serde(with = "serde_ext::address")]
        job: Address,
    },
    /// The node tallied the worker's work of an epoch.
    WorkTallied {
        epoch: u64,
        /// Weight of the work, in base units of the stake mint.
        #[serde(with = "serde_ext::amount")]
        weight: u64,
    },
    /// The node finalized an epoch.
    EpochFinalized { epoch: u64 },
    /// The node skipped an epoch without work.
    EpochSkipped { epoch: u64 },
    /// A task cannot run here, now or at all, so the node does not claim or run it for a while.
    TaskSkipped {
        #[serde(with = "serde_ext::address")]
        job: Address,
        task: u32,
        reason: String,
    },
    /// The node holds a seat that it cannot deliver.
    SeatLost {
        #[serde(flatten)]
        seat: SeatId,
        reason: String,
    },
    /// The node key cannot pay the fees of its seats, or of any further claim. Reported once until it can again.
    InsufficientSol {
        #[serde(with = "serde_ext::address")]
        node: Address,
    },
    /// An action failed and will be tried again. Reported once while the failure lasts.
    Warning { reason: String },
    /// The node has stopped as requested.
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
                write!(f, "expired overdue seats of task {task} of job {job}")
            }
            Self::Penalized { job, worker, seats } => {
                write!(
                    f,
                    "penalized worker {worker} for seats {seats:?} of job {job}"
                )
            }
            Self::Closed { job } => write!(f, "closed job {job}"),
            Self::WorkTallied { epoch, weight } => {
                write!(f, "tallied weight {weight} of epoch {epoch}")
            }
            Self::EpochFinalized { epoch } => write!(f, "finalized epoch {epoch}"),
            Self::EpochSkipped { epoch } => {
                write!(f, "skipped epoch {epoch}, in which nobody worked")
            }
            Self::TaskSkipped { job, task, reason } => {
                write!(f, "skipped task {task} of job {job}: {reason}")
            }
            Self::SeatLost { seat, reason } => write!(f, "cannot deliver {seat}: {reason}"),
            Self::InsufficientSol { node } => {
                write!(f, "the node key {node} has too little SOL to pay fees; send it some, the node keeps trying")
            }
            Self::Warning { reason } => write!(f, "warning, will retry: {reason}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}
