use super::{slot::SLOTS, Floors};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::{param::Votable, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// Largest share of the supply, in the longest locks, that a cluster may ask for, basis points.
pub const MAX_FLOOR_BPS: u64 = 2_500;

/// Bits of the operations of governance that a guardian can pause.
pub mod pause {
    /// Executing proposals that spend what the treasury holds.
    pub const TREASURY: u64 = 1;
    /// Every bit that means something.
    pub const ALL: u64 = TREASURY;
}

/// Governance's parameters and counters. Seeds: `params`. Voting never writes them; locking, proposing, opening and executing
/// do.
#[account]
pub struct Params {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the authority's address (seeds: `authority`). It signs calls of the other programs and holds nothing.
    pub authority_bump: u8,
    /// Bump of the treasury's address (seeds: `treasury`). It signs token transfers and nothing else.
    pub treasury_bump: u8,
    /// Bump of the upgrader's address (seeds: `upgrade`). It signs calls of the loader and nothing else.
    pub upgrade_bump: u8,
    /// The token that votes and pays deposits.
    pub vote_mint: Address,
    /// Token account of the treasury for the vote mint.
    pub treasury: Address,
    /// Wallet that may pause and veto; zero if there is none.
    pub guardian: Address,
    /// Wallet that a vote offered the office to and that has not accepted it; zero if there is none.
    pub offered_guardian: Address,
    /// Exact sum of the weights of all locks that are not unlocking. A weight is base units times a lock's factor.
    pub total_weight: PodU64,
    /// Number of proposals published so far, which is the index of the next one.
    pub proposal_count: PodU64,
    /// Number of votes opened so far. A lock made when it was `n` has weight in votes from the `n`th on.
    pub opening_count: PodU64,
    /// Least turnout of a proposal, basis points of the total weight when its vote opened.
    pub quorum_bps: PodU64,
    /// Least weight of the yes side of a proposal, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Time in which a proposal can be voted on, seconds. A secret one can be revealed for as long again.
    pub voting_time: PodU64,
    /// Time from the end of the vote to the first moment of execution, seconds. Who disagrees can leave in it.
    pub hold_up: PodU64,
    /// Time in which a passed proposal can be executed, seconds.
    pub execution_window: PodU64,
    /// Deposit of a proposal, base units of the vote mint.
    pub proposal_deposit: PodU64,
    /// Shortest lock, seconds.
    pub min_lock: PodU64,
    /// Longest lock, seconds.
    pub max_lock: PodU64,
    /// Time from the publication of a proposal to the first moment at which its vote can be opened, seconds. Who sees it can
    /// lock tokens in it.
    pub notice: PodU64,
    /// Most that one proposal may spend of what the treasury holds of a mint, basis points.
    pub spend_bps: PodU64,
    /// The least values that votes can set.
    pub floors: Floors,
    /// Share of the supply that, in the longest locks, is just enough to pass a proposal, basis points. Fixed for ever.
    pub floor_bps: PodU64,
    /// Paused operations, bits of [`pause`].
    pub paused: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub paused_until: PodI64,
    /// Unix times at which the guardian's last pauses of governance, staking and market end, seconds; 0 before the first.
    pub rest_from: [PodI64; 3],
    /// Day, counted from 1970, on which a proposal last spent from the treasury; see `SPEND_GAP_DAYS`.
    pub spent_day: PodU32,
    /// For everything that proposals change: the highest index of an executed proposal that changed it, plus 1; 0 if none did.
    pub marks: [PodU32; SLOTS],
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

votable_params! {
    /// The parameters that a vote can change. Opened votes and locks keep the values that they began with.
    ///
    /// The bounds keep governance able to act. A quorum is at most a quarter of all weight, that of a heavy
    /// proposal at most half, and no time is too long to undo a
    /// mistake. A threshold is a weight and can exceed the weight of all locks; then more must be locked, or for longer. The
    /// largest threshold is the weight of 100 million tokens of nine decimals in the longest locks. The bounds of the two lock
    /// times do not overlap, so the shortest lock is always shorter than the longest.
    pub enum Param of Params {
        /// Quorum.
        QuorumBps = 0 => quorum_bps, 1, 2_500, "basis points";
        /// Least yes weight.
        Threshold = 1 => threshold, 1, 400_000_000_000_000_000, "weight";
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
        /// Notice.
        Notice = 8 => notice, HOUR, 30 * DAY, "seconds";
        /// Most that a proposal spends of a mint.
        SpendBps = 9 => spend_bps, 1, 1_000, "basis points";
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
        count(&mut self.proposal_count)
    }

    /// Returns the number of the next opening of a vote and counts it.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn next_opening(&mut self) -> RuleResult<u64> {
        count(&mut self.opening_count)
    }
}

/// Adds one to a counter and returns what it was.
fn count(counter: &mut PodU64) -> RuleResult<u64> {
    let number = counter.get();
    *counter = counter.checked_add(1).ok_or(GovernanceError::Overflow)?;
    Ok(number)
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
        assert_eq!(Params::parse(0, 2_500), Ok(Param::QuorumBps));
        assert_eq!(
            Params::parse(0, 2_501),
            Err(GovernanceError::ParamOutOfBounds)
        );
        assert_eq!(Params::parse(10, 1), Err(GovernanceError::UnknownParam));
    }
}
