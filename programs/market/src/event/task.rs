//! Events of the instructions in `instructions::task`.

use anchor_lang::prelude::*;

/// A worker claimed a seat.
#[event(bytemuck)]
#[repr(C)]
pub struct TaskClaimed {
    /// The job.
    pub job: Address,
    /// The worker.
    pub worker: Address,
    /// Unix time by which it must commit, seconds.
    pub commit_by: PodI64,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Index of the seat in the task.
    pub replica: u8,
}

/// A worker committed to a result.
#[event(bytemuck)]
#[repr(C)]
pub struct ResultCommitted {
    /// The job.
    pub job: Address,
    /// The commitment.
    pub commitment: [u8; 32],
    /// Unix time by which the task's commitments must be revealed, seconds; 0 while open seats have still to commit.
    pub reveal_by: PodI64,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Index of the seat in the task.
    pub replica: u8,
}

/// A worker revealed its result.
#[event(bytemuck)]
#[repr(C)]
pub struct ResultRevealed {
    /// The job.
    pub job: Address,
    /// Digest of the result.
    pub digest: [u8; 32],
    /// Index of the task in the job.
    pub task: PodU32,
    /// Index of the seat in the task.
    pub replica: u8,
}

/// A quorum accepted a result. Revealed seats with this digest are accepted, those with another are rejected.
#[event(bytemuck)]
#[repr(C)]
pub struct TaskAccepted {
    /// The job.
    pub job: Address,
    /// Digest of the accepted result.
    pub digest: [u8; 32],
    /// Index of the task in the job.
    pub task: PodU32,
    /// Seats that were not revealed in time: bit `i` for seat `i` of the task.
    pub missed: PodU32,
}

/// No quorum was found, and spares opened for another round.
#[event(bytemuck)]
#[repr(C)]
pub struct RoundOpened {
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Seats that were not revealed in time: bit `i` for seat `i` of the task.
    pub missed: PodU32,
    /// Number of spares opened.
    pub spares: u8,
}

/// A task ended without a quorum. Results that were delivered are void, and their bonds return.
#[event(bytemuck)]
#[repr(C)]
pub struct TaskRefunded {
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Seats that were not revealed in time: bit `i` for seat `i` of the task.
    pub missed: PodU32,
}

/// Overdue claims of a task ended, or free seats after the claim window.
#[event(bytemuck)]
#[repr(C)]
pub struct SeatsExpired {
    /// The job.
    pub job: Address,
    /// Unix time by which the task's commitments must be revealed, seconds; 0 unless this opened the reveals.
    pub reveal_by: PodI64,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Seats that were not committed in time: bit `i` for seat `i` of the task.
    pub missed: PodU32,
    /// Free seats that closed: bit `i` for seat `i` of the task.
    pub closed: PodU32,
    /// Number of spares opened.
    pub spares: u8,
}

/// A worker was paid, and its bonds were freed.
#[event(bytemuck)]
#[repr(C)]
pub struct Collected {
    /// The job.
    pub job: Address,
    /// The worker.
    pub worker: Address,
    /// Pay, base units of the payment mint.
    pub paid: PodU64,
    /// Emission weight earned, base units of the stake mint.
    pub weight: PodU64,
    /// Number of the epoch in which the weight counts.
    pub epoch: PodU64,
    /// Number of seats collected.
    pub seats: PodU32,
}

/// A worker was penalized.
#[event(bytemuck)]
#[repr(C)]
pub struct Penalized {
    /// The job.
    pub job: Address,
    /// The worker.
    pub worker: Address,
    /// Collateral slashed, compensation included, base units of the stake mint.
    pub slashed: PodU64,
    /// Part of it paid to the requester, base units of the stake mint.
    pub compensation: PodU64,
    /// Number of seats penalized.
    pub seats: PodU32,
}
