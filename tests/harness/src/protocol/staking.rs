//! Parameters of staking.

use crate::{keypairs, Address, DAY};
use assay_staking::{instructions::StakingConfig, state::ProviderProfile};

/// Least self-stake, base units of the stake mint.
pub const MIN_SELF_STAKE: u64 = 1_000;
/// Seconds.
pub const UNBONDING_PERIOD: u64 = 6 * DAY;

/// Returns a valid configuration under these two authorities.
pub fn config(authority: Address, market_authority: Address) -> StakingConfig {
    StakingConfig {
        authority,
        market_authority,
        min_self_stake: MIN_SELF_STAKE,
        unbonding_period: UNBONDING_PERIOD,
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
