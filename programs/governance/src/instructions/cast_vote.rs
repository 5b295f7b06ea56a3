use crate::{
    error::GovernanceError,
    event::{emit, Voted},
    state::{Lock, Proposal, Side, Vote},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CastVote {
    /// The lock's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    /// Any lock. Checked by its program and its type.
    #[account(mut)]
    pub lock: Box<Account<Lock>>,
    /// Any proposal. Checked by its program and its type; `cast_secret_vote` wants one that takes secret votes.
    #[account(mut)]
    pub proposal: Box<Account<Proposal>>,
    /// The lock's vote in the proposal, created if needed, so a lock counts only once. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"vote", proposal.address().as_ref(), lock.address().as_ref()],
        bump
    )]
    pub vote: Box<Account<Vote>>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl CastVote {
    /// A later vote of the same lock replaces the earlier one, also a secret one. A yes binds the lock until the proposal can no
    /// longer be executed, the others until nobody can vote any more.
    ///
    /// # Specification
    /// - The signer shall be the lock's owner (`NotOwner`).
    /// - The vote on the proposal shall have been opened (`VotingNotOpen`).
    /// - The voting shall not have ended (`VotingEnded`).
    /// - The lock shall not be unlocking (`LockUnlocking`).
    /// - The lock shall have had its weight when the vote opened (`LockTooNew`).
    ///
    /// # Arguments
    /// - `side` - where to cast the lock's weight.
    pub fn cast_vote(ctx: &mut Context<Self>, side: Side) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let bump = ctx.bumps.vote;
        let accounts = &mut ctx.accounts;
        let (vote, lock, proposal) = (
            &mut accounts.vote,
            &mut accounts.lock,
            &mut accounts.proposal,
        );
        vote.cast(lock, proposal, side.into(), now)?;
        vote.belong(*proposal.address(), *lock.address(), lock.owner, bump);
        emit(Voted {
            proposal: vote.proposal,
            lock: vote.lock,
            weight: vote.weight,
            side: vote.side,
        });
        Ok(())
    }
}
