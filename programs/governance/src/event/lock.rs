//! Parameters and locks.

use crate::state::Floors;
use anchor_lang::prelude::*;

/// The parameters were created. Their first values stand in the instruction.
#[event(bytemuck)]
#[repr(C)]
pub struct GovernanceInitialized {
    /// The token that votes and pays deposits.
    pub vote_mint: Address,
    /// Token account of the treasury for the vote mint.
    pub treasury: Address,
    /// Wallet that may pause and veto; zero if there is none.
    pub guardian: Address,
    /// The least values that votes can set.
    pub floors: Floors,
    /// Share of the supply that, in the longest locks, is just enough to pass a proposal, basis points.
    pub floor_bps: PodU64,
}

/// Vote tokens were locked.
#[event(bytemuck)]
#[repr(C)]
pub struct Locked {
    /// The lock.
    pub lock: Address,
    /// Wallet that owns the lock.
    pub owner: Address,
    /// The lock's weight: its amount times its factor of one to four.
    pub weight: PodU64,
    /// Weight of all locks, this one included, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Number of the first vote in which the lock has weight.
    pub first_opening: PodU64,
    /// Unix time of the locking, seconds.
    pub locked_at: PodI64,
}

/// The owner of a lock gave a sign. A lock that was unlocking has its weight again.
#[event(bytemuck)]
#[repr(C)]
pub struct LockRenewed {
    /// The lock.
    pub lock: Address,
    /// The lock's weight, base units of the vote mint times its factor.
    pub weight: PodU64,
    /// Weight of all locks, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Number of the first vote in which the lock has weight.
    pub first_opening: PodU64,
    /// Unix time of the sign, seconds.
    pub touched_at: PodI64,
}

/// A lock gave up its weight and began to unlock.
#[event(bytemuck)]
#[repr(C)]
pub struct UnlockBegun {
    /// The lock.
    pub lock: Address,
    /// Weight given up, base units of the vote mint times the locks' factors.
    pub weight: PodU64,
    /// Weight of all other locks, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Unix time from which it can be withdrawn, seconds.
    pub unlocks_at: PodI64,
    /// 1 if it lapsed because its owner gave no sign for long, else 0.
    pub lapsed: u8,
}

/// A lock was paid to its owner and closed.
#[event(bytemuck)]
#[repr(C)]
pub struct LockWithdrawn {
    /// The lock.
    pub lock: Address,
    /// Wallet that owns the lock.
    pub owner: Address,
    /// Tokens paid, base units of the vote mint: the lock's amount and whatever else was sent to its vault.
    pub amount: PodU64,
}

/// One of governance's own parameters was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// The new value, in the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}
