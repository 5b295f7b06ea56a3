//! Names for what a node works on.

use crate::text;
use assay_client::{Address, JobView};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One posting of a job. A requester can close a job and post another one at the same address; the seed, drawn anew at
/// each posting, keeps results of the first from being delivered to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JobId {
    #[serde(rename = "job", with = "text::address")]
    pub address: Address,
    #[serde(with = "text::hash")]
    pub seed: [u8; 32],
}

impl JobId {
    pub fn of(job: &JobView) -> Self {
        Self {
            address: job.address,
            seed: job.header.seed,
        }
    }

    pub fn seat(self, task: u32, replica: u8) -> SeatId {
        SeatId {
            job: self,
            task,
            replica,
        }
    }
}

/// One replica of one task of one posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeatId {
    #[serde(flatten)]
    pub job: JobId,
    pub task: u32,
    pub replica: u8,
}

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, task, replica } = self;
        write!(f, "task {task}.{replica} of job {}", job.address)
    }
}
