//! Stake that the market binds, frees and takes.

use crate::state::{BUCKETS, OWN_BUCKETS};
use anchor_lang::prelude::*;

/// Stake was allocated as collateral.
#[event(bytemuck)]
#[repr(C)]
pub struct Allocated {
    /// The provider.
    pub provider: Address,
    /// Stake allocated now, base units of the stake mint.
    pub amount: PodU64,
    /// Stake allocated in all, base units of the stake mint.
    pub allocated: PodU64,
}

/// Collateral was freed.
#[event(bytemuck)]
#[repr(C)]
pub struct Deallocated {
    /// The provider.
    pub provider: Address,
    /// Stake freed, base units of the stake mint.
    pub amount: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
}

/// Collateral was freed because delegators ask for their stake or slashing took the owner's.
#[event(bytemuck)]
#[repr(C)]
pub struct Yielded {
    /// The provider.
    pub provider: Address,
    /// Stake freed, base units of the stake mint.
    pub amount: PodU64,
    /// Stake that is still allocated beyond what supports it, base units of the stake mint.
    pub owed: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
}

/// Stake was slashed.
#[event(bytemuck)]
#[repr(C)]
pub struct Slashed {
    /// The provider.
    pub provider: Address,
    /// Stake taken in all, base units of the stake mint.
    pub amount: PodU64,
    /// Part of it taken from the owner's stake, base units of the stake mint.
    pub from_own: PodU64,
    /// Part of it taken from delegated stake, base units of the stake mint.
    pub from_delegated: PodU64,
    /// Taken from the owner's unbonding stake, base units of the stake mint, the earliest bucket first.
    pub own_buckets: [PodU64; OWN_BUCKETS],
    /// Taken from the owner's active stake, base units of the stake mint.
    pub own_active: PodU64,
    /// Taken from each unbonding bucket of delegators, base units of the stake mint.
    pub buckets: [PodU64; BUCKETS],
    /// Taken from the active stake of delegators, base units of the stake mint.
    pub active: PodU64,
    /// Part of it paid to the award account, base units of the stake mint; the rest was burned.
    pub awarded: PodU64,
    /// Stake that is still allocated, base units of the stake mint.
    pub allocated: PodU64,
    /// Unix time of the infraction, seconds.
    pub infraction_time: PodI64,
}

/// Slashing wiped the delegated stake out: all shares of it became worthless.
#[event(bytemuck)]
#[repr(C)]
pub struct GenerationEnded {
    /// The provider.
    pub provider: Address,
    /// Tokens that stay in the stake vault and belong to nobody, base units of the stake mint.
    pub left: PodU64,
    /// Number of the generation that begins.
    pub generation: PodU32,
    /// Number of delegations whose rewards are to be settled before it does.
    pub unsettled: PodU32,
}
