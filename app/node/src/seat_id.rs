//! Names of the jobs, tasks and seats that a node works on.

use crate::serde_ext;
use assay_client::{instruction::market::SeatPlace, Address, JobView};
use assay_market::state::{Source, CHALLENGER};
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

    /// Returns the name of a task of this posting.
    pub fn task(self, task: u32) -> TaskId {
        TaskId { job: self, task }
    }

    /// Returns the name of a seat of this posting.
    pub fn seat(self, place: SeatPlace) -> SeatId {
        SeatId {
            job: self,
            task: place.task,
            account: place.source.into(),
            seat: place.seat,
        }
    }
}

/// Names one task of a posting. Whoever runs it honestly gets the same result, so every seat of the task delivers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaskId {
    #[serde(flatten)]
    pub job: JobId,
    /// Index of the task in the job.
    pub task: u32,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} of job {}", self.task, self.job.address)
    }
}

/// Which account a seat lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatAccount {
    /// That of the job: the first seat and the guaranteed late ones.
    Job,
    /// The task's check.
    Check,
    /// The task's round of five.
    Dispute,
    /// The task's round of forty-five.
    Appeal,
}

impl From<Source> for SeatAccount {
    fn from(source: Source) -> Self {
        match source {
            Source::Job => Self::Job,
            Source::Check => Self::Check,
            Source::Dispute => Self::Dispute,
            Source::Appeal => Self::Appeal,
        }
    }
}

impl From<SeatAccount> for Source {
    fn from(account: SeatAccount) -> Self {
        match account {
            SeatAccount::Job => Self::Job,
            SeatAccount::Check => Self::Check,
            SeatAccount::Dispute => Self::Dispute,
            SeatAccount::Appeal => Self::Appeal,
        }
    }
}

/// Names one seat of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeatId {
    #[serde(flatten)]
    pub job: JobId,
    /// Index of the task in the job.
    pub task: u32,
    /// Which account the seat lies in.
    pub account: SeatAccount,
    /// Index of the seat in that account, in the job's within the task; 255 for the challenger of a round.
    pub seat: u8,
}

impl SeatId {
    /// Returns the name of the seat's task.
    pub fn task_id(&self) -> TaskId {
        self.job.task(self.task)
    }

    /// Returns the seat as instructions name it.
    pub fn place(&self) -> SeatPlace {
        SeatPlace {
            task: self.task,
            source: self.account.into(),
            seat: self.seat,
        }
    }
}

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.task_id();
        match (self.account, self.seat) {
            (_, CHALLENGER) => write!(f, "the challenge to {task}"),
            (SeatAccount::Job, 0) => write!(f, "the first seat of {task}"),
            (SeatAccount::Job, seat) => write!(f, "late seat {seat} of {task}"),
            (SeatAccount::Check, _) => write!(f, "the check of {task}"),
            (SeatAccount::Dispute, seat) => write!(f, "seat {seat} in the round on {task}"),
            (SeatAccount::Appeal, seat) => write!(f, "seat {seat} in the appeal on {task}"),
        }
    }
}
