use super::{quorum_weight, Action, Params, ProposedAction, Tally, MAX_ACTIONS};
use crate::error::{GovernanceError, Rule};
use alloc::vec::Vec;
use anchor_lang::prelude::*;

/// What a proposer submits.
#[derive(Clone, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProposalDraft {
    /// UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which lives elsewhere.
    pub description: [u8; 32],
    /// One to eight.
    pub actions: Vec<ProposedAction>,
}

/// Where a proposal stands. Derived from the clock and the tally: no key moves a proposal along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Voting,
    Defeated,
    /// Passed; not yet executable.
    HoldUp,
    Executable,
    Executed,
    /// Passed, but nobody executed it in time.
    Expired,
}

/// Seeds: `proposal`, index. Signs for its deposit vault (seeds: `deposit_vault`, proposal).
#[account]
pub struct Proposal {
    /// Receives the account's rent, and the deposit unless it is forfeited.
    pub proposer: Address,
    /// UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which lives elsewhere.
    pub description: [u8; 32],
    /// Counts proposals; never used twice.
    pub index: PodU64,
    /// Weight of all locks when it opened: base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Least turnout, as weight; at least 1.
    pub quorum: PodU64,
    /// Least yes weight.
    pub threshold: PodU64,
    /// Unix time when it opened.
    pub opened_at: PodI64,
    /// Unix time from which it cannot be voted on.
    pub ends_at: PodI64,
    /// Unix time from which it can be executed when it passed.
    pub executable_at: PodI64,
    /// Unix time from which it can no longer be executed.
    pub expires_at: PodI64,
    /// Unix time of its execution; 0 before.
    pub executed_at: PodI64,
    /// Base units of the vote mint in the deposit vault.
    pub deposit: PodU64,
    pub tally: Tally,
    pub actions: [Action; MAX_ACTIONS],
    /// How many of `actions` count.
    pub action_count: u8,
    pub bump: u8,
    pub vault_bump: u8,
}

impl Proposal {
    /// Checks and keeps the draft's actions.
    ///
    /// Errors: `NoActions`, `TooManyActions` and those of `ProposedAction::checked`.
    pub fn describe(&mut self, draft: &ProposalDraft) -> Rule<()> {
        if draft.actions.is_empty() {
            return Err(GovernanceError::NoActions);
        }
        if draft.actions.len() > MAX_ACTIONS {
            return Err(GovernanceError::TooManyActions);
        }
        for (kept, action) in self.actions.iter_mut().zip(&draft.actions) {
            *kept = action.checked()?;
        }
        self.action_count =
            u8::try_from(draft.actions.len()).map_err(|_| GovernanceError::TooManyActions)?;
        self.title = draft.title;
        self.description = draft.description;
        Ok(())
    }

    /// Opens the voting: takes the next index and a snapshot of the rules, so that no later change touches it.
    ///
    /// Errors: `Overflow`.
    pub fn open(&mut self, params: &mut Params, now: i64) -> Rule<()> {
        let after = |time: i64, seconds: PodU64| {
            let time = time.checked_add_unsigned(seconds.get());
            time.ok_or(GovernanceError::Overflow)
        };
        let ends_at = after(now, params.voting_time)?;
        let executable_at = after(ends_at, params.hold_up)?;
        let expires_at = after(executable_at, params.execution_window)?;
        let quorum = quorum_weight(params.total_weight.get(), params.quorum_bps.get());
        self.index = params.next_index()?.into();
        self.total_weight = params.total_weight;
        // At least 1: without it, a proposal opened while nothing is locked would never forfeit its deposit.
        let quorum = quorum.ok_or(GovernanceError::Overflow)?.max(1);
        self.quorum = quorum.into();
        self.threshold = params.threshold;
        self.opened_at = now.into();
        self.ends_at = ends_at.into();
        self.executable_at = executable_at.into();
        self.expires_at = expires_at.into();
        self.deposit = params.proposal_deposit;
        Ok(())
    }

    /// Where the proposal stands at `now`.
    pub fn status(&self, now: i64) -> Status {
        if self.executed_at.get() != 0 {
            Status::Executed
        } else if now < self.ends_at.get() {
            Status::Voting
        } else if !self.tally.passes(self.threshold.get(), self.quorum.get()) {
            Status::Defeated
        } else if now < self.executable_at.get() {
            Status::HoldUp
        } else if now < self.expires_at.get() {
            Status::Executable
        } else {
            Status::Expired
        }
    }

    /// Marks the proposal as executed.
    ///
    /// Errors: `VotingOpen`, `ProposalDefeated`, `HoldUpRunning`, `AlreadyExecuted`, `ProposalExpired`.
    pub fn execute(&mut self, now: i64) -> Rule<()> {
        match self.status(now) {
            Status::Voting => Err(GovernanceError::VotingOpen),
            Status::Defeated => Err(GovernanceError::ProposalDefeated),
            Status::HoldUp => Err(GovernanceError::HoldUpRunning),
            Status::Executed => Err(GovernanceError::AlreadyExecuted),
            Status::Expired => Err(GovernanceError::ProposalExpired),
            Status::Executable => {
                self.executed_at = now.into();
                Ok(())
            }
        }
    }

    /// Whether nothing more can happen to the proposal than its closing.
    pub fn is_finished(&self, now: i64) -> bool {
        matches!(
            self.status(now),
            Status::Defeated | Status::Executed | Status::Expired
        )
    }

    /// Whether the deposit goes to the treasury: too few cared to vote. Final once the voting has ended.
    pub fn forfeits_deposit(&self) -> bool {
        self.tally.turnout() < self.quorum.get()
    }

    /// The actions that count.
    pub fn actions(&self) -> &[Action] {
        let count = usize::from(self.action_count);
        self.actions.get(..count).unwrap_or(&self.actions)
    }
}

#[cfg(test)]
#[path = "proposal_tests.rs"]
mod tests;
