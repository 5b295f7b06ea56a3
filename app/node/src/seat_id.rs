//! Names of the jobs and seats that a node works on.

use crate::serde_ext;
use assay_client::{Address, JobView};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names one posting of a job. A requester can close a job and post another one at the same address. The seed is new at
/// each posting, so results of the first are never delivered to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JobId {
    #[serde(rename = "job", with = "serde_ext::address")]
    pub address: Address,
    #[serde(with = "serde_ext::hash")]
    pub seed: [u8; 32],
}

impl JobId {
    /// Returns the name of a job's current posting.
    pub fn of(job: &JobView) -> Self {
        Self {
            address: job.address,
            seed: job.header.seed,
        }
    }

    /// Returns the name of a seat of this posting.
    pub fn seat(self, task: u32, replica: u8) -> SeatId {
        SeatId {
            job: self,
            task,
            replica,
        }
    }
}

/// Names one seat: a replica of a task of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeatId {
    #[serde(flatten)]
    pub job: JobId,
    /// Number of the task in the job, from 0.
    pub task: u32,
    /// Number of the seat in the task, from 0.
    pub replica: u8,
}

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, task, replica } = self;
        write!(f, "task {task}.{replica} of job {}", job.address)
    }
}
