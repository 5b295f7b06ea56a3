//! The lines of the journal.

use crate::{
    seat_id::{SeatAccount, SeatId, TaskId},
    serde_ext,
};
use assay_client::Address;
use assay_content::TaskResult;
use assay_market::bytes::ResultRecord;
use serde::{Deserialize, Serialize};

/// A step of a seat, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Claimed,
    Contributed,
    Collected,
}

/// The result of a task, without its output, which is in the output store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResult {
    /// Digest of the result record.
    #[serde(with = "serde_ext::hash")]
    pub digest: [u8; 32],
    pub exit_code: u32,
    /// Fuel that the run used; 0 where fuel is not metered.
    pub fuel_used: u64,
    /// Keyed hash of the memory that the run left.
    #[serde(with = "serde_ext::hash")]
    pub memory_hash: [u8; 32],
}

impl StoredResult {
    /// Returns what the journal keeps of a result.
    pub fn of(result: &TaskResult) -> Self {
        Self {
            digest: result.record().digest(),
            exit_code: result.exit_code,
            fuel_used: result.fuel_used,
            memory_hash: result.memory_hash,
        }
    }

    /// Returns the record of the result, whose output has this hash.
    pub fn record(&self, output: [u8; 32]) -> ResultRecord {
        ResultRecord {
            exit_code: self.exit_code,
            fuel_used: self.fuel_used,
            output,
            memory: self.memory_hash,
        }
    }

    /// Returns the result with its output.
    pub fn with_output(&self, output: Vec<u8>) -> TaskResult {
        TaskResult {
            exit_code: self.exit_code,
            fuel_used: self.fuel_used,
            output,
            memory_hash: self.memory_hash,
        }
    }
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// The first line: the worker whose journal this is.
    Opened {
        #[serde(with = "serde_ext::address")]
        worker: Address,
    },
    /// A transaction is about to be sent. The chain says whether it arrived; the signature helps people to find it.
    Sending {
        step: Step,
        seats: Vec<SeatId>,
        signature: String,
    },
    /// The only result that the node will ever deliver for the task, in whatever seat.
    Result {
        #[serde(flatten)]
        task: TaskId,
        #[serde(flatten)]
        result: StoredResult,
        /// Chain time of the record, in Unix seconds. It decides when the record may be removed.
        at: i64,
    },
    /// The memory hash `Q` of a run that was stopped, which the node's contributions to this check or round are blinded
    /// with.
    Memory {
        #[serde(flatten)]
        task: TaskId,
        account: SeatAccount,
        #[serde(with = "serde_ext::hash")]
        memory: [u8; 32],
    },
    /// Every blob store has the task's result.
    Published {
        #[serde(flatten)]
        task: TaskId,
    },
    /// The chain shows the seat at this step.
    Reached {
        #[serde(flatten)]
        seat: SeatId,
        step: Step,
    },
    /// What decides which results the watcher runs again. Nobody else knows it.
    WatchKey {
        #[serde(with = "serde_ext::hash")]
        key: [u8; 32],
    },
    /// The watcher has run the task again and found this open digest right.
    Checked {
        #[serde(flatten)]
        task: TaskId,
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
    },
}
