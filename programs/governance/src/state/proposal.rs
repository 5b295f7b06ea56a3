use super::{quorum_weight, Action, Params, ProposedAction, Tally, MAX_ACTIONS};
use crate::error::{GovernanceError, RuleResult};
use alloc::vec::Vec;
use anchor_lang::prelude::*;

/// What a proposer submits: title, hash of the text and the actions.
#[derive(Clone, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProposalDraft {
    /// Title, UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which is kept elsewhere.
    pub description: [u8; 32],
    /// The changes to make, at least one and at most eight.
    pub actions: Vec<ProposedAction>,
}

/// The status of a proposal. It follows from the clock and the tally, so no key can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Open to votes.
    Voting,
    /// Did not pass.
    Defeated,
    /// Passed; not executable yet.
    HoldUp,
    /// Passed; can be executed.
    Executable,
    /// Passed and executed.
    Executed,
    /// Passed, but nobody executed it in time.
    Expired,
}

/// A proposal to change parameters. Seeds: `proposal`, index. Signs for its deposit vault (seeds: `deposit_vault`,
/// proposal).
#[account]
pub struct Proposal {
    /// Wallet that receives the account's rent, and the deposit unless it is forfeited.
    pub proposer: Address,
    /// Title, UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which is kept elsewhere.
    pub description: [u8; 32],
    /// Index of the proposal, counted from 0; never used twice.
    pub index: PodU64,
    /// Weight of all locks when it opened, base units of the vote mint times the locks' factors.
    pub total_weight: PodU64,
    /// Least turnout, at least 1, base units of the vote mint times the locks' factors.
    pub quorum: PodU64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
    /// Unix time of the opening, seconds.
    pub opened_at: PodI64,
    /// Unix time from which it cannot be voted on, seconds.
    pub ends_at: PodI64,
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
    /// The changes to make; only the first `action_count` count.
    pub actions: [Action; MAX_ACTIONS],
    /// Number of actions.
    pub action_count: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the deposit vault's address.
    pub vault_bump: u8,
}

impl Proposal {
    /// Checks the draft's actions and writes its content.
    ///
    /// # Errors
    /// `NoActions`, `TooManyActions` and those of [`ProposedAction::checked`].
    pub fn set_content(&mut self, draft: &ProposalDraft) -> RuleResult<()> {
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

    /// Opens the voting: takes the next index and copies the rules, so that no later change applies to this proposal.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn open(&mut self, params: &mut Params, now: i64) -> RuleResult<()> {
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
        // At least 1, because a proposal opened while nothing is locked would never forfeit its deposit otherwise.
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

    /// Returns the status of the proposal at the Unix time `now`.
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
    /// # Errors
    /// `VotingOpen`, `ProposalDefeated`, `HoldUpRunning`, `AlreadyExecuted`, `ProposalExpired`.
    pub fn execute(&mut self, now: i64) -> RuleResult<()> {
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

    /// Returns whether the proposal can only be closed.
    pub fn is_finished(&self, now: i64) -> bool {
        matches!(
            self.status(now),
            Status::Defeated | Status::Executed | Status::Expired
        )
    }

    /// Returns whether the deposit goes to the treasury because the turnout stayed below the quorum. Final once the voting has
    /// ended.
    pub fn forfeits_deposit(&self) -> bool {
        self.tally.turnout() < self.quorum.get()
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
