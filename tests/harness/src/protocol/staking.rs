//! Parameters of staking.

use super::market::EPOCH_LENGTH;
use crate::{keypairs, Address, DAY};
use assay_market::state::RING;
use assay_staking::{instructions::StakingConfig, state::ProviderProfile};

/// Least self-stake, base units of the stake mint.
pub const MIN_SELF_STAKE: u64 = 1_000;
/// Seconds.
pub const UNBONDING_PERIOD: u64 = 6 * DAY;
/// Least delegation, base units of the stake mint.
pub const MIN_DELEGATION: u64 = 100;
/// Most collateral, times the owner's active stake.
pub const LEVERAGE: u64 = 4;
/// Time over which rewards are streamed, seconds.
pub const CLAIM_SPAN: u64 = RING as u64 * EPOCH_LENGTH;
/// What a provider keeps of the stakers' part of its rewards, basis points.
pub const COMMISSION_BPS: u16 = 1_000;

/// Returns a valid configuration under these three authorities.
pub fn config(
    authority: Address,
    market_authority: Address,
    rewards_authority: Address,
) -> StakingConfig {
    StakingConfig {
        authority,
        market_authority,
        rewards_authority,
        min_self_stake: MIN_SELF_STAKE,
        unbonding_period: UNBONDING_PERIOD,
        min_delegation: MIN_DELEGATION,
        leverage: LEVERAGE,
        claim_span: CLAIM_SPAN,
    }
}

/// Returns the machine of the actor's provider. Its node key is the actor "<name>'s node".
pub fn profile(name: &str) -> ProviderProfile {
    ProviderProfile {
        node: keypairs::address_of(&keypairs::node_of(name)),
        cpu_cores: 8,
        memory_gib: 32,
        gpus: 1,
        region: 756,
    }
}
