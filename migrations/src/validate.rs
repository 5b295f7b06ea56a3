//! Validates a cluster file with the programs' own rules before anything is sent. Initialization cannot be undone: a value
//! that the third program rejects would leave two programs initialized with no way back.

use crate::{cluster, ClusterConfig, Error, Result};
use anchor_lang::bytemuck::Zeroable as _;
use assay_market::{
    instructions::{admits_epochs, MAX_EPOCH, MAX_TALLY_EPOCHS, MIN_EPOCH, MIN_TALLY},
    state::{Param as MarketParam, Params as MarketParams},
};
use assay_rewards::state::Schedule;
use assay_shared::{error::ProgramErrorCode, param::Votable};
use assay_staking::state::{Param as StakingParam, Params as StakingParams};

/// Checks every value and the rules between them.
///
/// # Errors
/// [`Error::ClusterFile`] with the first rule that is broken.
pub(crate) fn validate(cluster: &ClusterConfig) -> Result<()> {
    check_bounds("rewards", |param| cluster.rewards.value(param))?;
    check_bounds("staking", |param| cluster.staking.value(param))?;
    check_bounds("market", |param| cluster.market.value(param))?;
    check_bounds("governance", |param| cluster.governance.value(param))?;
    check_invariant("rewards", cluster.rewards.schedule().invariant())?;
    let market = market_params(&cluster.market);
    check_invariant("market", market.invariant())?;
    let mut staking = staking_params(&cluster.staking);
    staking.exposure = check_invariant("market", market.exposure())?.into();
    check_invariant("staking", staking.invariant())?;
    check_epochs(&cluster.market)
}

/// Checks that every parameter of a program is within its hard bounds.
fn check_bounds<P: Votable>(program: &str, value: impl Fn(P) -> u64) -> Result<()> {
    for param in P::ALL {
        let (found, name, unit) = (value(*param), param.name(), param.unit());
        let (low, high) = param.bounds();
        if !param.admits(found) {
            return Err(Error::ClusterFile(format!(
                "{program}.{name} is {found} {unit}, but must be from {low} to {high}"
            )));
        }
    }
    Ok(())
}

/// Passes on the result of a program's rule. An error becomes a sentence in the program's own words.
fn check_invariant<T, E: ProgramErrorCode>(
    program: &str,
    result: core::result::Result<T, E>,
) -> Result<T> {
    result.map_err(|rule| Error::ClusterFile(format!("{program}: {}", rule.message())))
}

/// Checks the market's calendar.
fn check_epochs(market: &cluster::Market) -> Result<()> {
    if !admits_epochs(market.epoch_length.0, market.tally_window.0) {
        return Err(Error::ClusterFile(format!(
            "market.epoch_length must be from {MIN_EPOCH} to {MAX_EPOCH} seconds, and market.tally_window from {MIN_TALLY} seconds to {MAX_TALLY_EPOCHS} epochs"
        )));
    }
    Ok(())
}

/// Returns the market's parameters as `initialize` would write them.
fn market_params(chosen: &cluster::Market) -> MarketParams {
    let mut params = MarketParams::zeroed();
    for param in MarketParam::ALL {
        params.put(*param, chosen.value(*param));
    }
    params
}

/// Returns the staking program's parameters as `initialize` would write them.
fn staking_params(chosen: &cluster::Staking) -> StakingParams {
    let mut params = StakingParams::zeroed();
    for param in StakingParam::ALL {
        params.put(*param, chosen.value(*param));
    }
    params
}

impl cluster::Rewards {
    fn schedule(&self) -> Schedule {
        Schedule {
            cap: self.cap.0,
            genesis_supply: self.genesis_supply.0,
            initial_emission: self.initial_emission.0,
            halving_epochs: self.halving_epochs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{AssayAmount, Seconds};
    use assay_rewards::state::MAX_KAPPA_BPS;

    fn local() -> ClusterConfig {
        ClusterConfig::named("localnet").unwrap().unwrap()
    }

    #[track_caller]
    fn assert_rejected(cluster: &ClusterConfig, clause: &str) {
        let error = validate(cluster).unwrap_err().to_string();
        assert!(error.contains(clause), "{error}");
    }

    #[test]
    fn every_built_in_file_keeps_the_rules_of_the_programs() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            validate(&cluster).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_value_out_of_bounds_is_named_with_its_bounds() {
        let mut cluster = local();
        cluster.market.fee_bps = 2_001;
        assert_rejected(&cluster, "market.fee_bps is 2001 basis points");
        let mut cluster = local();
        cluster.governance.voting_time = Seconds(1);
        assert_rejected(&cluster, "governance.voting_time is 1 seconds");
    }

    #[test]
    fn a_broken_invariant_is_reported_in_the_words_of_its_program() {
        let mut cluster = local();
        cluster.rewards.genesis_supply = AssayAmount(cluster.rewards.cap.0 + 1);
        assert_rejected(&cluster, "rewards: the genesis supply exceeds the cap");
        let mut cluster = local();
        cluster.staking.unbonding_period = Seconds(2 * 86_400);
        assert_rejected(&cluster, "staking: ");
        let mut cluster = local();
        cluster.market.max_claim_window = Seconds(60);
        cluster.market.step = Seconds(2);
        assert_rejected(
            &cluster,
            "market: the longest claim window must be long enough",
        );
        let mut cluster = local();
        cluster.market.tally_window = Seconds(2 * cluster.market.epoch_length.0 + 1);
        assert_rejected(&cluster, "market.tally_window");
    }

    #[test]
    fn a_network_of_value_has_a_day_to_tally_after_an_outage_of_a_day() {
        for name in ["devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            assert!(cluster.market.tally_window.0 >= 2 * 86_400, "{name}");
        }
    }

    #[test]
    fn every_built_in_file_mints_half_of_the_fees_at_most() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            assert_eq!(cluster.rewards.kappa_bps, MAX_KAPPA_BPS, "{name}");
        }
    }
}
