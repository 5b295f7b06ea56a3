//! Parameters and pauses.

use anchor_lang::prelude::*;

/// The parameters were created.
#[event(bytemuck)]
#[repr(C)]
pub struct StakingInitialized {
    /// Address that may change parameters and pause.
    pub authority: Address,
    /// The token that is staked.
    pub stake_mint: Address,
    /// Address that may allocate and slash stake.
    pub market_authority: Address,
    /// Address that may fund rewards.
    pub rewards_authority: Address,
    /// Least self-stake, base units of the stake mint.
    pub min_self_stake: PodU64,
    /// Time from the close of an unbonding bucket until it matures, seconds.
    pub unbonding_period: PodU64,
    /// Least delegation, base units of the stake mint.
    pub min_delegation: PodU64,
    /// Most collateral, times the owner's active stake.
    pub leverage: PodU64,
    /// Time over which funded rewards are streamed, seconds.
    pub claim_span: PodU64,
}

/// Operations were paused, or a pause was lifted.
#[event(bytemuck)]
#[repr(C)]
pub struct PauseSet {
    /// Paused operations, bits of `pause`; 0 for none.
    pub bits: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub until: PodI64,
}

/// The market changed its exposure.
#[event(bytemuck)]
#[repr(C)]
pub struct ExposureSet {
    /// Longest time from a claim to the verdict on it, seconds.
    pub exposure: PodU64,
}

/// A parameter was changed.
#[event(bytemuck)]
#[repr(C)]
pub struct ParamSet {
    /// The new value, in the parameter's unit.
    pub value: PodU64,
    /// Number of a `Param`.
    pub param: u8,
}
