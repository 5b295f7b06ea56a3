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
    /// Unix time by which it must contribute, seconds.
    pub contribute_by: PodI64,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Index of the seat in the task.
    pub seat: u8,
}

/// A worker contributed its result, hidden in two hashes.
#[event(bytemuck)]
#[repr(C)]
pub struct Contributed {
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Index of the seat in the task.
    pub seat: u8,
    /// A `Phase`: where the task stands now.
    pub phase: u8,
}

/// The draw of a late seat, a check or a round was called for.
#[event(bytemuck)]
#[repr(C)]
pub struct SeatDrawn {
    /// The job.
    pub job: Address,
    /// The account of the check or round; zero for a late seat in the account of the job.
    pub round: Address,
    /// Index of the task in the job, as the call named it.
    pub task: PodU32,
    /// Index of the seat in the task, as the call named it.
    pub seat: u8,
    /// 1 if there is a seed now, 0 if a later slot will draw it.
    pub drawn: u8,
}

/// The result that all seats agreed on was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct TaskOpened {
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// A `Phase`: where the task stands now.
    pub phase: u8,
}

/// Something in a task was overdue.
#[event(bytemuck)]
#[repr(C)]
pub struct TaskExpired {
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// A `Phase`: where the task stands now.
    pub phase: u8,
}

/// A worker was paid for seats of a job, and their bonds were freed.
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
    /// Number of seats collected.
    pub seats: PodU32,
}

/// Seats of a worker were settled whose pay could not be transferred to its owner.
#[event(bytemuck)]
#[repr(C)]
pub struct PayHeld {
    /// The job.
    pub job: Address,
    /// The worker.
    pub worker: Address,
    /// Pay of the seats, base units of the payment mint.
    pub pay: PodU64,
    /// Emission weight earned, base units of the stake mint.
    pub weight: PodU64,
    /// Number of seats whose bond was freed.
    pub bonds: PodU64,
    /// 0 if the pay lies with the worker's account now, 1 if it stays in the escrow.
    pub stays: u8,
}

/// What lay with a worker's account was moved to its owner.
#[event(bytemuck)]
#[repr(C)]
pub struct HeldCollected {
    /// The worker.
    pub worker: Address,
    /// The mint.
    pub mint: Address,
    /// Base units of the mint.
    pub amount: PodU64,
}

/// A worker was penalized.
#[event(bytemuck)]
#[repr(C)]
pub struct Penalized {
    /// The job.
    pub job: Address,
    /// The worker.
    pub worker: Address,
    /// The penalty, base units of the stake mint.
    pub penalty: PodU64,
    /// What was found of it, base units of the stake mint.
    pub taken: PodU64,
    /// Part of it that the pot of a dispute received, base units of the stake mint; the rest was burned.
    pub awarded: PodU64,
    /// Free collateral that returned beside it, because the remaining stake does not support it, base units of the stake mint.
    pub yielded: PodU64,
    /// Collateral that is still bound and to be given back, base units of the stake mint.
    pub owed: PodU64,
    /// Index of the task in the job.
    pub task: PodU32,
    /// The account of the seat: 0 job, 1 check, 2 dispute, 3 appeal.
    pub source: u8,
    /// Index of the seat; 255 for a challenger.
    pub seat: u8,
}

/// A result was taken that attesters vouch for.
#[event(bytemuck)]
#[repr(C)]
pub struct TaskAttested {
    /// The job.
    pub job: Address,
    /// The worker that is paid.
    pub worker: Address,
    /// Digest of the result's record.
    pub digest: [u8; 32],
    /// Fuel that the run used.
    pub fuel_used: PodU64,
    /// Energy that the run took, millijoules; 0 when not measured.
    pub energy_mj: PodU64,
    /// Index of the task in the job.
    pub task: PodU32,
}
