//! Rewards of owners and delegators.

use anchor_lang::prelude::*;

/// Rewards were funded.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsFunded {
    /// The provider.
    pub provider: Address,
    /// Rewards for the owner at once, base units of the stake mint.
    pub direct: PodU64,
    /// Rewards that are streamed to owner and delegators, base units of the stake mint.
    pub streamed: PodU64,
    /// Unix time at which the last of the stream has come, seconds.
    pub finish: PodI64,
}

/// Streamed rewards came to owner and delegators.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsSettled {
    /// The provider.
    pub provider: Address,
    /// Rewards taken out of the stream, base units of the stake mint.
    pub vested: PodU64,
    /// Part of them for the owner, base units of the stake mint.
    pub own: PodU64,
    /// What each share of the delegated stake has earned since the beginning, base units with 64 fraction bits.
    pub acc: PodU128,
    /// What the last division left, 2⁻⁶⁴ base units.
    pub carry: PodU64,
}

/// A stream ended because slashing wiped the delegated stake out.
#[event(bytemuck)]
#[repr(C)]
pub struct StreamEnded {
    /// The provider.
    pub provider: Address,
    /// Rewards that will come to nobody, base units of the stake mint.
    pub unvested: PodU64,
}

/// A delegator's rewards were paid.
#[event(bytemuck)]
#[repr(C)]
pub struct RewardsClaimed {
    /// The provider.
    pub provider: Address,
    /// The delegation.
    pub delegation: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}

/// The owner's rewards were paid.
#[event(bytemuck)]
#[repr(C)]
pub struct OwnerRewardsClaimed {
    /// The provider.
    pub provider: Address,
    /// Tokens paid, base units of the stake mint.
    pub amount: PodU64,
}
