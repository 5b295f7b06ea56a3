use crate::{
    error::{GovernanceError, RuleResult},
    event::{emit, VoteClosed},
    state::Vote,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseVote {
    /// The vote's owner, who receives the rent; need not sign. Checked by its address.
    #[account(mut, address = vote.owner @ GovernanceError::WrongRecipient)]
    pub owner: UncheckedAccount,
    /// Any vote, closed here. Checked by its program and its type.
    #[account(mut, close = owner)]
    pub vote: Box<Account<Vote>>,
}

impl CloseVote {
    /// If a vote could be closed earlier, the lock could cast its weight a second time.
    fn validate(&self, now: i64) -> RuleResult<()> {
        if now < self.vote.closes_at.get() {
            return Err(GovernanceError::VotingOpen);
        }
        Ok(())
    }

    /// # Specification
    /// - The rent shall go to the vote's owner (`WrongRecipient`).
    /// - Nobody shall be able to vote or to reveal in the proposal any more (`VotingOpen`).
    pub fn close_vote(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(Clock::get()?.unix_timestamp)?;
        emit(VoteClosed {
            vote: *accounts.vote.address(),
            proposal: accounts.vote.proposal,
            lock: accounts.vote.lock,
        });
        Ok(())
    }
}
