use super::{floor_weight, quorum_weight, Action, Kind, Params, Tally, MAX_ACTIONS};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;

/// The status of a proposal. It follows from the clock, the tally and a veto, so no other key can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Published; the vote is not open yet.
    Notice,
    /// Nobody opened the vote in time.
    Lapsed,
    /// Open to votes.
    Voting,
    /// Secret votes can be revealed.
    Revealing,
    /// Did not pass.
    Defeated,
    /// Passed; not executable yet.
    HoldUp,
    /// The guardian stopped it in the hold-up.
    Vetoed,
    /// Passed; can be executed.
    Executable,
    /// Passed and executed.
    Executed,
    /// Passed, but nobody executed it in time.
    Expired,
}

/// A proposal. Seeds: `proposal`, index. Signs for its deposit vault (seeds: `deposit_vault`, proposal).
#[account]
pub struct Proposal {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the deposit vault's address.
    pub vault_bump: u8,
    /// Number of actions.
    pub action_count: u8,
    /// 1 if votes may be secret until the voting has ended, else 0.
    pub secret: u8,
    /// 1 if it needs a higher quorum and twice as much yes as no, else 0.
    pub heavy: u8,
    /// 1 if the guardian stopped it, else 0.
    pub vetoed: u8,
    /// Wallet that receives the account's rent, and the deposit unless it is kept.
    pub proposer: Address,
    /// Title, UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which is kept elsewhere.
    pub description: [u8; 32],
    /// Index of the proposal, counted from 0; never used twice.
    pub index: PodU64,
    /// Number of its vote among all that were opened, counted from 0.
    pub opening: PodU64,
    /// Weight of all locks when the vote opened, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Least turnout, at least 1 once the vote is open, base units of the vote mint times the locks' factors.
    pub quorum: PodU64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Unix time of the publication, seconds.
    pub published_at: PodI64,
    /// Unix time from which the vote can be opened, seconds.
    pub opens_at: PodI64,
    /// Unix time from which the vote can no longer be opened, seconds.
    pub open_until: PodI64,
    /// Unix time of the opening of the vote, seconds; 0 before.
    pub opened_at: PodI64,
    /// Unix time from which it cannot be voted on, seconds.
    pub ends_at: PodI64,
    /// Unix time from which secret votes cannot be revealed, seconds; `ends_at` if none are allowed.
    pub reveal_ends_at: PodI64,
    /// Unix time from which it can be executed if it passed, seconds.
    pub executable_at: PodI64,
    /// Unix time from which it can no longer be executed, seconds.
    pub expires_at: PodI64,
    /// Unix time of the execution, seconds; 0 before.
    pub executed_at: PodI64,
    /// Deposit in the deposit vault, base units of the vote mint.
    pub deposit: PodU64,
    /// Weight on each side.
    pub tally: Tally,
    /// What to do; only the first `action_count` count.
    pub actions: [Action; MAX_ACTIONS],
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// Returns the Unix time `seconds` after `time`.
fn after(time: i64, seconds: PodU64) -> RuleResult<i64> {
    time.checked_add_unsigned(seconds.get())
        .ok_or(GovernanceError::Overflow)
}

impl Proposal {
    /// Publishes the proposal: takes the next index and fixes from when until when its vote can be opened.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn publish(&mut self, params: &mut Params, now: i64) -> RuleResult<()> {
        let opens_at = after(now, params.notice)?;
        self.open_until = after(opens_at, params.voting_time)?.into();
        self.opens_at = opens_at.into();
        self.published_at = now.into();
        self.index = params.next_index()?.into();
        self.deposit = params.proposal_deposit;
        Ok(())
    }

    /// Opens the vote: takes the snapshot of the weight, and copies the rules so that no later change applies to it. `supply` is
    /// the supply of the vote mint, base units.
    ///
    /// # Errors
    /// `AlreadyOpen`, `NoticeRunning`, `ProposalLapsed`, `Overflow`.
    pub fn open_vote(&mut self, params: &mut Params, supply: u64, now: i64) -> RuleResult<()> {
        if self.opened_at.get() != 0 {
            return Err(GovernanceError::AlreadyOpen);
        }
        if now < self.opens_at.get() {
            return Err(GovernanceError::NoticeRunning);
        }
        if now >= self.open_until.get() {
            return Err(GovernanceError::ProposalLapsed);
        }
        let ends_at = after(now, params.voting_time)?;
        let reveal_ends_at = if self.secret == 0 {
            ends_at
        } else {
            after(ends_at, params.voting_time)?
        };
        let executable_at = after(reveal_ends_at, params.hold_up)?;
        self.expires_at = after(executable_at, params.execution_window)?.into();
        self.executable_at = executable_at.into();
        self.reveal_ends_at = reveal_ends_at.into();
        self.ends_at = ends_at.into();
        self.opened_at = now.into();
        let (total, bps) = (params.total_weight.get(), params.quorum_bps.get());
        let quorum = quorum_weight(total, bps, self.heavy != 0);
        self.quorum = quorum.ok_or(GovernanceError::Overflow)?.into();
        // A share of the supply, at any supply: while little is locked, little could decide otherwise.
        let floor = floor_weight(supply, params.floor_bps.get());
        let floor = floor.ok_or(GovernanceError::Overflow)?;
        self.threshold = params.threshold.get().max(floor).into();
        self.total_weight = params.total_weight;
        self.opening = params.next_opening()?.into();
        Ok(())
    }

