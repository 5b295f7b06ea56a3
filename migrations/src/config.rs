//! Turns the sections of a cluster file into the arguments of the four `initialize` instructions, and into the values of the
//! parameters that a vote can change.

use crate::cluster::{Governance, Market, Rewards, Staking};
use assay_client::{
    pda::{governance, market, rewards},
    Address,
};
use assay_governance::{
    instructions::{FloorsConfig, GovernanceConfig},
    state::Param as GovernanceParam,
};
use assay_market::{
    instructions::MarketConfig,
    state::{Param as MarketParam, RING},
};
use assay_rewards::{instructions::RewardsConfig, state::Param as RewardsParam};
use assay_staking::{instructions::StakingConfig, state::Param as StakingParam};

impl Rewards {
    /// Returns the arguments of `initialize`.
    pub(crate) fn config(&self, deployer: &Address) -> RewardsConfig {
        RewardsConfig {
            authority: governance::authority(),
            treasury_holder: governance::treasury_authority(),
            genesis_holder: self.genesis_holder.resolve(deployer),
            cap: self.cap.0,
            genesis_supply: self.genesis_supply.0,
            initial_emission: self.initial_emission.0,
            halving_epochs: self.halving_epochs,
            workers_bps: self.workers_bps,
            stakers_bps: self.stakers_bps,
            kappa_bps: self.kappa_bps,
        }
    }

    /// Returns the value of a parameter.
    pub(crate) fn value(&self, param: RewardsParam) -> u64 {
        match param {
            RewardsParam::WorkersBps => self.workers_bps,
            RewardsParam::KappaBps => self.kappa_bps,
            RewardsParam::StakersBps => self.stakers_bps,
        }
    }
}

/// Returns the time in which an epoch can be claimed, seconds: the epochs that a worker remembers. Staking streams rewards over
/// it, and commissions change no sooner.
pub(crate) fn claim_span(epoch_length: u64) -> u64 {
    epoch_length.saturating_mul(RING as u64)
}

impl Staking {
    /// Returns the arguments of `initialize`. The market has epochs of `epoch_length` seconds.
    pub(crate) fn config(&self, epoch_length: u64) -> StakingConfig {
        StakingConfig {
            authority: governance::authority(),
            market_authority: market::authority(),
            rewards_authority: rewards::funder(),
            min_self_stake: self.min_self_stake.0,
            unbonding_period: self.unbonding_period.0,
            min_delegation: self.min_delegation.0,
            leverage: self.leverage,
            claim_span: claim_span(epoch_length),
        }
    }

    /// Returns the value of a parameter.
    pub(crate) fn value(&self, param: StakingParam) -> u64 {
        match param {
            StakingParam::MinSelfStake => self.min_self_stake.0,
            StakingParam::UnbondingPeriod => self.unbonding_period.0,
            StakingParam::MinDelegation => self.min_delegation.0,
            StakingParam::Leverage => self.leverage,
        }
    }
}

impl Market {
    /// Returns the arguments of `initialize`. `authority` controls the market until the migration has allowed the payment
    /// mints and passes the market to governance. `genesis_hash` is the cluster's.
    pub(crate) fn config(
        &self,
        authority: Address,
        genesis_time: i64,
        genesis_hash: [u8; 32],
    ) -> MarketConfig {
        MarketConfig {
            authority,
            genesis_hash,
            genesis_time,
            epoch_length: self.epoch_length.0,
            fee_bps: self.fee_bps,
            bond_bps: self.bond_bps,
            missed_bps: self.missed_bps,
            reserve: self.reserve,
            step: self.step.0,
            min_hold: self.min_hold.0,
            open_window: self.open_window.0,
            max_claim_window: self.max_claim_window.0,
            max_run_window: self.max_run_window.0,
            tally_window: self.tally_window.0,
        }
    }

    /// Returns the value of a parameter.
    pub(crate) fn value(&self, param: MarketParam) -> u64 {
        match param {
            MarketParam::FeeBps => self.fee_bps,
            MarketParam::BondBps => self.bond_bps,
            MarketParam::MissedBps => self.missed_bps,
            MarketParam::Reserve => self.reserve,
            MarketParam::Step => self.step.0,
            MarketParam::MinHold => self.min_hold.0,
            MarketParam::OpenWindow => self.open_window.0,
            MarketParam::MaxClaimWindow => self.max_claim_window.0,
            MarketParam::MaxRunWindow => self.max_run_window.0,
        }
    }
}

impl Governance {
    /// Returns the arguments of `initialize`.
    pub(crate) fn config(&self, deployer: &Address) -> GovernanceConfig {
        GovernanceConfig {
            quorum_bps: self.quorum_bps,
            threshold: self.threshold.0,
            voting_time: self.voting_time.0,
            hold_up: self.hold_up.0,
            execution_window: self.execution_window.0,
            proposal_deposit: self.proposal_deposit.0,
            min_lock: self.min_lock.0,
            max_lock: self.max_lock.0,
            notice: self.notice.0,
            spend_bps: self.spend_bps,
            floors: FloorsConfig {
                notice: self.floors.notice.0,
                voting_time: self.floors.voting_time.0,
                hold_up: self.floors.hold_up.0,
                execution_window: self.floors.execution_window.0,
                threshold: self.floors.threshold.0,
            },
            floor_bps: self.floor_bps,
            guardian: self.guardian.resolve(deployer),
        }
    }

    /// Returns the value of a parameter.
    pub(crate) fn value(&self, param: GovernanceParam) -> u64 {
        match param {
            GovernanceParam::QuorumBps => self.quorum_bps,
            GovernanceParam::Threshold => self.threshold.0,
            GovernanceParam::VotingTime => self.voting_time.0,
            GovernanceParam::HoldUp => self.hold_up.0,
            GovernanceParam::ExecutionWindow => self.execution_window.0,
            GovernanceParam::ProposalDeposit => self.proposal_deposit.0,
            GovernanceParam::MinLock => self.min_lock.0,
            GovernanceParam::MaxLock => self.max_lock.0,
            GovernanceParam::Notice => self.notice.0,
            GovernanceParam::SpendBps => self.spend_bps,
        }
    }
}
