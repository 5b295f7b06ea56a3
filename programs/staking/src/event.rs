//! One past-tense event per state change, enough to rebuild the accounts from the logs.

use crate::state::BUCKETS;
use anchor_lang::prelude::*;

#[event(bytemuck)]
#[repr(C)]
pub struct StakingInitialized {
    pub authority: Address,
    pub stake_mint: Address,
    pub market_authority: Address,
    pub slash_destination: Address,
    /// Least self-stake, base units.
    pub min_self_stake: PodU64,
    /// Seconds from the close of a bucket until it matures.
    pub unbonding_period: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProviderRegistered {
    pub provider: Address,
    pub owner: Address,
    /// Hot key that claims and delivers work.
    pub node: Address,
    /// Processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProviderUpdated {
    pub provider: Address,
    /// Hot key that claims and delivers work.
    pub node: Address,
    /// Processor cores.
    pub cpu_cores: PodU16,
    /// Main memory, GiB.
    pub memory_gib: PodU16,
    /// Graphics processors.
    pub gpus: PodU16,
    /// ISO 3166-1 numeric country code; 0 when not disclosed.
    pub region: PodU16,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Staked {
    pub provider: Address,
    pub owner: Address,
    /// Base units deposited.
    pub amount: PodU64,
    /// Active shares they bought.
    pub shares: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct UnbondBegun {
    pub provider: Address,
    pub ticket: Address,
    pub owner: Address,
    /// Active shares given up.
    pub shares: PodU64,
    /// Their value, base units.
    pub tokens: PodU64,
    /// Shares of the bucket that the ticket holds.
    pub bucket_shares: PodU64,
    /// Tells tickets of one delegation apart.
    pub nonce: PodU64,
    /// Unix time of the bucket's first ticket.
    pub opened_at: PodI64,
    /// Unix time from which new tickets go to another bucket.
    pub closes_at: PodI64,
    /// Unix time from which the ticket can be withdrawn.
    pub matures_at: PodI64,
    /// Index of the bucket in the provider.
    pub bucket: u8,
}

#[event(bytemuck)]
#[repr(C)]
pub struct UnbondCancelled {
    pub provider: Address,
    pub ticket: Address,
    /// Base units that became active again.
    pub tokens: PodU64,
    /// Active shares they bought.
    pub shares: PodU64,
    /// Index of the bucket that the ticket's shares left.
    pub bucket: u8,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Withdrawn {
    pub provider: Address,
    pub ticket: Address,
    /// Base units paid to the owner.
    pub tokens: PodU64,
    /// Index of the bucket that the ticket's shares left.
    pub bucket: u8,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Allocated {
    pub provider: Address,
    /// Base units added.
    pub amount: PodU64,
    /// Allocated in all.
    pub allocated: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Deallocated {
    pub provider: Address,
    /// Base units freed.
    pub amount: PodU64,
    /// Still allocated.
    pub allocated: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Slashed {
    pub provider: Address,
    /// Base units taken in all.
    pub amount: PodU64,
    /// Part of it taken from active stake, base units.
    pub from_active: PodU64,
    /// Parts of it taken from each unbonding bucket, base units.
    pub from_buckets: [PodU64; BUCKETS],
    /// Part of it paid to who was harmed, base units.
    pub compensation: PodU64,
    /// Still allocated, base units.
    pub allocated: PodU64,
    /// Unix time.
    pub infraction_time: PodI64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct GenerationEnded {
    pub provider: Address,
    /// Base units swept to the slash destination.
    pub swept: PodU64,
    /// Number of the generation that begins.
    pub generation: PodU32,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ExposureSet {
    /// Longest time in seconds from claiming work to the discovery that it was wrong.
    pub exposure: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// In the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}