    /// Returns the time in which it can be voted on, seconds; 0 before the vote is open.
    pub fn voting_time(&self) -> i64 {
        self.ends_at.get().saturating_sub(self.opened_at.get())
    }

    /// Returns the status of the proposal at the Unix time `now`.
    pub fn status(&self, now: i64) -> Status {
        if self.vetoed != 0 {
            Status::Vetoed
        } else if self.executed_at.get() != 0 {
            Status::Executed
        } else if self.opened_at.get() == 0 {
            if now < self.open_until.get() {
                Status::Notice
            } else {
                Status::Lapsed
            }
        } else if now < self.ends_at.get() {
            Status::Voting
        } else if now < self.reveal_ends_at.get() {
            Status::Revealing
        } else if !self.passes() {
            Status::Defeated
        } else if now < self.executable_at.get() {
            Status::HoldUp
        } else if now < self.expires_at.get() {
            Status::Executable
        } else {
            Status::Expired
        }
    }

    /// Returns whether the votes cast so far would pass it.
    pub fn passes(&self) -> bool {
        let (threshold, quorum) = (self.threshold.get(), self.quorum.get());
        self.tally.passes(threshold, quorum, self.heavy != 0)
    }

    /// Checks that it can be voted on.
    ///
    /// # Errors
    /// `VotingNotOpen`, `VotingEnded`.
    pub fn check_voting(&self, now: i64) -> RuleResult<()> {
        match self.status(now) {
            Status::Voting => Ok(()),
            Status::Notice | Status::Lapsed => Err(GovernanceError::VotingNotOpen),
            _ => Err(GovernanceError::VotingEnded),
        }
    }

    /// Marks the proposal as executed.
    ///
    /// # Errors
    /// `VotingNotOpen`, `ProposalLapsed`, `VotingOpen`, `ProposalDefeated`, `HoldUpRunning`, `Vetoed`, `AlreadyExecuted`,
    /// `ProposalExpired`.
    pub fn execute(&mut self, now: i64) -> RuleResult<()> {
        Err(match self.status(now) {
            Status::Executable => {
                self.executed_at = now.into();
                return Ok(());
            }
            Status::Notice => GovernanceError::VotingNotOpen,
            Status::Lapsed => GovernanceError::ProposalLapsed,
            Status::Voting | Status::Revealing => GovernanceError::VotingOpen,
            Status::Defeated => GovernanceError::ProposalDefeated,
            Status::HoldUp => GovernanceError::HoldUpRunning,
            Status::Vetoed => GovernanceError::Vetoed,
            Status::Executed => GovernanceError::AlreadyExecuted,
            Status::Expired => GovernanceError::ProposalExpired,
        })
    }

    /// Stops a proposal that passed, in its hold-up. One that changes the guardian is out of the guardian's reach.
    ///
    /// # Errors
    /// `NotInHoldUp`, `CannotVeto`.
    pub fn veto(&mut self, now: i64) -> RuleResult<()> {
        if self.status(now) != Status::HoldUp {
            return Err(GovernanceError::NotInHoldUp);
        }
        if self.actions().iter().any(|a| a.is(Kind::SetGuardian)) {
            return Err(GovernanceError::CannotVeto);
        }
        self.vetoed = 1;
        Ok(())
    }

    /// Returns whether the proposal can only be closed.
    pub fn is_finished(&self, now: i64) -> bool {
        matches!(
            self.status(now),
            Status::Lapsed | Status::Defeated | Status::Vetoed | Status::Executed | Status::Expired
        )
    }

    /// Returns whether the deposit of a finished proposal is burned: nobody opened its vote, hardly anybody cared, or the no was
    /// overwhelming.
    pub fn keeps_deposit(&self) -> bool {
        self.opened_at.get() == 0 || self.tally.keeps_deposit(self.quorum.get())
    }

    /// Returns the actions that count.
    pub fn actions(&self) -> &[Action] {
        let count = usize::from(self.action_count);
        self.actions.get(..count).unwrap_or(&self.actions)
    }
}

#[cfg(test)]
#[path = "proposal_tests.rs"]
mod tests;
