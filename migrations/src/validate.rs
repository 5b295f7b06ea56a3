//! Whether the programs would take what a cluster file says: their own rules, asked before anything is sent. Two of the
//! four programs would be initialised for ever by the time a third refused.

use crate::{cluster, Cluster, Error, Result};
use anchor_lang::bytemuck::Zeroable as _;
use assay_market::{
    instructions::{MAX_EPOCH, MIN_EPOCH, MIN_TALLY},
    state::{Param as MarketParam, Params as MarketParams},
};
use assay_rewards::state::Schedule;
use assay_shared::{error::ProgramErrorCode, param::Votable};
use assay_staking::state::{Param as StakingParam, Params as StakingParams};

/// Errors: `ClusterFile` with the first rule that is broken.
pub(crate) fn check(cluster: &Cluster) -> Result<()> {
    bounds("rewards", |param| cluster.rewards.value(param))?;
    bounds("staking", |param| cluster.staking.value(param))?;
    bounds("market", |param| cluster.market.value(param))?;
    bounds("governance", |param| cluster.governance.value(param))?;
    keeps("rewards", cluster.rewards.schedule().invariant())?;
    let market = market_params(&cluster.market);
    keeps("market", market.invariant())?;
    let mut staking = staking_params(&cluster.staking);
    staking.exposure = keeps("market", market.exposure())?.into();
    keeps("staking", staking.invariant())?;
    epochs(&cluster.market)
}

fn bounds<P: Votable>(program: &str, value: impl Fn(P) -> u64) -> Result<()> {
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

fn keeps<T, E: ProgramErrorCode>(program: &str, law: core::result::Result<T, E>) -> Result<T> {
    law.map_err(|rule| Error::ClusterFile(format!("{program}: {}", rule.message())))
}

fn epochs(market: &cluster::Market) -> Result<()> {
    let (epoch, tally) = (market.epoch_length.0, market.tally_window.0);
    if !(MIN_EPOCH..=MAX_EPOCH).contains(&epoch) || !(MIN_TALLY..=epoch).contains(&tally) {
        return Err(Error::ClusterFile(format!(
            "market.epoch_length must be from {MIN_EPOCH} to {MAX_EPOCH} seconds, and market.tally_window from {MIN_TALLY} seconds to an epoch"
        )));
    }
    Ok(())
}

fn market_params(chosen: &cluster::Market) -> MarketParams {
    let mut params = MarketParams::zeroed();
    for param in MarketParam::ALL {
        params.put(*param, chosen.value(*param));
    }
    params
}

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
    use crate::cluster::{Assay, Seconds};

    fn local() -> Cluster {
        Cluster::named("localnet").unwrap().unwrap()
    }

    #[track_caller]
    fn refused(cluster: &Cluster, clause: &str) {
        let error = check(cluster).unwrap_err().to_string();
        assert!(error.contains(clause), "{error}");
    }

    #[test]
    fn every_built_in_file_keeps_the_rules_of_the_programs() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = Cluster::named(name).unwrap().unwrap();
            check(&cluster).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_value_out_of_bounds_is_named_with_its_bounds() {
        let mut cluster = local();
        cluster.market.fee_bps = 2_001;
        refused(&cluster, "market.fee_bps is 2001 basis points");
        let mut cluster = local();
        cluster.governance.voting_time = Seconds(1);
        refused(&cluster, "governance.voting_time is 1 seconds");
    }

    #[test]
    fn a_broken_law_is_told_in_the_words_of_its_program() {
        let mut cluster = local();
        cluster.rewards.genesis_supply = Assay(cluster.rewards.cap.0 + 1);
        refused(&cluster, "rewards: the genesis supply exceeds the cap");
        let mut cluster = local();
        cluster.staking.unbonding_period = Seconds(2 * 86_400);
        refused(&cluster, "staking: ");
        let mut cluster = local();
        cluster.market.tally_window = Seconds(cluster.market.epoch_length.0 + 1);
        refused(&cluster, "market.tally_window");
    }
}
