//! From a cluster file to the arguments of the four `initialize` instructions.

use crate::cluster::{Governance, Market, Rewards, Staking};
use assay_client::{
    pda::{governance, market},
    Address,
};
use assay_governance::instructions::GovernanceConfig;
use assay_market::instructions::MarketConfig;
use assay_rewards::instructions::RewardsConfig;
use assay_staking::instructions::StakingConfig;

impl Rewards {
    pub(crate) fn config(&self, deployer: &Address) -> RewardsConfig {
        RewardsConfig {
            authority: governance::authority(),
            genesis_holder: self.genesis_holder.address(deployer),
            cap: self.cap.0,
            genesis_supply: self.genesis_supply.0,
            initial_emission: self.initial_emission.0,
            halving_epochs: self.halving_epochs,
            workers_bps: self.workers_bps,
        }
    }
}

impl Staking {
    pub(crate) fn config(&self) -> StakingConfig {
        StakingConfig {
            authority: governance::authority(),
            market_authority: market::authority(),
            min_self_stake: self.min_self_stake.0,
            unbonding_period: self.unbonding_period.0,
        }
    }
}

impl Market {
    /// `authority` allows the payment tokens, and then passes the market to governance.
    pub(crate) fn config(&self, authority: Address, genesis_time: i64) -> MarketConfig {
        MarketConfig {
            authority,
            genesis_time,
            epoch_length: self.epoch_length.0,
            fee_bps: self.fee_bps,
            bond_bps: self.bond_bps,
            reject_bps: self.reject_bps,
            missed_bps: self.missed_bps,
            ramp: self.ramp.0,
            sortition_unit: self.sortition_unit.0,
            reveal_window: self.reveal_window.0,
            max_claim_window: self.max_claim_window.0,
            max_run_window: self.max_run_window.0,
            tally_window: self.tally_window.0,
        }
    }
}

impl Governance {
    pub(crate) fn config(&self) -> GovernanceConfig {
        GovernanceConfig {
            quorum_bps: self.quorum_bps,
            threshold: self.threshold.0,
            voting_time: self.voting_time.0,
            hold_up: self.hold_up.0,
            execution_window: self.execution_window.0,
            proposal_deposit: self.proposal_deposit.0,
            min_lock: self.min_lock.0,
            max_lock: self.max_lock.0,
        }
    }
}
