use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::{param::Votable, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// Governance's parameters and counters. Seeds: `params`. Voting never writes them; locking, proposing and executing do.
#[account]
pub struct Params {
    /// The token that votes and pays deposits.
    pub vote_mint: Address,
    /// Token account that receives the deposits of proposals whose turnout stayed below the quorum.
    pub treasury: Address,
    /// Exact sum of the weights of all locks that are not unlocking. A weight is base units times a lock's factor.
    pub total_weight: PodU64,
    /// Number of proposals opened so far, which is the index of the next one.
    pub proposal_count: PodU64,
    /// Least turnout of a proposal, basis points of the total weight when it opened.
    pub quorum_bps: PodU64,
    /// Least weight of the yes side of a proposal, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Time in which a proposal can be voted on, seconds.
    pub voting_time: PodU64,
    /// Time from the end of the voting to the first moment of execution, seconds. Who disagrees can leave in it.
    pub hold_up: PodU64,
    /// Time in which a passed proposal can be executed, seconds.
    pub execution_window: PodU64,
    /// Deposit of a proposal, base units of the vote mint.
    pub proposal_deposit: PodU64,
    /// Shortest lock, seconds.
    pub min_lock: PodU64,
    /// Longest lock, seconds.
    pub max_lock: PodU64,
    /// Bump of the authority's address (seeds: `authority`). The authority signs `set_params` of the other programs.
    pub authority_bump: u8,
}

votable_params! {
    /// The parameters that a vote can change. Open proposals and locks keep the values that they began with.
    ///
    /// The bounds keep governance able to act. A quorum is at most half of all weight, and no time is too long to undo a
    /// mistake. A threshold is a weight and can exceed the weight of all locks; then more must be locked, or for longer. The
    /// largest threshold is the weight of 250,000 tokens of nine decimals in the longest locks. The bounds of the two lock
    /// times do not overlap, so the shortest lock is always shorter than the longest.
    pub enum Param of Params {
        /// Quorum.
        QuorumBps = 0 => quorum_bps, 1, 5_000, "basis points";
        /// Least yes weight.
        Threshold = 1 => threshold, 1, 1_000_000_000_000_000, "weight";
        /// Voting time.
        VotingTime = 2 => voting_time, HOUR, 30 * DAY, "seconds";
        /// Hold-up.
        HoldUp = 3 => hold_up, HOUR, 30 * DAY, "seconds";
        /// Execution window.
        ExecutionWindow = 4 => execution_window, HOUR, 30 * DAY, "seconds";
        /// Proposal deposit.
        ProposalDeposit = 5 => proposal_deposit, 1, 10_000_000_000_000, "base units";
        /// Shortest lock.
        MinLock = 6 => min_lock, HOUR, 30 * DAY, "seconds";
        /// Longest lock.
        MaxLock = 7 => max_lock, 60 * DAY, 4 * YEAR, "seconds";
    }
}

impl Params {
    /// Returns the parameter with this number, if its bounds admit `value`.
    ///
    /// # Errors
    /// `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> RuleResult<Param> {
        let param = Param::from_number(number).ok_or(GovernanceError::UnknownParam)?;
        if !param.admits(value) {
            return Err(GovernanceError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// Checks the duration of a lock, seconds.
    ///
    /// # Errors
    /// `LockTooShort`, `LockTooLong`.
    pub fn check_duration(&self, duration: u64) -> RuleResult<()> {
        if duration < self.min_lock.get() {
            return Err(GovernanceError::LockTooShort);
        }
        if duration > self.max_lock.get() {
            return Err(GovernanceError::LockTooLong);
        }
        Ok(())
    }

    /// Adds the weight of a lock to the total.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add_weight(&mut self, weight: u64) -> RuleResult<()> {
        let total = self.total_weight.checked_add(weight);
        self.total_weight = total.ok_or(GovernanceError::Overflow)?;
        Ok(())
    }

    /// Takes the weight of a lock off the total.
    ///
    /// # Errors
    /// `Overflow` if the total is less.
    pub fn remove_weight(&mut self, weight: u64) -> RuleResult<()> {
        let total = self.total_weight.checked_sub(weight);
        self.total_weight = total.ok_or(GovernanceError::Overflow)?;
        Ok(())
    }

    /// Returns the index of the next proposal and counts it.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn next_index(&mut self) -> RuleResult<u64> {
        let index = self.proposal_count.get();
        let next = index.checked_add(1).ok_or(GovernanceError::Overflow)?;
        self.proposal_count = next.into();
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_lock_is_always_shorter_than_the_longest() {
        assert!(Param::MinLock.bounds().1 < Param::MaxLock.bounds().0);
    }

    #[test]
    fn a_value_outside_the_bounds_is_refused() {
        assert_eq!(Params::parse(0, 5_000), Ok(Param::QuorumBps));
        assert_eq!(
            Params::parse(0, 5_001),
            Err(GovernanceError::ParamOutOfBounds)
        );
        assert_eq!(Params::parse(8, 1), Err(GovernanceError::UnknownParam));
    }
}
