//! Parameters of rewards.

use crate::Address;
use assay_rewards::instructions::RewardsConfig;

/// Base units of the reward mint.
pub const CAP: u64 = 1_000_000_000_000;
pub const GENESIS_SUPPLY: u64 = 100_000_000_000;
/// Emission of one epoch of the first halving interval, base units of the reward mint. The fees of one task at the price of
/// 10,000 are worth enough to mint four of it.
pub const INITIAL_EMISSION: u64 = 120;
/// Epochs.
pub const HALVING: u64 = 4;
/// Basis points.
pub const WORKERS_BPS: u64 = 6_000;
/// Basis points. A quarter of what workers and stakers receive together.
pub const STAKERS_BPS: u64 = 2_000;
/// Basis points.
pub const KAPPA_BPS: u64 = 5_000;

/// Returns a valid configuration; `treasury_holder` owns the treasury and `genesis_holder` the genesis supply.
pub fn config(
    authority: Address,
    treasury_holder: Address,
    genesis_holder: Address,
) -> RewardsConfig {
    RewardsConfig {
        authority,
        treasury_holder,
        genesis_holder,
        cap: CAP,
        genesis_supply: GENESIS_SUPPLY,
        initial_emission: INITIAL_EMISSION,
        halving_epochs: HALVING,
        workers_bps: WORKERS_BPS,
        stakers_bps: STAKERS_BPS,
        kappa_bps: KAPPA_BPS,
    }
}
