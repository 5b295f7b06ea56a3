//! Events of the instructions in `instructions::round`.

use anchor_lang::prelude::*;

/// A check became due, or was asked for by the requester.
#[event(bytemuck)]
#[repr(C)]
pub struct CheckOpened {
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// 1 if the check has its seed, 0 if a later slot will draw it.
    pub drawn: u8,
}

/// A round was opened on seats that disagree, or on a standing result that a worker contradicts.
#[event(bytemuck)]
#[repr(C)]
pub struct RoundOpened {
    /// The job.
    pub job: Address,
    /// The worker that contradicts; zero where seats disagree.
    pub challenger: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// 1 for a round of five, 2 for one of forty-five.
    pub kind: u8,
}

/// A worker claimed a seat of a check or round.
#[event(bytemuck)]
#[repr(C)]
pub struct RoundClaimed {
    /// The account of the check or round.
    pub round: Address,
    /// The worker.
    pub worker: Address,
    /// Index of the seat in the account.
    pub seat: u8,
}

/// A worker contributed to a check or round.
#[event(bytemuck)]
#[repr(C)]
pub struct RoundContributed {
    /// The account of the check or round.
    pub round: Address,
    /// Index of the seat in the account.
    pub seat: u8,
}

/// A round ended with a verdict, or the check that a requester had asked for was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct RoundDecided {
    /// The account of the check or round.
    pub round: Address,
    /// 1 for a majority, 2 for none; 0 of a check.
    pub verdict: u8,
    /// A `Phase`: where the task stands now.
    pub phase: u8,
}

/// It was counted who pays for a dispute and who is paid.
#[event(bytemuck)]
#[repr(C)]
pub struct DisputeCounted {
    /// The account of the round of five.
    pub dispute: Address,
    /// Seats that pay for a lie.
    pub rejected: PodU32,
    /// Accepted seats of rounds.
    pub members: PodU32,
    /// Parties that were right.
    pub right: PodU32,
}

/// A worker was paid for a check, and its bond was freed.
#[event(bytemuck)]
#[repr(C)]
pub struct CheckCollected {
    /// The account of the check.
    pub check: Address,
    /// The worker.
    pub worker: Address,
    /// Pay, base units of the payment mint.
    pub paid: PodU64,
    /// Emission weight earned, base units of the stake mint.
    pub weight: PodU64,
}

/// A worker was paid out of the penalties of a dispute.
#[event(bytemuck)]
#[repr(C)]
pub struct Awarded {
    /// The account of the round of five.
    pub dispute: Address,
    /// The worker.
    pub worker: Address,
    /// Base units of the stake mint.
    pub amount: PodU64,
    /// The account of the seat: 0 job, 1 check, 2 dispute, 3 appeal.
    pub source: u8,
    /// Index of the seat; 255 for a challenger.
    pub seat: u8,
}

/// The account of a check or round was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct RoundClosed {
    /// The account of the check or round.
    pub round: Address,
    /// Rest of the penalties that was burned, base units of the stake mint.
    pub burned: PodU64,
}
