//! The values that a cluster file gives the votable parameters.

use crate::cluster::{Governance, Market, Rewards, Staking};
use assay_governance::state::Param as GovernanceParam;
use assay_market::state::Param as MarketParam;
use assay_rewards::state::Param as RewardsParam;
use assay_staking::state::Param as StakingParam;

impl Governance {
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
        }
    }
}

impl Rewards {
    pub(crate) fn value(&self, param: RewardsParam) -> u64 {
        match param {
            RewardsParam::WorkersBps => self.workers_bps,
        }
    }
}

impl Staking {
    pub(crate) fn value(&self, param: StakingParam) -> u64 {
        match param {
            StakingParam::MinSelfStake => self.min_self_stake.0,
            StakingParam::UnbondingPeriod => self.unbonding_period.0,
        }
    }
}

impl Market {
    pub(crate) fn value(&self, param: MarketParam) -> u64 {
        match param {
            MarketParam::FeeBps => self.fee_bps,
            MarketParam::BondBps => self.bond_bps,
            MarketParam::RejectBps => self.reject_bps,
            MarketParam::MissedBps => self.missed_bps,
            MarketParam::Ramp => self.ramp.0,
            MarketParam::SortitionUnit => self.sortition_unit.0,
            MarketParam::RevealWindow => self.reveal_window.0,
            MarketParam::MaxClaimWindow => self.max_claim_window.0,
            MarketParam::MaxRunWindow => self.max_run_window.0,
        }
    }
}
