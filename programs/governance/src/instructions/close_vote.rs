use crate::{
    error::{GovernanceError, Rule},
    event::VoteClosed,
    state::Vote,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseVote {
    /// Receives the rent; need not sign.
    #[account(mut, address = vote.owner @ GovernanceError::WrongRecipient)]
    pub owner: UncheckedAccount,
    #[account(mut, close = owner)]
    pub vote: Account<Vote>,
}

impl CloseVote {
    /// Closed earlier, a vote could be cast a second time.
    ///
    /// Errors: `VotingOpen`.
    fn validate(&self, now: i64) -> Rule<()> {
        if now < self.vote.ends_at.get() {
            return Err(GovernanceError::VotingOpen);
        }
        Ok(())
    }

    pub fn close_vote(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        emit!(VoteClosed {
            vote: *self.vote.address(),
            proposal: self.vote.proposal,
            lock: self.vote.lock,
        });
        Ok(())
    }
}
