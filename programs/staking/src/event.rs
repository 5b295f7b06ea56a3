//! One past-tense event per state change, enough to rebuild the accounts from the logs.

use anchor_lang::prelude::*;

#[event(bytemuck)]
#[repr(C)]
pub struct StakingInitialized {
    pub authority: Address,
    pub stake_mint: Address,
    pub market_authority: Address,
    pub slash_destination: Address,
    /// Base units.
    pub min_self_stake: PodU64,
    /// Seconds.
    pub unbonding_period: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProviderRegistered {
    pub provider: Address,
    pub owner: Address,
    pub node: Address,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ProviderUpdated {
    pub provider: Address,
    pub node: Address,
}

#[event(bytemuck)]
#[repr(C)]
pub struct Staked {
    pub provider: Address,
    pub owner: Address,
    /// Base units.
    pub amount: PodU64,
    pub shares: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct UnbondBegun {
    pub provider: Address,
    pub ticket: Address,
    /// Active shares given up.
    pub shares: PodU64,
    /// Their value, base units.
    pub tokens: PodU64,
    pub matures_at: PodI64,
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
}

#[event(bytemuck)]
#[repr(C)]
pub struct Withdrawn {
    pub provider: Address,
    pub ticket: Address,
    /// Base units paid to the owner.
    pub tokens: PodU64,
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
    /// Part of it taken from active stake.
    pub from_active: PodU64,
    /// Part of it paid to who was harmed.
    pub compensation: PodU64,
    pub infraction_time: PodI64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct GenerationEnded {
    pub provider: Address,
    /// Base units swept to the slash destination.
    pub swept: PodU64,
    /// The generation that begins.
    pub generation: PodU32,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ExposureSet {
    /// Seconds.
    pub exposure: PodU64,
}

#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    pub value: PodU64,
    pub param: u8,
}
