//! Events of the instructions in `instructions::job`.

use anchor_lang::prelude::*;

/// A job was posted.
#[event(bytemuck)]
#[repr(C)]
pub struct JobPosted {
    /// The job.
    pub job: Address,
    /// Wallet that ordered it.
    pub requester: Address,
    /// Mint that it is paid in.
    pub mint: Address,
    /// Decides who is admitted to first seats; names this posting.
    pub seed: [u8; 32],
    /// Unix time of the posting, seconds.
    pub posted_at: PodI64,
    /// The job's money in escrow, base units of the payment mint.
    pub funds: PodU64,
    /// Protocol fee of a proven task, base units of the payment mint.
    pub fee: PodU64,
    /// Emission weight of a proven task, base units of the stake mint.
    pub weight: PodU64,
    /// What one price is worth, base units of the stake mint.
    pub value: PodU64,
    /// Number of tasks.
    pub tasks: PodU32,
}

/// Tasks were added to a job.
#[event(bytemuck)]
#[repr(C)]
pub struct JobExtended {
    /// The job.
    pub job: Address,
    /// SHA-256 of the manifest of the new tasks.
    pub manifest: [u8; 32],
    /// Index of the first new task.
    pub first_task: PodU32,
    /// Number of tasks added.
    pub tasks: PodU32,
}

/// The unclaimed tasks of a range were cancelled.
#[event(bytemuck)]
#[repr(C)]
pub struct TasksCancelled {
    /// The job.
    pub job: Address,
    /// Index of the first task of the range.
    pub first_task: PodU32,
    /// Number of tasks in the range.
    pub count: PodU32,
    /// Number of tasks that nobody had claimed and that are cancelled.
    pub cancelled: PodU32,
}

/// A finished job paid out what could be transferred. It is closed if nothing is owed any more.
#[event(bytemuck)]
#[repr(C)]
pub struct JobClosed {
    /// The job.
    pub job: Address,
    /// Protocol fees paid, base units of the payment mint.
    pub fees: PodU64,
    /// Royalties paid, base units of the payment mint.
    pub royalties: PodU64,
    /// Money returned to the requester, base units of the payment mint.
    pub refunded: PodU64,
    /// What stays in the escrow because an account is frozen, base units of the payment mint.
    pub owed: PodU64,
}
